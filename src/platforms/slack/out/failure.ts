/** What Slack's refusals mean for a delivery: one table (pages docs.slack.dev/reference/methods/…, "Errors"). */
import { BotError, type ErrorCode } from "../../../errors.ts";
import { withoutAnswer } from "../../surely.ts";

export type Meaning =
  /** The bot has not joined, or cannot see the conversation: only a response_url reaches it. */
  | "outside"
  /** The words are not taken as they are. */
  | "content"
  /** The message is there no more, or cannot be edited any more. */
  | "uneditable"
  /** Nobody knows whether it took effect. */
  | "unknown"
  | "other";

/** `slack` is Slack's own code, or `http_<status>`, `timeout`, … where it gave none. Never holds the request: that has the token in it. */
export class SlackFailure extends BotError {
  readonly slack: string;
  readonly meaning: Meaning;

  constructor(
    method: string,
    slack: string,
    kind: {
      readonly code: ErrorCode;
      readonly say: string;
      readonly meaning?: Meaning;
      readonly details?: string;
      readonly retryAfterMs?: number;
    },
  ) {
    const { code, say, meaning = "other", details, retryAfterMs } = kind;
    const message = `slack ${method}: ${slack}${details ? ` (${details})` : ""}`;
    super(code, message, { say, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    this.name = "SlackFailure";
    this.slack = slack;
    this.meaning = meaning;
  }
}

interface Group {
  readonly codes: string;
  readonly code: ErrorCode;
  readonly meaning?: Meaning;
  readonly say: string;
  readonly retryAfterMs?: number;
}

const groups: readonly Group[] = [
  {
    codes: "not_in_channel channel_not_found invalid_channel posting_to_channel_denied",
    code: "FORBIDDEN",
    meaning: "outside",
    say: "The bot is no member of this conversation. Invite it there with /invite and ask again.",
  },
  {
    codes: "is_archived is_inactive",
    code: "FORBIDDEN",
    say: "The conversation is archived. Ask in another one.",
  },
  {
    codes:
      "restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel restricted_action_non_threadable_channel cannot_reply_to_message thread_not_found",
    code: "FORBIDDEN",
    say: "The rules of this channel or thread keep the bot from posting. Ask in another channel, or ask an admin of the workspace.",
  },
  {
    codes: "user_not_in_channel user_not_found user_disabled cannot_dm_bot messages_tab_disabled is_bot",
    code: "FORBIDDEN",
    say: "Slack cannot show this to that person. Join the channel and ask again.",
  },
  {
    codes:
      "msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format no_text invalid_arguments invalid_attachments too_many_attachments invalid_metadata_format invalid_metadata_schema metadata_too_large",
    code: "REFUSED",
    meaning: "content",
    say: "Slack did not take the message as it was written. That is a defect of the bot: please report it with the log's details.",
  },
  {
    codes: "message_not_found cant_update_message edit_window_closed block_mismatch",
    code: "REFUSED",
    meaning: "uneditable",
    say: "The message can no longer be edited. Ask again.",
  },
  {
    codes:
      "invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type two_factor_setup_required",
    code: "DENIED",
    say: "Slack refused the bot's token. Check slack.botToken, and install the app in the workspace again.",
  },
  {
    codes:
      "missing_scope no_permission access_denied accesslimited ekm_access_denied enterprise_is_restricted team_access_not_granted slack_connect_file_link_sharing_blocked",
    code: "DENIED",
    say: "The app may not do this in the workspace. Compare its scopes with the manifest, and install it again.",
  },
  {
    codes: "ratelimited rate_limited message_limit_exceeded",
    code: "OVERLOADED",
    retryAfterMs: 10_000,
    say: "Slack takes no more messages for a while.",
  },
  {
    codes: "org_login_required team_added_to_org external_channel_migrating streaming_state_conflict",
    code: "OVERLOADED",
    retryAfterMs: 30_000,
    say: "Slack is moving the workspace and will take messages again later.",
  },
  {
    // The body did not arrive whole.
    codes: "request_timeout",
    code: "UNREACHABLE",
    say: "Slack did not get the whole request.",
  },
  {
    // "It's possible some aspect of the operation succeeded before the error was raised."
    codes: "internal_error fatal_error service_unavailable update_failed file_update_failed",
    code: "UNREACHABLE",
    meaning: "unknown",
    say: "Slack failed inside.",
  },
];

const table = new Map(groups.flatMap((group) => group.codes.split(" ").map((code) => [code, group] as const)));
const codePattern = /^[a-z][a-z0-9_]{0,63}$/;

export function isSlackCode(text: unknown): text is string {
  return typeof text === "string" && codePattern.test(text);
}

/** `{"ok": false, "error": slack}`; something else than one of Slack's codes came from something else than Slack. */
export function refusal(method: string, slack: unknown, details?: string): SlackFailure {
  if (!isSlackCode(slack)) return unknownOutcome(method, "no_slack_answer");
  const group = table.get(slack) ?? { code: "REFUSED", say: `Slack refused it (${slack}).` };
  return new SlackFailure(method, slack, { ...group, ...(details && { details }) });
}

export function unknownOutcome(method: string, how: string): SlackFailure {
  const say = "Slack did not say whether it was shown.";
  return new SlackFailure(method, how, { code: "UNREACHABLE", meaning: "unknown", say });
}

/** What somebody says beyond this is a mistake. */
const longestRetryMs = 3_600_000;

export function rateLimited(method: string, slack: string, afterMs: number): SlackFailure {
  const retryAfterMs = Math.min(afterMs, longestRetryMs);
  const say = "Slack takes no more messages for a while.";
  return new SlackFailure(method, slack, { code: "OVERLOADED", say, retryAfterMs });
}

/** The answer came with an HTTP status that is neither 2xx nor 429. */
export function badStatus(method: string, status: number): SlackFailure {
  if (status >= 500 || status === 408) return unknownOutcome(method, `http_${status}`);
  const say = `Slack's address answered with HTTP ${status}. Check slack.apiUrl and the proxy between.`;
  return new SlackFailure(method, `http_${status}`, { code: "REFUSED", say });
}

/** No answer came: either the request never left, or nobody knows. */
export function noAnswer(method: string, thrown: unknown): SlackFailure {
  const { sent, code } = withoutAnswer(thrown);
  if (sent) return unknownOutcome(method, code);
  return new SlackFailure(method, code, {
    code: "UNREACHABLE",
    say: "Slack could not be reached. Check slack.apiUrl, DNS and the way out of the cluster.",
  });
}

/** What Teams' refusals mean for a delivery (pages "Optimize your bot with rate limiting", "Send proactive messages", "Format your bot messages"; Bot Framework REST). */
import { BotError, type ErrorCode } from "../../../errors.ts";
import { withoutAnswer } from "../../surely.ts";

export type Meaning =
  /** The card is not taken as it is: too large, or badly written. */
  | "content"
  /** The message is there no more, or cannot be edited any more. */
  | "uneditable"
  /** The token is not taken. */
  | "token"
  /** Nobody knows whether it took effect. */
  | "unknown"
  | "other";

/** `teams` is Teams' own code, or `http_<status>`, `timeout`, … where it gave none. Never holds the request: that has the token in it. */
export class TeamsFailure extends BotError {
  readonly meaning: Meaning;

  constructor(
    method: string,
    teams: string,
    kind: {
      readonly code: ErrorCode;
      readonly say: string;
      readonly meaning?: Meaning;
      readonly retryAfterMs?: number;
    },
  ) {
    const { code, say, meaning = "other", retryAfterMs } = kind;
    super(code, `teams ${method}: ${teams}`, { say, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    this.name = "TeamsFailure";
    this.meaning = meaning;
  }
}

const codePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** What somebody says beyond this is a mistake. */
const longestRetryMs = 3_600_000;

export function busy(method: string, teams: string, afterMs: number): TeamsFailure {
  const say = "Teams takes no more messages for a while.";
  return new TeamsFailure(method, teams, { code: "OVERLOADED", say, retryAfterMs: Math.min(afterMs, longestRetryMs) });
}

export function unknownOutcome(method: string, how: string, retryAfterMs?: number): TeamsFailure {
  const say = "Teams did not say whether it was shown.";
  const after = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TeamsFailure(method, how, { code: "UNREACHABLE", meaning: "unknown", say, ...after });
}

export interface Refusal {
  readonly status: number;
  /** `error.code` of the answer, whatever it is. */
  readonly code: unknown;
  /** How long to wait where it may be tried again. */
  readonly afterMs: number;
}

export function refusal(method: string, { status, code: given, afterMs }: Refusal): TeamsFailure {
  const teams = typeof given === "string" && codePattern.test(given) ? given : `http_${status}`;
  const fail = (code: ErrorCode, say: string, meaning: Meaning = "other") =>
    new TeamsFailure(method, teams, { code, say, meaning });
  if (status === 429 || status === 412) return busy(method, teams, afterMs);
  if (status >= 500 || status === 408) return unknownOutcome(method, teams, afterMs);
  if (status === 413 || status === 400) {
    const say = "Teams did not take the message as it was written. That is a defect of the bot: please report it.";
    return fail("REFUSED", say, "content");
  }
  if (status === 401)
    return fail("DENIED", "Teams refused the bot's token. Check teams.appId and its secret.", "token");
  if (status === 403) return fail("FORBIDDEN", forbidden(teams));
  if (status === 404 || status === 405 || status === 410) {
    if (method === "update") return fail("REFUSED", "The message is no longer there. Ask again.", "uneditable");
    const say =
      "Teams does not know this conversation: it was deleted, or the bot was removed from it. Add the app there.";
    return fail("FORBIDDEN", say);
  }
  return fail("REFUSED", `Teams refused it (${teams}).`);
}

function forbidden(code: string): string {
  if (code === "MessageWritesBlocked" || code === "ConversationBlockedByUser")
    return "That person has blocked the bot in Teams. Unblock it there and ask again.";
  if (code === "BotDisabledByAdmin") return "An administrator has switched the bot off in Teams. Ask them.";
  return "The bot is not installed in this conversation. Add the app there and ask again.";
}

/** No answer came: either the request never left, or nobody knows. */
export function noAnswer(method: string, thrown: unknown): TeamsFailure {
  const { sent, code } = withoutAnswer(thrown);
  if (sent) return unknownOutcome(method, code);
  return new TeamsFailure(method, code, {
    code: "UNREACHABLE",
    say: "Teams could not be reached. Check DNS and the way out of the cluster.",
  });
}

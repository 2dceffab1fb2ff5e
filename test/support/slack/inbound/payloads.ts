/** The payloads of commands, buttons and events (pages "Implementing slash commands", "block_actions payload", "Events API"). */
import { elementsOf } from "../blocks/check.ts";
import type { Json } from "../json.ts";
import { presentMessage } from "../methods/present.ts";
import type { Message } from "../state/messages.ts";
import type { State } from "../state/state.ts";
import type { Channel, User } from "../state/workspace.ts";

/** Old and not to be used for anything; Slack still sends it. */
const verificationToken = "verification-token";

export function slashPayload(
  { workspace: { team, bot } }: State,
  said: {
    readonly command: string;
    readonly text: string;
    readonly user: User;
    readonly channel: Channel;
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): Json {
  const { command, text, user, channel, triggerId, responseUrl } = said;
  return {
    token: verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === "private" ? "privategroup" : channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: bot.appId,
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggerId,
  };
}

/** What is pressed: a message everybody sees, or one that only one person does, whose content Slack does not send along. */
export interface Pressed {
  readonly ts: string;
  readonly threadTs: string | null;
  readonly blocks: readonly Json[];
  readonly message: Message | null;
}

export function buttonPayload(
  slack: State,
  press: {
    readonly pressed: Pressed;
    readonly action: Json;
    readonly user: User;
    readonly channel: Channel;
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): Json {
  const { team, bot } = slack.workspace;
  const { pressed, action, user, channel, triggerId, responseUrl } = press;
  return {
    type: "block_actions",
    token: verificationToken,
    api_app_id: bot.appId,
    team: { id: team.id, domain: team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    channel: { id: channel.id, name: channel.kind === "private" ? "privategroup" : channel.name },
    container: {
      type: "message",
      message_ts: pressed.ts,
      channel_id: channel.id,
      is_ephemeral: pressed.message === null,
      ...(pressed.threadTs !== null && { thread_ts: pressed.threadTs }),
    },
    ...(pressed.message && { message: presentMessage(slack, pressed.message, { metadata: false }) }),
    state: { values: {} },
    trigger_id: triggerId,
    response_url: responseUrl,
    actions: [{ ...action, action_ts: slack.stamps.ts() }],
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** The action of a payload: the element with this action_id and the block it stands in. Null when the message has none. */
export function actionIn(blocks: readonly Json[], actionId: string): Json | null {
  for (const block of blocks) {
    const element = elementsOf(block).find((one) => one["action_id"] === actionId);
    if (!element) continue;
    const { type, text, value, options } = element as Partial<Record<string, unknown>>;
    const chosen = Array.isArray(options) ? { selected_option: options[0] } : {};
    return { action_id: actionId, block_id: block["block_id"], type, text, value, ...chosen };
  }
  return null;
}

export function eventPayload({ workspace: { team, bot } }: State, event: Json, eventId: string): Json {
  return {
    token: verificationToken,
    team_id: team.id,
    api_app_id: bot.appId,
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: bot.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: eventId,
  };
}

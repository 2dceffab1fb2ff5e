/** What people do in Slack, as the bot hears of it. */
import { isObject, type Json, parseJson } from "../json.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Ephemeral } from "../state/ephemerals.ts";
import type { Message } from "../state/messages.ts";
import type { ResponseUrl } from "../state/response-urls.ts";
import type { SentFile } from "../state/sent-files.ts";
import type { State } from "../state/state.ts";
import type { Channel, User } from "../state/workspace.ts";
import { show } from "../web/response-url.ts";
import type { Courier, Parcel, Target } from "./courier.ts";
import type { Delivery } from "./delivery.ts";
import { actionIn, buttonPayload, eventPayload, type Pressed, slashPayload } from "./payloads.ts";
import type { Tamper } from "./request.ts";

export interface Sending {
  readonly tamper?: Tamper;
}

export interface Inbound {
  /** Where the bot is from now on. */
  deliverTo(target: Target): void;
  slashCommand(
    said: { readonly text: string; readonly user: User; readonly channel: Channel } & Sending,
  ): Promise<Delivery>;
  /** A message that names the bot, in a conversation it has joined: `text` without the mention. */
  mention(said: Saying & Sending): Promise<Delivery>;
  /** A message in the conversation between this person and the bot. */
  messageIm(said: Omit<Saying, "channel"> & Sending): Promise<Delivery>;
  /** Somebody writes; the bot hears nothing of it. */
  say(said: Saying): Message;
  /** The button is looked up in the message as it stands; `channel` says another one than is true. */
  pressButton(
    message: Message | Ephemeral,
    actionId: string,
    options: { readonly user: User; readonly channel?: Channel } & Sending,
  ): Promise<Delivery>;
  /** Any event at all, in its wrapper. */
  event(event: Json, options?: Sending): Promise<Delivery>;
  /** The same thing once more, with the same trigger_id or event_id, signed anew. */
  again(delivery: Delivery): Promise<Delivery>;
  /** The first request of a delivery again, byte for byte, to the request URL. */
  replay(delivery: Delivery): Promise<Delivery>;
}

export interface Saying {
  readonly text: string;
  readonly user: User;
  readonly channel: Channel;
  /** The root of the thread it is said in. */
  readonly thread?: Message;
  /** What is sent along. */
  readonly files?: readonly SentFile[];
}

export function createInbound(
  slack: State,
  courier: Courier,
  options: { readonly origin: () => string; readonly wrong: (message: string) => void },
): Inbound {
  const { workspace, messages, ephemerals, responseUrls, triggers, stamps } = slack;
  let target: Target | null = null;

  function targetNow(): Target {
    if (target === null) throw new Error("where the bot is was not said: call deliverTo first");
    return target;
  }

  async function bring(parcel: Parcel, responseUrl: string | null): Promise<Delivery> {
    const { kind, key, payload } = parcel;
    const attempts = await courier.bring(parcel, targetNow);
    const last = attempts.at(-1);
    const { outcome = "unreachable" } = last ?? {};
    if (kind === "slash" && last?.outcome === "acked") showAnswer(last.body, responseUrl ?? "");
    const failed = kind !== "event" && outcome !== "acked";
    const notice = failed ? (outcome === "timeout" ? "operation_timeout" : "dispatch_failed") : null;
    return { kind, key, payload, responseUrl, outcome, attempts, notice };
  }

  /** The acknowledgement of a command with a body is an answer: plain text, or JSON as for its response_url. */
  function showAnswer(body: string, responseUrl: string): void {
    const url = responseUrls.peek(responseUrl.split("/").at(-1) ?? "");
    if (body === "" || !url) return;
    const parsed = parseJson(body);
    try {
      show(slack, url, isObject(parsed) ? parsed : { text: body }, "ack");
    } catch (thrown) {
      if (!(thrown instanceof SlackRefusal)) throw thrown;
      options.wrong(`an acknowledgement that cannot be shown: ${thrown.code}`);
    }
  }

  function lookUp({ channel, ts }: Message | Ephemeral): Pressed {
    const message = messages.find(channel, ts) ?? null;
    const now = message ?? ephemerals.find(ts);
    if (!now) throw new Error("the message is not there any more");
    return { ts, threadTs: now.threadTs, blocks: now.blocks, message };
  }

  function issueUrl(kind: "commands" | "actions", url: ResponseUrl): string {
    return `${options.origin()}/${kind}/${workspace.team.id}/${stamps.id("")}/${responseUrls.issue(url)}`;
  }

  function say({ text, user, channel, thread }: Saying): Message {
    return messages.post({
      ...{ channel: channel.id, user: user.id, botId: null, threadTs: thread?.ts, via: "person" },
      text,
    });
  }

  async function sendEvent(event: Json, { tamper }: Sending = {}): Promise<Delivery> {
    const key = stamps.id("Ev");
    return bring({ kind: "event", key, payload: eventPayload(slack, event, key), tamper }, null);
  }

  function messageEvent(message: Message, type: Json, sent: readonly SentFile[] = []): Json {
    const { ts, user, text, channel, threadTs } = message;
    const thread = threadTs === null ? {} : { thread_ts: threadTs };
    const files = sent.map((file) => slack.sentFiles.send(file, options.origin()));
    const shared = files.length === 0 ? {} : { files, upload: true };
    return { ...type, user, text, ts, channel, event_ts: ts, team: workspace.team.id, ...thread, ...shared };
  }

  return {
    deliverTo(next) {
      target = next;
    },
    async slashCommand({ text, user, channel, tamper }) {
      const triggerId = triggers.issue();
      const url: ResponseUrl = { channel: channel.id, user: user.id, threadTs: null, original: null };
      const responseUrl = issueUrl("commands", url);
      const { command } = slack.settings;
      const payload = slashPayload(slack, { command, text, user, channel, triggerId, responseUrl });
      return bring({ kind: "slash", key: triggerId, payload, tamper }, responseUrl);
    },
    async mention({ tamper, ...said }) {
      if (!workspace.isBotIn(said.channel))
        throw new Error(`the bot has not joined ${said.channel.name}: Slack tells it nothing`);
      const message = say({ ...said, text: `<@${workspace.bot.userId}> ${said.text}` });
      return sendEvent(messageEvent(message, { type: "app_mention" }, said.files), { ...(tamper && { tamper }) });
    },
    async messageIm({ tamper, ...said }) {
      const message = say({ ...said, channel: workspace.openIm(said.user.id) });
      const type = { type: "message", channel_type: "im", ...(said.files && { subtype: "file_share" }) };
      return sendEvent(messageEvent(message, type, said.files), { ...(tamper && { tamper }) });
    },
    say,
    async pressButton(message, actionId, { user, channel: claimed, tamper }) {
      const pressed = lookUp(message);
      const action = actionIn(pressed.blocks, actionId);
      if (!action) throw new Error(`the message has no ${actionId}`);
      if (pressed.message === null && message.user !== user.id) throw new Error("nobody else sees this message");
      const channel = claimed ?? workspace.channel(message.channel);
      if (!channel) throw new Error(`there is no ${message.channel}`);
      const triggerId = triggers.issue();
      const original = { ts: pressed.ts, ephemeral: pressed.message === null };
      const url: ResponseUrl = { channel: channel.id, user: user.id, threadTs: pressed.threadTs, original };
      const responseUrl = issueUrl("actions", url);
      const payload = buttonPayload(slack, { pressed, action, user, channel, triggerId, responseUrl });
      return bring({ kind: "interactive", key: triggerId, payload, tamper }, responseUrl);
    },
    event: sendEvent,
    again: ({ kind, key, payload, responseUrl }) => bring({ kind, key, payload }, responseUrl),
    async replay({ kind, key, payload, responseUrl, attempts }) {
      const exactly = attempts[0]?.request;
      if (!exactly) throw new Error("only what came over HTTP can be replayed");
      return bring({ kind, key, payload, exactly }, responseUrl);
    },
  };
}

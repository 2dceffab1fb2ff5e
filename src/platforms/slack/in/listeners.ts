/** What Bolt hears is handed to `take`, and the reply goes where the person sees it: into the acknowledgement, or beside the button that was pressed. */
import type { App } from "@slack/bolt";
import { BotError } from "../../../errors.ts";
import { type Attached, createAttachedReader } from "../../attached.ts";
import type { Ask, Audit, Reply, Take } from "../../platform.ts";
import { escapeMrkdwn } from "../mrkdwn.ts";
import { type Aside, type Heard, type Hearing, hearButton, hearCommand, hearEvent } from "./asks.ts";
import type { Log } from "./bolt-log.ts";
import type { Identity } from "./identity.ts";
import { isSlack, sayPrivately } from "./reply-url.ts";

export interface ListenerOptions {
  readonly command: string;
  readonly apiUrl: string;
  /** For files that were sent to us. */
  readonly botToken: string;
  /** Ends what is being read. */
  readonly signal: AbortSignal;
  /** Who we are, or why nothing can be taken now. */
  readonly ready: () => Identity | NotReady;
  readonly take: Take;
  readonly audit: Audit;
  /** Says a refusal to whoever mentioned the bot or wrote to it: an event has no private answer of its own. */
  readonly notice: (ask: Ask, say: string) => Promise<void>;
  readonly log: Log;
}

export interface NotReady {
  readonly reason: "connecting" | "stopping";
  readonly say: string;
}

export interface Listeners {
  /** Settles when all that was begun after acknowledgements has ended; each has its deadline. Never rejects. */
  settled(): Promise<unknown>;
}

export function listen(app: App, options: ListenerOptions): Listeners {
  const { command, apiUrl, botToken, signal, ready, audit, log } = options;
  const afterwards = new Set<Promise<void>>();
  const reader = createAttachedReader({ take, audit });

  function afterAck(what: string, work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => log.warn({ reason: error instanceof Error ? error.message : "unknown" }, what))
      .finally(() => afterwards.delete(done));
    afterwards.add(done);
  }

  function refuse(kind: Ask["kind"], heard: Extract<Heard, { kind: "refused" }>): Reply {
    const { reason, say, conversation, person } = heard;
    const where = { ...(conversation !== undefined && { conversation }), ...(person !== undefined && { person }) };
    audit({ platform: "slack", kind, decision: "refused", reason, ...where });
    return { status: "refused", say };
  }

  async function take(ask: Ask): Promise<Reply> {
    try {
      return await options.take(ask);
    } catch (error) {
      log.warn({ kind: ask.kind, reason: error instanceof Error ? error.name : "unknown" }, "request not taken");
      return { status: "not_taken", say: "Something failed inside the bot. Ask again in a moment." };
    }
  }

  /** What has to be read first takes longer than an acknowledgement may. */
  function takeLater(ask: Ask, attached: Attached): Reply {
    if (reader.busy()) {
      audit({ platform: "slack", kind: ask.kind, decision: "not_taken", reason: "busy" });
      return { status: "not_taken", say: "" };
    }
    const allows = (url: URL) => isSlack(url, apiUrl);
    const tell = ({ say }: Reply) => options.notice(ask, say);
    const reading = { allows, authorization: `Bearer ${botToken}`, signal, tell };
    afterAck("nothing said about a file", reader.take(ask, attached, reading));
    return { status: "working", say: "" };
  }

  /** Undefined where nobody asked. */
  async function answer(
    kind: Ask["kind"],
    hear: (hearing: Hearing) => Heard,
  ): Promise<{ readonly heard: Heard | undefined; readonly reply: Reply } | undefined> {
    const identity = ready();
    if ("say" in identity) {
      audit({ platform: "slack", kind, decision: "not_taken", reason: identity.reason });
      return { heard: undefined, reply: { status: "not_taken", say: identity.say } };
    }
    const heard = hear({ identity, command, apiUrl, now: Date.now() });
    if (heard.kind === "ignored") return undefined;
    if (heard.kind === "ask" && heard.attached) return { heard, reply: takeLater(heard.ask, heard.attached) };
    return { heard, reply: heard.kind === "ask" ? await take(heard.ask) : refuse(kind, heard) };
  }

  app.command(/.*/, async ({ body, ack }) => {
    const said = (await answer("command", (hearing) => hearCommand(body, hearing)))?.reply.say ?? "";
    if (said === "") await ack();
    else await ack({ response_type: "ephemeral", text: escapeMrkdwn(said) });
  });

  app.action(/^command:\d+$/, async ({ body, ack }) => {
    const answered = await answer("button", (hearing) => hearButton(body, hearing));
    await ack();
    const aside = answered?.heard?.kind === "ignored" ? undefined : answered?.heard?.aside;
    // That work has begun is shown by its placeholder, to everybody.
    if (answered && aside && answered.reply.status !== "working") {
      afterAck("private answer to a button not shown", whisper(aside, answered.reply.say));
    }
  });

  async function event(kind: "mention" | "message", body: unknown): Promise<void> {
    const answered = await answer(kind, (hearing) => hearEvent(body, hearing));
    if (!answered) return;
    const { heard, reply } = answered;
    // Thrown past Bolt to the receiver: not acknowledged, so that Slack sends it again.
    if (reply.status === "not_taken") throw new BotError("OVERLOADED", "not taken");
    if (reply.status === "refused" && heard?.kind === "ask") {
      afterAck("refusal not handed over", options.notice(heard.ask, reply.say));
    }
  }
  app.event("app_mention", ({ body }) => event("mention", body));
  app.event("message", ({ body }) => event("message", body));
  // Bolt would log it and lose what it was.
  app.error((error) => Promise.reject(error));

  return { settled: () => Promise.allSettled([...afterwards]) };
}

const whisper = ({ url, thread }: Aside, say: string) => sayPrivately(url, say, thread);

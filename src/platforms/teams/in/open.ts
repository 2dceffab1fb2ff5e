/**
 * What people say to the bot in Teams: messages and pressed buttons become `Ask`s, and files that they agreed to get are uploaded. Each contact renews what is known
 * of the conversation, so that the bot finds it again.
 */
import type { RequestListener } from "node:http";
import type { Conversations } from "../../../store/conversations.ts";
import { type Attached, createAttachedReader } from "../../attached.ts";
import type { Ask, Audit, Reply, Take } from "../../platform.ts";
import { atMost } from "../out/wait.ts";
import type { Activity } from "./activity.ts";
import { isFileAddress } from "./attachments.ts";
import { type AuthenticationOptions, createAuthentication } from "./authenticate.ts";
import { type ConsentOptions, handOver } from "./consent.ts";
import { type Heard, hear, type Whereabouts } from "./hear.ts";
import { type Answer, createHttpIn } from "./http.ts";

export interface TeamsInOptions extends AuthenticationOptions {
  readonly take: Take;
  readonly audit: Audit;
  readonly conversations: Conversations;
  readonly consent: ConsentOptions;
  /** Says a refusal where it was asked, in its own time: a message has no answer of its own. */
  readonly notice: (ask: Ask, say: string) => Promise<void>;
  /** Says so at once, past everything that may be broken. */
  readonly sayNow: (where: Whereabouts, say: string) => Promise<void>;
  readonly log: { info(facts: object, text: string): void; warn(facts: object, text: string): void };
}

export interface TeamsIn {
  /** `POST /api/messages` */
  readonly requestListener: RequestListener;
  ready(): boolean;
  /** One phrase. */
  status(): string;
  /** Takes nothing more (503) and ends what was begun, in bounded time. */
  close(): Promise<void>;
}

type Asked = Extract<Heard, { kind: "ask" }>;

/** Of Redis, before a person waits in vain. */
const keepMs = 80;
const afterwardsMs = 3_000;
const busy = "The bot reads many files at the moment. Ask again in a minute.";

export function openTeamsIn(options: TeamsInOptions): TeamsIn {
  const { tenantId, audit, conversations, consent, notice, sayNow, log } = options;
  const authentication = createAuthentication(options);
  const afterwards = new Set<Promise<void>>();
  const reader = createAttachedReader({ take, audit });
  const closing = new AbortController();
  const closed = () => closing.signal.aborted;
  let state: "loading" | "listening" | "failed" = "loading";
  authentication.loaded.then(
    () => {
      state = "listening";
    },
    (error: unknown) => {
      state = "failed";
      log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "tokens cannot be checked");
    },
  );

  function afterAck(what: string, work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => log.warn({ reason: error instanceof Error ? error.message : "unknown" }, what))
      .finally(() => afterwards.delete(done));
    afterwards.add(done);
  }

  async function know(where: Whereabouts): Promise<void> {
    try {
      await atMost(keepMs, conversations.keep(where.conversation, where.reference));
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error("unknown");
      log.warn({ reason: message, conversation: where.conversation }, "conversation not kept");
    }
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
  function takeLater({ ask, where }: Asked, attached: Attached): Reply {
    if (reader.busy()) {
      audit({ platform: "teams", kind: ask.kind, decision: "not_taken", reason: "busy" });
      return { status: "not_taken", say: busy };
    }
    const allows = (url: URL) => isFileAddress(url, where.reference.serviceUrl);
    const tell = ({ status, say }: Reply) => (status === "not_taken" ? sayNow(where, say) : notice(ask, say));
    afterAck("nothing said about a file", reader.take(ask, attached, { allows, signal: closing.signal, tell }));
    return { status: "working", say: "" };
  }

  async function answerTo(heard: Asked, invoked: boolean): Promise<Answer> {
    const { ask, where, attached } = heard;
    await know(where);
    const reply = attached ? takeLater(heard, attached) : await take(ask);
    if (invoked) return saying(reply.status === "working" ? "Working on it. The answer comes here." : reply.say);
    if (reply.status === "refused") afterAck("refusal not handed over", notice(ask, reply.say));
    if (reply.status === "not_taken") afterAck("not taken, and not said", sayNow(where, reply.say));
    return { status: 200 };
  }

  async function forget({ conversation, group }: Extract<Heard, { kind: "went" }>): Promise<void> {
    if (group === undefined) await conversations.drop(conversation);
    else await conversations.dropGroup(conversation, group);
    log.info({ conversation, group }, "removed from a conversation");
  }

  async function handle(activity: Activity): Promise<Answer> {
    const heard = hear(activity, { tenantId, now: Date.now() });
    const invoked = activity.type === "invoke";
    switch (heard.kind) {
      case "ask":
        return await answerTo(heard, invoked);
      case "consent":
        await know(heard.where);
        return await handOver(consent, heard);
      case "came":
        log.info({ conversation: heard.where.conversation }, "came to a conversation");
        await know(heard.where);
        return { status: 200 };
      case "went":
        await forget(heard);
        return { status: 200 };
      case "refused":
        audit({ platform: "teams", kind: heard.asked, decision: "refused", reason: heard.reason });
        return invoked ? saying(heard.say) : { status: 200 };
      case "ignored":
        if (heard.where) await know(heard.where);
        return invoked ? saying("") : { status: 200 };
    }
  }

  return {
    requestListener: createHttpIn({ authentication, handle, audit, closed, log }),
    ready: () => !closed() && state === "listening",
    status: () => (closed() ? "closed" : state),
    async close() {
      closing.abort();
      await atMost(afterwardsMs, Promise.allSettled([...afterwards])).catch(() => undefined); // each has its own deadline
    },
  };
}

/** To whoever pressed the button, beside the card, which stays as it is (page "Universal Actions", response types). */
function saying(text: string): Answer {
  return { status: 200, body: { statusCode: 200, type: "application/vnd.microsoft.activity.message", value: text } };
}

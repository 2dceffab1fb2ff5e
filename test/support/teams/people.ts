/** What people do in our own Teams, as requests to the bot with a token of the signer. */
import { randomUUID } from "node:crypto";
import type { Conversation, Message } from "./state.ts";
import type { Claims, Forged, Signer } from "./tokens.ts";

export interface Sent {
  readonly key: string;
  readonly status: number;
  /** Of an invoke. */
  readonly body: unknown;
  readonly ms: number;
}

export interface Where {
  readonly in: Conversation;
  /** In a channel: the head of the thread. A new one unless told. */
  readonly thread?: string;
  readonly user?: string;
}

/** What a request has instead of what Teams sends. */
export interface Tampered {
  readonly claims?: Partial<Claims>;
  readonly forged?: Forged;
  /** The whole header; empty for none. */
  readonly authorization?: string;
  /** Laid over the activity. */
  readonly activity?: Readonly<Record<string, unknown>>;
}

export interface People {
  /** Where the bot listens. */
  deliverTo(url: string): void;
  say(text: string, where: Where, tampered?: Tampered): Promise<Sent>;
  /** Presses the button with this data: as an Action.Execute, or as the Action.Submit of clients that know nothing better. */
  press(data: object, where: Where & { readonly message?: Message; readonly as?: "execute" | "submit" }): Promise<Sent>;
  accept(context: object, where: Where, uploadUrl: string): Promise<Sent>;
  install(where: Where, action: "add" | "remove"): Promise<Sent>;
  /** The bot comes to a conversation or leaves it, as its members learn it. */
  member(where: Where, change: "membersAdded" | "membersRemoved"): Promise<Sent>;
  /** Anything, as Teams would sign it. */
  send(activity: Readonly<Record<string, unknown>>, tampered?: Tampered): Promise<Sent>;
  /** The same request once more. */
  again(sent: Sent): Promise<Sent>;
  unanswered(): readonly string[];
}

export interface PeopleOptions {
  readonly serviceUrl: string;
  readonly signer: Signer;
  readonly appId: string;
  readonly tenant: string;
  readonly nextId: () => string;
}

const patienceMs = 10_000;
export const ann = "0f5b3cc2-7d7a-4d2e-9a58-2f3cf3b0a001";

export function createPeople({ serviceUrl, signer, appId, tenant, nextId }: PeopleOptions): People {
  const bot = `28:${appId}`;
  const sentBefore = new Map<string, readonly [Readonly<Record<string, unknown>>, Tampered]>();
  const unanswered: string[] = [];
  let url = "";

  function around({ in: conversation, thread, user = ann }: Where, id: string) {
    const { kind, team } = conversation;
    const root = kind === "channel" ? `;messageid=${thread ?? id}` : "";
    return {
      ...{ id, channelId: "msteams", serviceUrl, timestamp: new Date().toISOString() },
      from: { id: `29:${user}`, name: "Ann", aadObjectId: user },
      recipient: { id: bot, name: "Cilium" },
      conversation: {
        ...{ id: `${conversation.id}${root}`, conversationType: kind, tenantId: tenant },
        ...(kind !== "personal" && { isGroup: true }),
      },
      channelData: { tenant: { id: tenant }, ...(team !== undefined && { team: { id: team } }) },
    };
  }

  async function send(activity: Readonly<Record<string, unknown>>, tampered: Tampered = {}): Promise<Sent> {
    const body = { ...activity, ...tampered.activity };
    const now = Math.floor(Date.now() / 1_000);
    const issued = {
      iss: "https://api.botframework.com",
      aud: appId,
      serviceurl: serviceUrl,
      exp: now + 3_600,
      nbf: now - 60,
    };
    const token = signer.token({ ...issued, ...tampered.claims }, tampered.forged);
    const authorization = tampered.authorization ?? `Bearer ${token}`;
    const key = `${String(body["id"])}:${(body["conversation"] as { id?: string } | undefined)?.id}`;
    sentBefore.set(key, [activity, tampered]);
    const started = performance.now();
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization !== "" && { authorization }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(patienceMs),
    }).catch((error: unknown) => {
      unanswered.push(`${key}: ${error instanceof Error ? error.name : "?"}`);
      return undefined;
    });
    const text = (await response?.text().catch(() => "")) ?? "";
    const ms = performance.now() - started;
    return { key, status: response?.status ?? 0, body: text === "" ? undefined : JSON.parse(text), ms };
  }

  const mention = { type: "mention", text: "<at>Cilium</at>", mentioned: { id: bot, name: "Cilium" } };

  return {
    deliverTo(to) {
      url = to;
    },
    send,
    async say(text, where, tampered) {
      const personal = where.in.kind === "personal";
      const words = personal
        ? { text, entities: [] }
        : { text: text.includes("<at>") ? text : `<at>Cilium</at> ${text}`, entities: [mention] };
      return await send({ ...around(where, nextId()), type: "message", textFormat: "plain", ...words }, tampered);
    },
    async press(data, { message, as = "execute", ...where }) {
      const replyTo = message ? { replyToId: message.id } : {};
      if (as === "submit") return await send({ ...around(where, nextId()), type: "message", value: data, ...replyTo });
      const value = { action: { type: "Action.Execute", verb: "ask", data }, trigger: "manual" };
      return await send({
        ...{ ...around(where, `f:${randomUUID()}`), type: "invoke", name: "adaptiveCard/action", value, ...replyTo },
        // An invoke has an id of its own; its thread is its conversation's.
        conversation: around(where, where.thread ?? nextId()).conversation,
      });
    },
    async accept(context, where, uploadUrl) {
      const uploadInfo = {
        name: "a.jsonl.gz",
        uploadUrl,
        contentUrl: "https://files.example/a",
        uniqueId: "u1",
        fileType: "gz",
      };
      const value = { type: "fileUpload", action: "accept", context, uploadInfo };
      return await send({ ...around(where, `f:${randomUUID()}`), type: "invoke", name: "fileConsent/invoke", value });
    },
    install: (where, action) => send({ ...around(where, nextId()), type: "installationUpdate", action }),
    member: (where, change) =>
      send({ ...around(where, nextId()), type: "conversationUpdate", [change]: [{ id: bot }] }),
    async again({ key }) {
      const [activity, tampered] = sentBefore.get(key) ?? [{}, {}];
      return await send(activity, tampered);
    },
    unanswered: () => unanswered,
  };
}

/**
 * A Teams of our own on the loopback, for tests: the connector that takes messages, the login that gives tokens, the signer's keys, and people who write to the bot.
 * It keeps what the bot did, so that a test can ask for it, and goes wrong when it is told to. Nothing of the bot is in it.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createFaults, type Fault, type Faults } from "../slack/faults.ts";
import { createLimits } from "./limits.ts";
import { createPeople, type People } from "./people.ts";
import type { Content, Conversation, Kind, Message } from "./state.ts";
import { createSigner, type Signer } from "./tokens.ts";

export interface TeamsOptions {
  readonly appId: string;
  readonly appPassword: string;
  readonly tenant: string;
}

/** A request of the bot: `post`, `update`, `typing`, `token`, `keys`, `upload`, `file`. */
export interface Call {
  readonly method: string;
  readonly conversation: string | null;
  readonly at: number;
  readonly fault: Fault | null;
  /** 0 where nobody answered. */
  status: number;
}

export interface Teams extends People, AsyncDisposable {
  readonly serviceUrl: string;
  /** For the bot's configuration: everything that says where this Teams is. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly signer: Signer;
  readonly faults: Pick<Faults, "add" | "clear">;
  addConversation(kind: Kind, options?: { readonly known?: boolean }): Conversation;
  /** What the bot shows there, threads included, oldest first. */
  messages(conversation: Pick<Conversation, "id">): readonly Message[];
  calls(method?: string): readonly Call[];
  /** A file that somebody sent: what stands beside a message, with an address that needs no token. */
  sendFile(file: SentFile): object;
  /** Bytes that the bot put to an address which a consent named. */
  uploads(): readonly Buffer[];
  /** From now on the bot gets a 403 there. */
  block(conversation: Conversation, code: string): void;
  /** The message is gone: it can be edited no more. */
  remove(message: Message): void;
  /** What a test should have expected and did not, as sentences: `expect(teams.leftovers()).toEqual([])`. */
  leftovers(): readonly string[];
}

export interface SentFile {
  readonly name: string;
  readonly body: string;
  /** Announced instead of its own address. */
  readonly url?: string;
}

/** Page "Format your bot messages": 100 KB, counted as UTF-16. */
const mostBytes = 100_000;

export async function startTeams(options: TeamsOptions): Promise<Teams> {
  const { appId, appPassword, tenant } = options;
  const signer = createSigner();
  const faults = createFaults();
  const limits = createLimits();
  const conversations = new Map<string, Conversation>();
  const messages: Message[] = [];
  const calls: Call[] = [];
  const uploads: Buffer[] = [];
  const sentFiles = new Map<string, string>();
  const wrong: string[] = [];
  const blocked = new Map<string, string>();
  const removed = new Set<string>();
  const tokens = new Set<string>();
  const held = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!request.destroyed) wrong.push(`the service itself failed: ${error instanceof Error ? error.stack : error}`);
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    const target = targetOf(request.method ?? "", path, body);
    if (!target) {
      wrong.push(`the service does not know ${request.method} ${path}`);
      return reply(response, 404, {});
    }
    const { method, conversation } = target;
    const fault = faults.next(method, conversation);
    const call: Call = { method, conversation, at: Date.now(), fault, status: 0 };
    calls.push(call);
    const answer = (status: number, said: object, headers: Record<string, string> = {}) => {
      call.status = status;
      reply(response, status, said, headers);
    };
    if (fault?.fault === "rate-limited")
      return answer(429, errorOf("TooManyRequests"), { "retry-after": String(fault.retryAfter) });
    if (fault?.fault === "error") return answer(Number(fault.error.slice(0, 3)), errorOf(fault.error.slice(4)));
    if (fault?.fault === "status" && !fault.effect) return answer(fault.status, errorOf("ServiceError"));
    if (fault?.fault === "reset") return void response.destroy();
    if (fault?.fault === "hang") return void held.add(response);
    if (fault?.fault === "slow" && fault.effect !== "before")
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const { status, said } = effect(target, request, body);
    if (fault?.fault === "slow" && fault.effect === "before")
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.fault === "lost-reply") return void response.destroy();
    if (fault?.fault === "status") return answer(fault.status, errorOf("ServiceError"));
    if (method === "file") {
      call.status = 200;
      return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(sentFiles.get(path));
    }
    answer(status, said);
  }

  function effect(target: Target, request: IncomingMessage, body: Buffer): { status: number; said: object } {
    switch (target.method) {
      case "openid":
        return { status: 200, said: { issuer: "https://api.botframework.com", jwks_uri: `${origin}/keys` } };
      case "keys":
        return { status: 200, said: signer.jwks };
      case "token":
        return giveToken(new URLSearchParams(body.toString("utf8")));
      case "file":
        return { status: 200, said: {} };
      case "upload":
        uploads.push(body);
        return { status: 201, said: {} };
      default:
        return connector(target, request, body);
    }
  }

  function giveToken(form: URLSearchParams) {
    if (form.get("client_id") !== appId || form.get("client_secret") !== appPassword)
      return { status: 401, said: { error: "invalid_client" } };
    const token = randomBytes(24).toString("base64url");
    tokens.add(token);
    return { status: 200, said: { token_type: "Bearer", expires_in: 3_600, access_token: token } };
  }

  function connector(target: Target, request: IncomingMessage, body: Buffer): { status: number; said: object } {
    const refuse = (status: number, code: string) => ({ status, said: errorOf(code) });
    if (appId !== "" && !tokens.has((request.headers.authorization ?? "").replace("Bearer ", "")))
      return refuse(401, "Unauthorized");
    const [id = "", thread] = (target.conversation ?? "").split(";messageid=");
    const conversation = conversations.get(id);
    if (!conversation) return refuse(404, "ConversationNotFound");
    const code = blocked.get(id);
    if (code !== undefined) return refuse(403, code);
    const content = JSON.parse(body.toString("utf8")) as Content;
    if (content["type"] === "typing") return { status: 201, said: { id: "typing" } };
    if (!limits.allow(target.conversation ?? "")) {
      wrong.push(`more messages in ${target.conversation} than Teams allows`);
      return refuse(429, "TooManyRequests");
    }
    const attachments = (content["attachments"] ?? []) as Content[];
    if (typeof content["text"] === "string" && attachments.length > 0) wrong.push("text and card in one activity");
    if (content["text"] === undefined && attachments.length === 0) return refuse(400, "BadSyntax");
    if (2 * body.toString("utf8").replaceAll(/data:[^"]*/g, "").length > mostBytes)
      return refuse(413, "MessageSizeTooBig");
    if (target.method === "update") {
      const message = messages.find((each) => each.id === target.message && each.conversation === id);
      if (!message || removed.has(message.id)) return refuse(404, "ActivityNotFoundInConversation");
      message.versions.push(content);
      return { status: 200, said: { id: message.id } };
    }
    const message = { id: nextId(), conversation: id, thread: thread ?? null, versions: [content] };
    messages.push(message);
    return { status: 201, said: { id: message.id } };
  }

  let last = Date.now();
  const nextId = () => {
    last += 1;
    return String(last);
  };

  const people = createPeople({ serviceUrl: `${origin}/amer/`, signer, appId, tenant, nextId });
  return {
    ...people,
    serviceUrl: `${origin}/amer/`,
    signer,
    faults,
    config: {
      ...{ appId, appPassword, tenantId: tenant, authority: `${origin}/login`, issuer: "https://api.botframework.com" },
      ...{ openIdUrl: `${origin}/openid`, serviceHosts: ["127.0.0.1"] },
    },
    addConversation(kind, { known = true } = {}) {
      const name = randomBytes(8).toString("hex");
      const id = { personal: `a:1${name}`, groupChat: `19:${name}@thread.v2`, channel: `19:${name}@thread.tacv2` }[
        kind
      ];
      const conversation: Conversation = { id, kind, ...(kind === "channel" && { team: "19:general@thread.tacv2" }) };
      if (known) conversations.set(id, conversation);
      return conversation;
    },
    messages: ({ id }) => messages.filter((message) => message.conversation === id && !removed.has(message.id)),
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    sendFile({ name, body, url }) {
      const path = `/file/${sentFiles.size}`;
      sentFiles.set(path, body);
      return {
        ...{ contentType: "application/vnd.microsoft.teams.file.download.info", name },
        ...{ contentUrl: `https://files.example/${name}` },
        content: { downloadUrl: url ?? `${origin}${path}`, uniqueId: "u1", fileType: "yaml" },
      };
    },
    uploads: () => uploads,
    block: ({ id }, code) => void blocked.set(id, code),
    remove: ({ id }) => void removed.add(id),
    leftovers: () => [...wrong, ...people.unanswered()],
    async [Symbol.asyncDispose]() {
      for (const response of held) response.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Target {
  readonly method: string;
  readonly conversation: string | null;
  readonly message?: string;
}

function targetOf(verb: string, path: string, body: Buffer): Target | undefined {
  const alone = (method: string) => ({ method, conversation: null });
  if (verb === "GET" && path === "/openid") return alone("openid");
  if (verb === "GET" && path === "/keys") return alone("keys");
  if (verb === "POST" && /^\/login\/[^/]+\/oauth2\/v2\.0\/token$/.test(path)) return alone("token");
  if (verb === "GET" && path.startsWith("/file/")) return alone("file");
  if (verb === "PUT" && path.startsWith("/upload/")) return alone("upload");
  const [, id, message] = /^\/amer\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  const conversation = decodeURIComponent(id);
  if (verb === "PUT" && message !== undefined)
    return { method: "update", conversation, message: decodeURIComponent(message) };
  if (verb !== "POST" || message !== undefined) return undefined;
  return { method: body.includes('"type":"typing"') ? "typing" : "post", conversation };
}

const errorOf = (code: string) => ({ error: { code, message: `refused: ${code}` } });

function reply(response: ServerResponse, status: number, said: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(said));
}

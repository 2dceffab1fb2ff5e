/** One request from the bot, from its bytes to its reply, with what goes wrong on purpose in between. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault, Faults } from "../faults.ts";
import type { Json } from "../json.ts";
import type { Around } from "../methods/method.ts";
import type { RateLimits } from "../rate-limits.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Call } from "../state/calls.ts";
import { callMethod, rateLimited, refused } from "./api.ts";
import { readArguments, textOf } from "./arguments.ts";
import { readBody } from "./body.ts";
import { type Reply, write } from "./reply.ts";
import { respond } from "./response-url.ts";
import { receiveUpload } from "./upload.ts";

export interface Handling {
  readonly slack: Around;
  readonly faults: Faults;
  readonly rates: RateLimits | null;
  /** Aborted when the service closes: ends every wait. */
  readonly closing: AbortSignal;
}

/** What a request is for, before any of it is done. */
interface Work {
  readonly name: string;
  readonly channel: string | null;
  readonly args: Json;
  run(spoilt: Spoilt): Reply;
}

/** What goes wrong behind an ok. */
interface Spoilt {
  readonly unshared: boolean;
  readonly unseen: boolean;
}

const apiBodyBytes = 1_048_576;
const uploadBytes = 64 * 1_048_576;

export async function handle(handling: Handling, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").split("?")[0] ?? "";
  const [, root = "", ...rest] = path.split("/");
  const body = await readBody(request, root === "upload" ? uploadBytes : apiBodyBytes);
  if (body === null) {
    write(response, { status: 413, body: "", outcome: "too_large", headers: { connection: "close" } });
    return;
  }
  const work = readWork(handling, { root, rest, request, body });
  const call = handling.slack.calls.begin(work.name, work.channel, work.args);
  await perform(handling, work, call, response);
}

function readWork(
  { slack, rates }: Handling,
  given: {
    readonly root: string;
    readonly rest: readonly string[];
    readonly request: IncomingMessage;
    readonly body: Buffer;
  },
): Work {
  const { root, rest, request, body } = given;
  const last = rest.at(-1) ?? "";
  if (root === "api") return readApiCall(slack, rates, { name: rest.join("/"), request, body });
  if (root === "upload" && request.method === "POST") {
    const run = () => receiveUpload(slack, last, body, request.headers["content-type"] ?? "");
    return { name: "upload", channel: null, args: { bytes: body.length }, run };
  }
  if (root === "files-pri" && request.method === "GET") {
    const run = () => slack.sentFiles.read(last, request.headers.authorization ?? "");
    return { name: "file", channel: null, args: {}, run };
  }
  if ((root === "commands" || root === "actions") && request.method === "POST") {
    const channel = slack.responseUrls.peek(last)?.channel ?? null;
    return { name: "response_url", channel, args: { body: body.toString() }, run: () => respond(slack, last, body) };
  }
  const run = () => ({ status: 404, body: "", outcome: "no_such_page" });
  return { name: `${request.method} /${[root, ...rest].join("/")}`, channel: null, args: {}, run };
}

function readApiCall(
  slack: Around,
  rates: RateLimits | null,
  { name, request, body }: { readonly name: string; readonly request: IncomingMessage; readonly body: Buffer },
): Work {
  try {
    const given = readArguments(request, body);
    const named = textOf(given.args, "channel") || textOf(given.args, "channel_id");
    const channel = slack.workspace.channel(named)?.id ?? (named || null);
    const run = (spoilt: Spoilt) => callMethod(slack, rates, { name, channel, request, given, ...spoilt });
    return { name, channel, args: given.args, run };
  } catch (thrown) {
    if (!(thrown instanceof SlackRefusal)) throw thrown;
    return { name, channel: null, args: {}, run: () => refused(thrown) };
  }
}

async function perform(handling: Handling, work: Work, call: Call, response: ServerResponse): Promise<void> {
  const fault = handling.faults.next(work.name, work.channel);
  call.fault = fault?.fault ?? null;
  const reply = await answer(work, call, fault, handling.closing);
  if (reply === null) {
    response.destroy();
    return;
  }
  call.status = reply.status;
  write(response, reply);
}

/** Null: the connection is cut instead. */
async function answer(work: Work, call: Call, fault: Fault | null, closing: AbortSignal): Promise<Reply | null> {
  const run = () => {
    const reply = work.run({ unshared: fault?.fault === "unshared", unseen: fault?.fault === "unseen" });
    call.outcome = reply.outcome;
    call.effect = reply.outcome === "ok";
    return reply;
  };
  switch (fault?.fault) {
    case "rate-limited":
      return rateLimited(fault.retryAfter);
    case "error":
      return refused(new SlackRefusal(fault.error));
    case "reset":
      return null;
    case "hang":
      await pause(longest, closing);
      return null;
    case "status":
      if (fault.effect) run();
      return { status: fault.status, body: "", outcome: "server_error" };
    case "lost-reply":
      run();
      return null;
    case "slow": {
      if (fault.effect !== "after") {
        const reply = run();
        await pause(fault.ms, closing);
        return reply;
      }
      await pause(fault.ms, closing);
      return closing.aborted ? null : run();
    }
    default:
      return run();
  }
}

const longest = 2 ** 31 - 1;

async function pause(ms: number, closing: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: closing }).catch(() => undefined);
}

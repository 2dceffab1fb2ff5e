/** Slack, the part that listens to it, and a `take` that the test decides. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Ask, AuditLine, Reply } from "../../../../src/platforms/platform.ts";
import { openSlackIn, type SlackIn } from "../../../../src/platforms/slack/in/open.ts";
import { secrets, startTestSlack, type TestSlack } from "../../../slack-service/service.ts";
import type { Signed } from "../../../support/slack/inbound/request.ts";
import type { SlackOptions } from "../../../support/slack/options.ts";

export interface Listening extends AsyncDisposable {
  readonly service: TestSlack;
  readonly slackIn: SlackIn;
  /** The request URL; HTTP only. */
  readonly url: string;
  readonly asks: readonly Ask[];
  readonly audits: readonly AuditLine[];
  readonly notices: readonly { readonly ask: Ask; readonly say: string }[];
  /** Everything logged, as JSON. */
  readonly logged: () => string;
}

export interface ListeningOptions {
  readonly mode: "http" | "socket";
  readonly slack?: Partial<SlackOptions>;
  readonly take?: (ask: Ask, count: number) => Reply | Promise<Reply>;
  /** Before anything is asked of Slack. */
  readonly before?: (service: TestSlack) => unknown;
  readonly botToken?: string;
}

export const working: Reply = { status: "working", say: "Working on it." };
export const refused: Reply = { status: "refused", say: "Ask <#C1> & co." };
export const notTaken: Reply = { status: "not_taken", say: "Ask again in a moment." };

export async function startListening(options: ListeningOptions): Promise<Listening> {
  const { mode, take = () => working, before, botToken = secrets.botToken } = options;
  const service = await startTestSlack(options.slack);
  await before?.(service);
  const asks: Ask[] = [];
  const audits: AuditLine[] = [];
  const notices: { ask: Ask; say: string }[] = [];
  const lines: unknown[] = [];
  const write = (facts: object, text: string) => lines.push({ ...facts, text });
  const slackIn = openSlackIn({
    ...(mode === "http" ? { mode, signingSecret: secrets.signingSecret } : { mode, appToken: secrets.appToken }),
    ...{ botToken, apiUrl: service.slack.apiUrl, command: "/cilium" },
    take: async (ask) => take(ask, asks.push(ask)),
    audit: (line) => audits.push(line),
    notice: async (ask, say) => {
      notices.push({ ask, say });
    },
    log: { info: write, warn: write },
  });
  const server = createServer(slackIn.requestListener ?? ((_, response) => response.writeHead(404).end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  await slackIn.start();
  service.slack.deliverTo(mode === "http" ? { url } : "socket-mode");
  return {
    ...{ service, slackIn, url, asks, audits, notices },
    logged: () => JSON.stringify(lines),
    async [Symbol.asyncDispose]() {
      await slackIn.close();
      server.close();
      server.closeAllConnections();
      await service[Symbol.asyncDispose]();
    },
  };
}

/** Asks again every few milliseconds, for at most fifteen seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("it did not happen in fifteen seconds");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A request that a test made itself. */
export async function post(
  url: string,
  { headers, body }: Signed,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: await response.text() };
}

/** Any body, signed as Slack does. */
export function signed(body: string): Signed {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hex = createHmac("sha256", secrets.signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  const signature = { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${hex}` };
  return { body, headers: { "content-type": "application/json", ...signature } };
}

/** A row with one button of ours. */
export const buttonId = "AAAAAAAAAAAAAAAAAAAA_-";
export const row = {
  type: "actions",
  elements: [
    { type: "button", action_id: "command:0", value: buttonId, text: { type: "plain_text", text: "Again" } },
    { type: "button", action_id: "command:1", value: "drops --all", text: { type: "plain_text", text: "Typed" } },
    { type: "button", action_id: "other", value: buttonId, text: { type: "plain_text", text: "Not ours" } },
  ],
};

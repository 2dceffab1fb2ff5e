/** One question to a scripted Relay, for the tests of the client. */
import { afterEach } from "vitest";
import type { FlowSelect } from "../../../src/analysis/select.ts";
import { BotError } from "../../../src/errors.ts";
import { createHubble, type Hubble, type HubbleOptions } from "../../../src/sources/hubble/client.ts";
import type { DropsFinding, FlowListQuestion, FlowsQuestion } from "../../../src/sources/question.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { nodes, type RelayScript, startRelay } from "../../fixtures/flows/relay.ts";

export const select: FlowSelect = {
  either: {},
  from: {},
  to: {},
  reasons: [],
  protocols: [],
  directions: [],
  nodes: [],
};
export const conditions = {
  ...{ verdicts: [], types: [], httpStatus: [], httpMethods: [] },
  ...{ httpPaths: [], httpUrls: [], uuids: [] },
};
/** The newest ten flows, as lines. */
export const list: FlowListQuestion = {
  ...{ source: "hubble", ask: "flows", cluster: "lab", select, conditions, since: null, until: null },
  limit: { keep: "newest", count: 10 },
  print: { json: false, node: false, numeric: false },
};
export const window = { from: noon, to: noon + 60_000 };
export const connected = nodes("connected", ["a", "b"]);

const open: Hubble[] = [];
afterEach(() => {
  for (const hubble of open.splice(0)) hubble.close();
});

export function hubbleAt(address: string, more: Partial<HubbleOptions> = {}): Hubble {
  const hubble = createHubble({ name: "lab", address, tls: { enabled: false }, ...more });
  open.push(hubble);
  return hubble;
}

export async function ask(
  hubble: Hubble,
  more: Partial<FlowsQuestion> = {},
  signal = AbortSignal.timeout(5_000),
): Promise<DropsFinding> {
  const question = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 10, ...more } as const;
  return (await hubble.answer(question, signal)) as DropsFinding;
}

export async function answerOf(script: RelayScript, more: Partial<FlowsQuestion> = {}): Promise<DropsFinding> {
  await using relay = await startRelay(script);
  return await ask(hubbleAt(relay.address), more);
}

export async function failureOf(script: RelayScript, signal?: AbortSignal): Promise<BotError> {
  await using relay = await startRelay(script);
  const failure: unknown = await ask(hubbleAt(relay.address), {}, signal).catch((error: unknown) => error);
  if (!(failure instanceof BotError)) throw new Error("the question was answered");
  return failure;
}

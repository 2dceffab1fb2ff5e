/** Relay's GetFlows: who delivers, what went wrong on the agents, then everybody's flows merged; with `follow` on and on. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type GetFlowsRequest,
  type GetFlowsResponse,
  msTimestamp,
  type NodeStatusEvent,
} from "../../sources/hubble/wire.ts";
import type { Agents } from "./agents.ts";
import { compileMask } from "./field-mask.ts";
import { compileFilters } from "./filter.ts";
import { mergeStreams } from "./merge.ts";
import { type Selected, type Selection, selectFromNews, selectFromRing } from "./select.ts";
import type { Writer } from "./stream.ts";
import { knownFilter, knownFlow, lacksFlowField, maskPaths, type Version } from "./version.ts";

/** Milliseconds between two looks at what is new. */
const followEvery = 100;
const state = { connected: 1, unavailable: 2, error: 4 } as const;

interface Plan {
  readonly selection: Selection;
  /** Masked, and without what the version does not know. */
  readonly shape: (response: GetFlowsResponse) => GetFlowsResponse;
}

/** Resolves at the stream's end: when all agents have ended, or the client is gone. */
export async function streamFlows(
  agents: Agents,
  request: GetFlowsRequest,
  writer: Writer<GetFlowsResponse>,
  signal: AbortSignal,
): Promise<void> {
  const { available, unavailable } = agents.reachable();
  if (available.length > 0) {
    await writer.write(status(agents, { stateChange: state.connected, nodeNames: available.map(agents.nameOf) }));
  }
  if (unavailable.length > 0) {
    await writer.write(status(agents, { stateChange: state.unavailable, nodeNames: unavailable.map(agents.nameOf) }));
  }
  const plan = planFor(request, agents.version());
  if ("error" in plan) {
    const nodeNames = available.map(agents.nameOf);
    const refused = status(agents, { stateChange: state.error, nodeNames, message: plan.error });
    await (available.length > 0 && writer.write(refused));
    return;
  }
  const failing = agents.failing();
  if (failing.length > 0) {
    await writer.write(status(agents, failed(agents, failing)));
  }
  const answering = available.filter((node) => !failing.includes(node));
  const losses = agents.lossesNow();
  for (const lost of agents.lostEvents(answering)) {
    await writer.write(lost);
  }
  await agents.catchUp();
  const now = agents.clock();
  const selected = answering.map(
    (node) => [node, selectFromRing(agents.ring(node).contents(now), plan.selection)] as const,
  );
  for (const response of mergeStreams(
    selected.map(([, { flows }]) => flows),
    request.number ?? 0,
  )) {
    if (!(await writer.write(plan.shape(response)))) {
      return;
    }
  }
  if (request.follow === true) {
    const ended = new Set(selected.filter(([, { ended }]) => ended).map(([node]) => node));
    await follow(agents, plan, { now, available: answering, ended, losses }, writer, signal);
  }
}

/** What Relay says of agents whose streams ended with an error. */
function failed(agents: Agents, nodes: readonly string[]): NodeStatusEvent {
  const message = "rpc error: code = Internal desc = the agent's Hubble server is not ready";
  return { stateChange: state.error, nodeNames: nodes.map(agents.nameOf), message };
}

/** An agent that goes away or fails is reported once; it joins again silently when it is back. What is lost from then on is told as it is set. */
async function follow(
  agents: Agents,
  plan: Plan,
  from: {
    readonly now: number;
    readonly available: readonly string[];
    readonly ended: Set<string>;
    readonly losses: unknown;
  },
  writer: Writer<GetFlowsResponse>,
  signal: AbortSignal,
): Promise<void> {
  const { ended } = from;
  const readTo = new Map(from.available.map((node) => [node, from.now]));
  let { losses } = from;
  while (ended.size < agents.names.length) {
    await sleep(followEvery, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      return;
    }
    if (agents.hung()) {
      continue;
    }
    const now = agents.clock();
    const { available: reachable, unavailable } = agents.reachable();
    const failing = agents.failing();
    const available = reachable.filter((node) => !failing.includes(node));
    const broken = failing.filter((node) => readTo.delete(node));
    if (broken.length > 0) {
      await writer.write(status(agents, failed(agents, broken)));
    }
    if (agents.lossesNow() !== losses) {
      losses = agents.lossesNow();
      for (const lost of agents.lostEvents(available)) {
        await writer.write(lost);
      }
    }
    for (const node of unavailable.filter((each) => readTo.delete(each))) {
      const message = "rpc error: code = Unavailable desc = error reading from server: EOF";
      await writer.write(status(agents, { stateChange: state.error, nodeNames: [agents.nameOf(node)], message }));
    }
    const news = available
      .filter((node) => !ended.has(node))
      .map((node): readonly [string, Selected] => {
        const since = readTo.get(node) ?? now;
        readTo.set(node, Math.max(now, since));
        return [node, since < now ? selectFromNews(agents.flows(node, since, now), plan.selection) : noNews];
      });
    for (const response of mergeStreams(
      news.map(([, { flows }]) => flows),
      0,
    )) {
      await writer.write(plan.shape(response));
    }
    for (const [node] of news.filter(([, selected]) => selected.ended)) {
      ended.add(node);
    }
  }
}

const noNews: Selected = { flows: [], ended: false };

/** What each agent makes of the request; they are all of one version, so one that fails fails on all with the same words. */
function planFor(request: GetFlowsRequest, version: Version): Plan | { readonly error: string } {
  const { number = 0, first = false, follow: follows = false, whitelist = [], blacklist = [] } = request;
  if (first && follows) {
    return { error: "rpc error: code = InvalidArgument desc = first cannot be specified with follow" };
  }
  try {
    const known = (filters: typeof whitelist) => filters.map((filter) => knownFilter(version, filter));
    const matches = compileFilters(known(whitelist), known(blacklist));
    const mask = compileMask(maskPaths(version, request), (field) => lacksFlowField(version, field));
    const since = request.since ?? undefined;
    const until = request.until ?? undefined;
    return {
      selection: { matches, number, first, follow: follows, since, until },
      shape: (response) =>
        mask(version.minor >= 19 ? response : { ...response, flow: knownFlow(version, response.flow ?? {}) }),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function status(agents: Agents, nodeStatus: NodeStatusEvent): GetFlowsResponse {
  return { nodeStatus, nodeName: agents.relayPod, time: msTimestamp(agents.clock()) };
}

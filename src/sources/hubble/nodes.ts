/** How Relay's nodes are: its own list of them, how far back their rings reach, and what was lost. */
import { type Client, status } from "@grpc/grpc-js";
import { counted } from "../../analysis/counted.ts";
import { isConnected, type RelayNode, relayState } from "../../analysis/status/node.ts";
import { type BotError, toBotError } from "../../errors.ts";
import type { NodesFinding, RecorderReach } from "../question.ts";
import type { Decoder } from "./decode.ts";
import { askOldest } from "./oldest.ts";
import type { Past } from "./past.ts";
import { askStatus, type RelayStatus } from "./status.ts";
import { streamFlows } from "./stream.ts";
import { askOnce } from "./unary.ts";
import { until } from "./until.ts";
import { enumText, observerMethods, type WireNode } from "./wire.ts";

export interface NodesAsked {
  readonly client: Client;
  readonly decoder: Decoder;
  readonly address: string;
  /** As our configuration has it. */
  readonly cluster: string;
  readonly past: Past | undefined;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

const mostNodes = 300;
const mostVersions = 10;
/** What all else may cost beyond Relay's own words. Rings of thousands of nodes take a while. */
const graceMs = 1_500;
const slow = "It gave no answer in time.";
/** Flows of this id there are none: what comes of such a question is what was lost. */
const noFlow = { uuid: ["-"] };

/** Rejects with a BotError when Relay itself says nothing. */
export async function readNodes(asked: NodesAsked, signal: AbortSignal): Promise<NodesFinding> {
  const { client, decoder, address, clock = Date.now } = asked;
  const oldest = askOldest(client, decoder, signal);
  const losses = askLosses(client, decoder, signal);
  const recording = recorderOf(asked);
  const over = new AbortController();
  const listing = askOnce(client, observerMethods.getNodes, address, AbortSignal.any([signal, over.signal])).then(
    (response) => ({ nodes: response?.nodes ?? [], why: "" }),
    (thrown: unknown) => ({ nodes: undefined, why: whyUnlisted(toBotError(thrown)) }),
  );
  try {
    const relay = await askStatus(client, address, signal);
    const at = clock();
    const [{ nodes, why } = { nodes: undefined, why: slow }, reach, lost, recorder = unreached] = await Promise.all([
      until(listing, graceMs),
      oldest.within(graceMs),
      losses.within(graceMs),
      until(recording, graceMs),
    ]);
    const all = nodes === undefined ? namedBy(relay) : nodes.map((node) => readNode(node, reach));
    const sorted = all.toSorted((one, other) => Number(isConnected(one)) - Number(isConnected(other)));
    const notes = [
      nodes === undefined ? `Relay does not list its nodes. ${why}` : "",
      nodes === undefined && reach !== undefined ? "" : unreachedText(all, relay.flows > 0 && reach === undefined),
      recorder.note,
    ];
    return {
      ...{ ask: "nodes", at, version: short(relay.version) },
      ...{ connected: relay.connectedNodes, unavailable: relay.unavailableNodes },
      flowsPerSecond: relay.flowsRate > 0 ? relay.flowsRate : null,
      ...{ flows: relay.flows, maxFlows: relay.maxFlows, reach: spanOf(reach, at) },
      ...{ nodes: sorted.slice(0, mostNodes), folded: Math.max(0, sorted.length - mostNodes) },
      ...{ versions: versionsOf(all), lost, recorder: recorder.reach },
      notes: notes.filter((note) => note !== ""),
    };
  } finally {
    oldest.stop();
    losses.stop();
    over.abort();
  }
}

/** Whoever tells how it is and does not know this call speaks Hubble's API all the same. */
function whyUnlisted({ code, say }: BotError): string {
  return code === "REFUSED" ? "This version of it cannot, or hubble.address is a single agent's." : say;
}

/** Of all rings the one that reaches back least far, and the one that does furthest. */
function spanOf(reach: ReadonlyMap<string, number> | undefined, at: number): Required<NodesFinding>["reach"] {
  if (reach === undefined) return null;
  const times = [...reach.values()].map((time) => Math.max(0, at - time));
  return { leastMs: Math.min(...times), mostMs: Math.max(...times) };
}

/** Of those that have flows and did not say since when. */
function unreachedText(nodes: readonly RelayNode[], isNone: boolean): string {
  const dumb = nodes.filter((node) => isConnected(node) && node.flows > 0 && node.oldest === null).length;
  if (isNone) return "How far back the nodes' rings reach is not known.";
  return dumb === 0 ? "" : `How far back the rings of ${counted(dumb, "node")} reach is not known.`;
}

function readNode(
  { name = "", state = 0, version = "", numFlows = 0, maxFlows = 0 }: WireNode,
  reach: ReadonlyMap<string, number> | undefined,
): RelayNode {
  return {
    ...{ name: short(name), state: relayState(state), version: short(version), flows: numFlows, maxFlows },
    oldest: reach?.get(name) ?? null,
  };
}

/** Whoever lists no nodes may still name those that are away. */
function namedBy({ unavailable }: RelayStatus): RelayNode[] {
  return unavailable.map((name) => ({
    ...{ name: short(name), state: "unavailable", version: "", flows: 0, maxFlows: 0, oldest: null },
  }));
}

/** Of those that are connected: the others say nothing of themselves. */
function versionsOf(nodes: readonly RelayNode[]): NodesFinding["versions"] {
  const counts = new Map<string, number>();
  for (const node of nodes) if (isConnected(node)) counts.set(node.version, (counts.get(node.version) ?? 0) + 1);
  return [...counts]
    .map(([version, count]) => ({ version, nodes: count }))
    .sort((one, other) => other.nodes - one.nodes)
    .slice(0, mostVersions);
}

/** Lost events stand in the rings between the flows and pass every filter. */
function askLosses(client: Client, decoder: Decoder, signal: AbortSignal) {
  const lost: Record<string, number> = {};
  const sink = {
    flow: () => undefined,
    nodes: () => undefined,
    lost: ({ source, count }: { readonly source: number; readonly count: number }) => {
      const name = enumText("LostEventSource", source);
      // A reader that begins where a ring ends is overtaken there: that says nothing of the cluster.
      if (name !== "HUBBLE_RING_BUFFER") lost[name] = (lost[name] ?? 0) + count;
    },
  };
  const { end, stop } = streamFlows(client, decoder, { number: 1, first: true, whitelist: [noFlow] }, sink, signal);
  return {
    stop,
    /** Null: not all rings were read to their end. */
    async within(ms: number): Promise<Readonly<Record<string, number>> | null> {
      const ended = await until(end, ms);
      stop();
      return ended?.code === status.OK ? lost : null;
    },
  };
}

interface Recorder {
  readonly reach: RecorderReach | null;
  readonly note: string;
}

const unreached: Recorder = {
  reach: null,
  note: "How far back the recorder reaches is not known: Redis gave no answer.",
};

/** Never rejects: the nodes are what was asked about. */
async function recorderOf({ past, cluster }: Pick<NodesAsked, "past" | "cluster">): Promise<Recorder> {
  if (past?.reach === undefined) return { reach: null, note: "" };
  try {
    const { oldest, through } = await past.reach(cluster);
    return { reach: { oldest, through }, note: "" };
  } catch {
    return unreached;
  }
}

function short(text: string): string {
  return text.slice(0, 253);
}

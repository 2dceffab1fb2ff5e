/** How Relay's nodes are: its own list of them, how far back their rings reach, and what was lost. */
import { type Client, status } from "@grpc/grpc-js";
import { isConnected, type RelayNode, relayState } from "../../analysis/status/node.ts";
import { toBotError } from "../../errors.ts";
import type { NodesFinding, RecorderReach } from "../question.ts";
import type { Decoder } from "./decode.ts";
import { askOldest } from "./oldest.ts";
import type { Past } from "./past.ts";
import { askStatus, type RelayStatus } from "./status.ts";
import { streamFlows } from "./stream.ts";
import { askOnce } from "./unary.ts";
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
/** What the rings may cost beyond Relay's own words. Rings of thousands of nodes take a while. */
const ringsGraceMs = 1_500;
/** Flows of this id there are none: what comes of such a question is what was lost. */
const noFlow = { uuid: ["-"] };

/** Rejects with a BotError when Relay itself says nothing. */
export async function readNodes(asked: NodesAsked, signal: AbortSignal): Promise<NodesFinding> {
  const { client, decoder, address, clock = Date.now } = asked;
  const oldest = askOldest(client, decoder, signal);
  const losses = askLosses(client, decoder, signal);
  const recording = recorderOf(asked);
  const listing = askOnce(client, observerMethods.getNodes, address, signal).then(
    (response) => ({ nodes: response?.nodes ?? [], why: "" }),
    (thrown: unknown) => ({ nodes: undefined, why: toBotError(thrown).say }),
  );
  try {
    const relay = await askStatus(client, address, signal);
    const { nodes, why } = await listing;
    const at = clock();
    const [reach, lost] = await Promise.all([oldest.within(ringsGraceMs), losses.within(ringsGraceMs)]);
    const recorder = await recording;
    const all = nodes === undefined ? namedBy(relay) : nodes.map((node) => readNode(node, reach));
    const sorted = all.toSorted((one, other) => Number(isConnected(one)) - Number(isConnected(other)));
    const notes = [
      nodes === undefined ? `Relay does not list its nodes. ${why}` : "",
      reach === undefined && relay.flows > 0 ? "How far back the nodes' rings reach is not known: they were slow." : "",
      recorder.note,
    ];
    return {
      ...{ ask: "nodes", at, version: short(relay.version) },
      ...{ connected: relay.connectedNodes, unavailable: relay.unavailableNodes },
      flowsPerSecond: relay.flowsRate > 0 ? relay.flowsRate : null,
      ...{ flows: relay.flows, maxFlows: relay.maxFlows },
      ...{ nodes: sorted.slice(0, mostNodes), folded: Math.max(0, sorted.length - mostNodes) },
      ...{ versions: versionsOf(all), lost, recorder: recorder.reach },
      notes: notes.filter((note) => note !== ""),
    };
  } finally {
    oldest.stop();
    losses.stop();
  }
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
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), ms);
      });
      const ended = await Promise.race([end, late]);
      clearTimeout(timer);
      stop();
      return ended?.code === status.OK ? lost : null;
    },
  };
}

/** Never rejects: the nodes are what was asked about. */
async function recorderOf({
  past,
  cluster,
}: Pick<NodesAsked, "past" | "cluster">): Promise<{ readonly reach: RecorderReach | null; readonly note: string }> {
  if (past?.reach === undefined) return { reach: null, note: "" };
  try {
    const { oldest, through } = await past.reach(cluster);
    return { reach: { oldest, through }, note: "" };
  } catch {
    return { reach: null, note: "How far back the recorder reaches is not known: Redis gave no answer." };
  }
}

function short(text: string): string {
  return text.slice(0, 253);
}

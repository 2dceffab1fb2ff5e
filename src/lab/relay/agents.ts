import type { GetFlowsResponse, ServerStatusResponse, WireNode } from "../../sources/hubble/wire.ts";
import { msTimestamp } from "../../sources/hubble/wire.ts";
import type { World } from "../world/world.ts";
import { type Faults, lostEventSources } from "./faults.ts";
import { createRing, type Ring } from "./ring.ts";
import { parseVersion, type Version } from "./version.ts";

/** The agents' Hubble servers as the relay reaches them. Nodes go by their plain names; `nameOf` gives the one on the wire. */
export interface Agents {
  readonly names: readonly string[];
  readonly relayPod: string;
  readonly clock: () => number;
  readonly version: () => Version;
  readonly hung: () => boolean;
  readonly nameOf: (node: string) => string;
  readonly reachable: () => { readonly available: string[]; readonly unavailable: string[] };
  readonly ring: (node: string) => Ring;
  /** Brings every ring up to the present without holding up other work. */
  readonly catchUp: () => Promise<void>;
  readonly flows: (node: string, from: number, to: number) => readonly GetFlowsResponse[];
  /** Of the reachable: those whose agents answer flow requests with an error. */
  readonly failing: () => readonly string[];
  /** One message for each loss of these nodes. */
  readonly lostEvents: (nodes: readonly string[]) => GetFlowsResponse[];
  /** Another value after each change of what is lost. */
  readonly lossesNow: () => unknown;
  readonly serverStatus: () => ServerStatusResponse;
  readonly nodes: () => WireNode[];
  readonly close: () => void;
}

export function createAgents(options: {
  readonly world: World;
  readonly clock: () => number;
  readonly ringCapacity: number;
  readonly version: string;
  readonly faults: () => Faults;
}): Agents {
  const { world, clock, ringCapacity, faults } = options;
  const names = world.nodes.map(({ name }) => name);
  const rings = new Map(names.map((name) => [name, createRing(world, name, ringCapacity)]));
  const version = () => parseVersion(faults().olderVersion ?? options.version);
  const nameOf = (node: string) => (world.clusterName === "default" ? node : `${world.clusterName}/${node}`);
  const isUnavailable = (node: string) => faults().unavailableNodes.includes(node);

  function ring(node: string): Ring {
    const known = rings.get(node);
    if (known === undefined) {
      throw new RangeError(`no such node: ${node}`);
    }
    return known;
  }

  function fill(node: string): { numFlows: number; maxFlows: number; seenFlows: number; uptimeNs: number } {
    const now = clock();
    return {
      numFlows: ring(node).contents(now).length,
      maxFlows: ringCapacity,
      seenFlows: ring(node).seen(now),
      uptimeNs: Math.round((now - world.bornAt) * 1e6),
    };
  }

  function reachable() {
    return { available: names.filter((node) => !isUnavailable(node)), unavailable: names.filter(isUnavailable) };
  }

  return {
    names,
    relayPod: world.pods.find(({ owner }) => owner?.name === "hubble-relay")?.name ?? "hubble-relay",
    clock,
    version,
    hung: () => faults().hang,
    nameOf,
    reachable,
    ring,
    async catchUp() {
      for (const each of rings.values()) {
        await each.catchUp(clock());
      }
    },
    flows: (node, from, to) => world.flows(node, from, to),
    lostEvents(nodes) {
      const { lostEvents: everywhere, losses } = faults();
      const [source] = lostEventSources;
      const all = [...names.map((node) => ({ node, source, count: everywhere })), ...losses];
      const time = msTimestamp(clock());
      return all
        .filter(({ node, count }) => count > 0 && nodes.includes(node))
        .map(({ node, source, count }) => ({
          lostEvents: { source: lostEventSources.indexOf(source) + 1, numEventsLost: count, cpu: { value: 0 } },
          nodeName: nameOf(node),
          time,
        }));
    },
    failing: () => reachable().available.filter((node) => faults().failingNodes.includes(node)),
    lossesNow: () => faults().losses,
    serverStatus() {
      const { available, unavailable } = reachable();
      const fills = available.map(fill);
      const sum = (of: "numFlows" | "maxFlows" | "seenFlows") => fills.reduce((total, each) => total + each[of], 0);
      const flowsRate = available.reduce((total, node) => total + ring(node).rate(clock()), 0);
      return {
        numFlows: sum("numFlows"),
        maxFlows: sum("maxFlows"),
        seenFlows: sum("seenFlows"),
        uptimeNs: Math.max(0, ...fills.map(({ uptimeNs }) => uptimeNs)),
        numConnectedNodes: { value: available.length },
        numUnavailableNodes: { value: unavailable.length },
        unavailableNodes: unavailable.slice(0, 10).map(nameOf),
        version: `hubble-relay v${version().text}`,
        ...(version().minor >= 15 && { flowsRate }),
      };
    },
    nodes() {
      return world.nodes.map((node) => ({
        name: nameOf(node.name),
        address: `${node.ip}:4244`,
        tls: { enabled: true, serverName: `${node.name}.${world.clusterName}.hubble-grpc.cilium.io` },
        ...(isUnavailable(node.name)
          ? { state: 2 }
          : faults().failingNodes.includes(node.name)
            ? { state: 4 }
            : { state: 1, version: `cilium v${version().text}`, ...fill(node.name) }),
      }));
    },
    close() {
      for (const each of rings.values()) {
        each.close();
      }
    },
  };
}

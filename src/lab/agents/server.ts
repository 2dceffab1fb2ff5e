import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { NodeCounters, World } from "../world/world.ts";
import { renderExposition } from "./exposition.ts";
import { renderHistory } from "./history.ts";
import type { Labels, Scene } from "./metric.ts";
import { createTally, type FlowCounts } from "./tally.ts";
import { type Target, targetsOf } from "./targets.ts";

export interface Agents {
  readonly endpoints: readonly AgentEndpoint[];
  /** The past as a live scrape every `stepMs` would have stored it: OpenMetrics text up to `to`, in chunks. */
  history(to: number, stepMs: number): Iterable<string>;
  close(): Promise<void>;
}

/** Where an exporter listens, and what Prometheus is told to call it. */
export interface AgentEndpoint {
  readonly kind: Target["kind"];
  readonly node: string;
  /** host:port */
  readonly address: string;
  readonly labels: Labels;
}

export interface AgentsOptions {
  readonly world: World;
  readonly clock: () => number;
  /** How far back `history` goes; the flow metrics of Hubble begin there. */
  readonly historyMs: number;
  readonly host?: string;
  /** Events that a node's Hubble lost so far, by source; default: none. */
  readonly lost?: (node: string) => ReadonlyMap<string, number>;
  /** Cilium's version, default 1.17.6. */
  readonly version?: string;
  /** Absent: free ports. Else node n's agent listens on base + 10n, its Hubble on base + 3 + 10n, the operator on base + 1 (9962, 9965, 9963, 9972, …). */
  readonly basePort?: number;
}

const kindOffsets = { agent: 0, operator: 1, hubble: 3 } as const;

/**
 * The metrics endpoints of the cluster, one server each: GET /metrics. Any of them also answers GET /targets with what Prometheus' http_sd_configs reads,
 * under the host name that it was asked by, so that a Prometheus in another container finds them all from one address.
 */
export async function createAgents(options: AgentsOptions): Promise<Agents> {
  const { world, clock, historyMs, host = "127.0.0.1", version = "1.17.6", basePort } = options;
  const { lost = () => new Map() } = options;
  const since = Math.max(world.bornAt, clock() - historyMs);
  const tally = createTally(world, since);
  const targets = targetsOf(world);
  const listening: { target: Target; server: Server; port: number }[] = [];

  const countersAt = rememberNewest(world);
  // Both are counted only when a metric asks for them, and once for all metrics of a scrape.
  function sceneOf({ node }: Target, at: number): Scene {
    let flows: FlowCounts | undefined;
    return {
      world,
      node,
      at,
      version,
      lost: lost(node.name),
      get counters() {
        return countersAt(node.name, at);
      },
      get flows() {
        flows ??= tally.countsAt(node.name, at);
        return flows;
      },
    };
  }

  function answer(target: Target, request: IncomingMessage, response: ServerResponse): void {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" || (path !== "/metrics" && path !== "/targets")) {
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
    } else if (path === "/targets") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(discovery(request)));
    } else {
      const text = renderExposition(target.metrics, sceneOf(target, clock()));
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(text);
    }
  }

  function discovery(request: IncomingMessage): { targets: string[]; labels: Labels }[] {
    const name = request.headers.host?.replace(/:\d+$/, "") ?? host;
    return listening.map(({ target, port }) => ({ targets: [`${name}:${port}`], labels: target.labels }));
  }

  async function close(): Promise<void> {
    tally.close();
    await Promise.all(listening.map(({ server }) => closeServer(server)));
  }

  try {
    for (const target of targets) {
      const server = createServer((request, response) => {
        try {
          answer(target, request, response);
        } catch (thrown) {
          response.writeHead(500, { "content-type": "text/plain" }).end(String(thrown));
        }
      });
      const port = basePort === undefined ? 0 : basePort + kindOffsets[target.kind] + 10 * indexOf(world, target);
      listening.push({ target, server, port: await listen(server, host, port) });
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    endpoints: listening.map(({ target: { kind, node, labels }, port }) => ({
      kind,
      node: node.name,
      address: `${host}:${port}`,
      labels,
    })),
    history: (to, stepMs) => renderHistory({ targets, scene: sceneOf, from: since, to, stepMs }),
    close,
  };
}

/** An agent and its Hubble have the same counters; counting is what takes time here. */
function rememberNewest(world: World): World["counters"] {
  const newest = new Map<string, { readonly at: number; readonly counters: NodeCounters }>();
  return (node, at) => {
    const known = newest.get(node);
    if (known?.at === at) return known.counters;
    const counters = world.counters(node, at);
    newest.set(node, { at, counters });
    return counters;
  };
}

/** The operator has its port once, whatever node it runs on. */
function indexOf(world: World, { kind, node }: Target): number {
  return kind === "operator" ? 0 : world.nodes.findIndex(({ name }) => name === node.name);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

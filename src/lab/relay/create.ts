import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import {
  type GetFlowsRequest,
  type GetFlowsResponse,
  type HealthCheckRequest,
  type HealthCheckResponse,
  healthMethods,
  observerMethods,
} from "../../sources/hubble/wire.ts";
import type { Losses } from "../losses.ts";
import type { World } from "../world/world.ts";
import { createAgents } from "./agents.ts";
import { type Faults, noFaults } from "./faults.ts";
import { streamFlows } from "./get-flows.ts";
import { createWriter } from "./stream.ts";
import { parseVersion } from "./version.ts";

export interface RelayOptions {
  readonly world: World;
  /** Epoch milliseconds: the relay's present. */
  readonly clock: () => number;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Flows kept per node; default 4095, as Hubble's. */
  readonly ringCapacity?: number;
  /** Cilium's version, default 1.19.4. */
  readonly version?: string;
  /** Hears of every change of what is lost. */
  readonly losses?: Pick<Losses, "change">;
}

export interface Relay {
  /** `host:port`. */
  readonly address: string;
  readonly faults: () => Faults;
  /** Changes what is given and keeps the rest; rejects with a RangeError on values that make no sense. Done when it has taken effect. */
  readonly setFaults: (changes: Partial<Faults>) => Promise<Faults>;
  /** Calls that have not ended. */
  readonly openCalls: () => number;
  readonly close: () => Promise<void>;
}

const observed = ["", "hubble.server.Observer"];

/** Hubble Relay of the simulated cluster, over plain gRPC as in a default installation. */
export async function createRelay(options: RelayOptions): Promise<Relay> {
  const { world, clock, host, ringCapacity = 4095, version = "1.19.4" } = options;
  let faults = noFaults;
  const agents = createAgents({
    world,
    clock,
    ringCapacity,
    version: parseVersion(version).text,
    faults: () => faults,
  });
  const calls = new Set<AbortController>();
  const watchers = new Set<ServerWritableStream<HealthCheckRequest, HealthCheckResponse>>();
  const server = new Server();

  function unary<Q, R>(answer: (request: Q) => R): handleUnaryCall<Q, R> {
    return (call, callback: sendUnaryData<R>) => {
      if (faults.hang) {
        return;
      }
      call.sendMetadata(header());
      agents.catchUp().then(
        () => callback(null, answer(call.request)),
        (error: unknown) => callback({ code: status.INTERNAL, details: String(error) }),
      );
    };
  }

  function header(): Metadata {
    const metadata = new Metadata();
    metadata.set("hubble-relay-version", agents.version().text);
    return metadata;
  }

  function getFlows(call: ServerWritableStream<GetFlowsRequest, GetFlowsResponse>): void {
    const stop = new AbortController();
    calls.add(stop);
    const gone = () => {
      stop.abort();
      calls.delete(stop);
    };
    call.once("cancelled", gone).once("close", gone).once("error", gone);
    if (faults.hang) {
      return;
    }
    call.sendMetadata(header());
    streamFlows(agents, call.request, createWriter(call, stop.signal), stop.signal)
      .then(() => call.end())
      .catch((error: unknown) => call.emit("error", { code: status.INTERNAL, details: String(error) }))
      .finally(gone);
  }

  const servingStatus = () => ({ status: agents.reachable().available.length > 0 ? 1 : 2 });

  server.addService(observerMethods, {
    getFlows,
    getNodes: unary(() => ({ nodes: agents.nodes() })),
    getNamespaces: unary(() => ({ namespaces: namespaces(world) })),
    serverStatus: unary(() => agents.serverStatus()),
  });
  server.addService(healthMethods, {
    check(call: { request: HealthCheckRequest }, callback: sendUnaryData<HealthCheckResponse>) {
      if (faults.hang) {
        return;
      }
      if (observed.includes(call.request.service ?? "")) {
        callback(null, servingStatus());
      } else {
        callback({ code: status.NOT_FOUND, details: "unknown service" });
      }
    },
    watch(call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>) {
      const known = observed.includes(call.request.service ?? "");
      if (!faults.hang) {
        call.write(known ? servingStatus() : { status: 3 });
      }
      if (known) {
        watchers.add(call);
        call.once("cancelled", () => watchers.delete(call));
      }
    },
  });

  await agents.catchUp();
  const boundPort = await bind(server, `${host}:${options.port}`);
  const address = `${host}:${boundPort}`;

  return {
    address,
    faults: () => faults,
    openCalls: () => calls.size + watchers.size,
    async setFaults(changes) {
      const before = faults;
      const next = { ...faults, ...changes };
      check(next, agents.names);
      options.losses?.change(faults, next);
      faults = next;
      if (faults.refuse && !before.refuse) {
        // In this order: what is no longer bound has no connections to drain.
        server.drain(address, 0);
        server.unbind(address);
      } else if (!faults.refuse && before.refuse) {
        await bind(server, address);
      }
      for (const watcher of faults.hang ? [] : watchers) {
        watcher.write(servingStatus());
      }
      return faults;
    },
    async close() {
      for (const call of calls) {
        call.abort();
      }
      server.forceShutdown();
      agents.close();
    },
  };
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function check(faults: Faults, nodes: readonly string[]): void {
  const named = [...faults.unavailableNodes, ...faults.failingNodes, ...faults.losses.map(({ node }) => node)];
  const unknown = named.filter((node) => !nodes.includes(node));
  if (unknown.length > 0) {
    throw new RangeError(`no such node: ${unknown.join(", ")}; there are ${nodes.join(", ")}`);
  }
  for (const count of [faults.lostEvents, ...faults.losses.map((loss) => loss.count)]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`lostEvents must be a whole number from 0, not ${count}`);
    }
  }
  if (faults.olderVersion !== null) {
    parseVersion(faults.olderVersion);
  }
}

/** Those that flows name: every namespace with pods of their own address. */
function namespaces(world: World): { cluster: string; namespace: string }[] {
  const names = new Set(world.pods.filter(({ hostNetwork }) => !hostNetwork).map(({ namespace }) => namespace));
  return [...names].sort().map((namespace) => ({ cluster: world.clusterName, namespace }));
}

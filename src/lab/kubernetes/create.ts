/**
 * The lab's Kubernetes API server. For clients it is read-only and speaks as kube-apiserver does; its objects follow from the world, and the policy comes,
 * changes and goes with the world's steps. Tests change objects and break things through `store`.
 */
import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import type { World } from "../world/world.ts";
import { route } from "./api/router.ts";
import { knownTokens } from "./api/token.ts";
import { makeCertificate } from "./certificate.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { KubernetesObject } from "./object.ts";
import { clusterObjects } from "./objects/all.ts";
import { followSteps } from "./policy.ts";
import { type Fault, listen } from "./server.ts";
import { createStore } from "./store.ts";
import { createWatches, type WatchLimits } from "./watches.ts";

export interface KubernetesOptions {
  readonly world: World;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Bearer tokens that may read everything; default: a random one. */
  readonly tokens?: readonly string[];
  /** Host names and addresses for the certificate, beside 127.0.0.1, localhost and `host`. */
  readonly names?: readonly string[];
  readonly limits?: Partial<WatchLimits>;
}

export interface Kubernetes {
  readonly url: string;
  readonly token: string;
  readonly caPem: string;
  /** For kubectl and the bot. `server`: another URL by which they reach it. */
  kubeconfig(server?: string): string;
  readonly store: KubernetesControl;
  close(): Promise<void>;
}

export interface KubernetesControl {
  /** Adds or replaces; metadata that the API server sets is filled in. Throws for a kind that is not served. */
  upsert(object: KubernetesObject): KubernetesObject;
  /** `namespace`: "" for cluster-scoped kinds. False when there was none. */
  remove(kind: string, namespace: string, name: string): boolean;
  /** Forgets all versions handed out: open watches end with 410 Expired, and so do new ones from an old version. */
  expire(): void;
  /** Breaks all watches without a word. */
  disconnect(): void;
  /** Null: all is well again. A hang also holds back the events of open watches. */
  setFault(fault: Fault | null): void;
  /** Open watches. */
  watches(): number;
}

const user = "lab";
const defaults: WatchLimits = { watches: 200, buffer: 4_194_304, bookmarkMs: 60_000, defaultMs: 1_800_000 };
const rememberedChanges = 1_000;

export async function createKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const { world, clock, host } = options;
  const tokens = options.tokens ?? [randomBytes(24).toString("base64url")];
  const token = tokens[0];
  if (!token || tokens.includes("")) throw new Error("tokens must not be empty");
  const reachable = reachableHost(host);
  const certificate = await makeCertificate([reachable, ...(options.names ?? [])]);
  // Versions begin at the time of the start, so that one from an earlier run of the lab is always too old and never misread.
  const store = createStore({ firstVersion: Math.floor(clock()), keep: rememberedChanges, clock });
  for (const object of clusterObjects(world)) store.upsert(object);
  const stopSteps = followSteps({ world, clock, store });
  const watches = createWatches({ store, clock, limits: { ...defaults, ...options.limits } });
  let address = "";
  const server = await listen({
    host,
    port: options.port,
    certificate,
    isKnown: knownTokens(tokens),
    handlers: { answer: (request) => route(request, { store, clock, address, user }), watch: watches.open },
  }).catch((cause: unknown) => {
    stopSteps();
    watches.close();
    throw cause;
  });
  address = `${isIPv6(reachable) ? `[${reachable}]` : reachable}:${server.port}`;
  const url = `https://${address}`;

  return {
    url,
    token,
    caPem: certificate.caPem,
    kubeconfig: (at = url) =>
      writeKubeconfig({ cluster: world.clusterName, server: at, caPem: certificate.caPem, user, token }),
    store: {
      upsert: store.upsert,
      remove: store.remove,
      expire() {
        store.expire();
        watches.expire();
      },
      disconnect: watches.cut,
      setFault(fault) {
        server.setFault(fault);
        watches.pause(fault !== null && "hang" in fault);
      },
      watches: watches.count,
    },
    async close() {
      stopSteps();
      watches.close();
      await server.close();
    },
  };
}

/** Who listens everywhere is reached on this machine at its loopback address. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

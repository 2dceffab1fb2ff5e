/**
 * The lab, joined: the simulated cluster with its three protocols, and beside it the real Redis, Prometheus and Alertmanager that the bot works with.
 * Everything listens on 127.0.0.1 and goes when this process goes.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AgentEndpoint, createAgents } from "./agents/server.ts";
import { createControl } from "./control.ts";
import { createKubernetes, type KubernetesControl } from "./kubernetes/create.ts";
import { createLosses } from "./losses.ts";
import { holdDirectory } from "./programs/directory.ts";
import { type Programs, startPrograms } from "./programs/start-all.ts";
import { createRelay, type Relay } from "./relay/create.ts";
import { createWorld } from "./world/create.ts";
import type { StepChange } from "./world/schedule.ts";
import type { ScenarioName, World } from "./world/world.ts";

export interface LabOptions {
  /** Progress, one line each. */
  readonly say: (line: string) => void;
  /** Same seed, same traffic; default 1. */
  readonly seed?: number;
  /** History of the policy; default: rule1 at L3/L4 45 minutes before the start, at L7 20 minutes before it. */
  readonly steps?: readonly StepChange[];
  /** What is deployed beside Star Wars; default: nothing. */
  readonly scenarios?: readonly ScenarioName[];
  /** Without Redis, Prometheus and Alertmanager. */
  readonly clusterOnly?: boolean;
  /** Where the cluster listens; default 127.0.0.1. */
  readonly host?: string;
  /** The name under which others reach `host`; default: `host`. Goes into addresses, certificate and configuration. */
  readonly advertise?: string;
  /** Absent ones are free ports. `metrics` is the first of a scheme, see createAgents. */
  readonly ports?: { readonly relay?: number; readonly kubernetes?: number; readonly metrics?: number };
  /** Where Alertmanager sends notifications; default: nowhere. */
  readonly webhook?: { readonly url: string; readonly bearerToken?: string };
  /** Epoch milliseconds; default the system's. */
  readonly clock?: () => number;
}

export interface Lab {
  readonly world: World;
  readonly addresses: LabAddresses;
  /** A configuration of the bot that points at the lab. */
  config(): LabConfig;
  /** What can be broken on purpose. */
  readonly faults: {
    readonly relay: Pick<Relay, "faults" | "setFaults" | "openCalls">;
    readonly kubernetes: KubernetesControl;
    /** `pause` lets one listen without answering, `close` ends it. Absent with `clusterOnly`. */
    readonly programs?: Pick<Programs, "redis" | "prometheus" | "alertmanager">;
  };
  close(): Promise<void>;
}

export interface LabAddresses {
  /** host:port */
  readonly relay: string;
  readonly kubernetes: string;
  readonly control: string;
  /** host:port of each exporter. */
  readonly agents: readonly string[];
  readonly prometheus?: string;
  readonly alertmanager?: string;
  readonly redis?: string;
}

export interface LabConfig {
  readonly redis?: { readonly url: string };
  readonly http: { readonly adminPort: number };
  readonly clusters: readonly {
    readonly name: string;
    readonly hubble: { readonly address: string };
    readonly prometheus?: { readonly url: string };
    readonly alertmanager?: { readonly url: string };
    readonly kubernetes: { readonly kubeconfig: string };
  }[];
}

const minuteMs = 60_000;
const historyMs = 60 * minuteMs;
/** One version for Relay and agents; the pods' images name it too. */
const ciliumVersion = "1.17.6";

export async function startLab(options: LabOptions): Promise<Lab> {
  const {
    say,
    seed = 1,
    scenarios = [],
    clusterOnly = false,
    host = "127.0.0.1",
    ports = {},
    clock = Date.now,
  } = options;
  const { advertise = host } = options;
  const began = performance.now();
  const now = clock();
  const steps = options.steps ?? usualSteps(now);
  const world = createWorld({ seed, now, history: historyMs, steps, scenarios });
  const losses = createLosses(world.nodes.map(({ name }) => name));
  const opened: { close(): Promise<void> }[] = [];

  /** What was opened is closed in the end, also when something after it fails to start. */
  async function open<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    opened.push(started);
    return started;
  }

  async function close(): Promise<void> {
    const results = await Promise.allSettled(opened.splice(0).map((each) => each.close()));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  async function openCluster() {
    const names = advertise === host ? [] : [advertise];
    const [directory, relay, kubernetes] = await Promise.all([
      open(holdDirectory("lab")),
      open(createRelay({ world, clock, host, port: ports.relay ?? 0, version: ciliumVersion, losses })),
      open(createKubernetes({ world, clock, host, port: ports.kubernetes ?? 0, names })),
    ]);
    const control = await open(createControl({ world, clock, relay }));
    const kubeconfig = join(directory.path, "kubeconfig");
    const url = new URL(kubernetes.url);
    url.hostname = advertise;
    await writeFile(kubeconfig, kubernetes.kubeconfig(url.origin), { mode: 0o600 });
    say(`Cluster of ${world.nodes.length} nodes and ${world.pods.length} pods is up`);
    return { relay, kubernetes, kubernetesUrl: url.origin, control, kubeconfig };
  }

  async function openPrograms() {
    const basePort = ports.metrics;
    const settings = {
      world,
      clock,
      historyMs,
      host,
      version: ciliumVersion,
      lost: losses.of,
      ...(basePort !== undefined && { basePort }),
    };
    const agents = await open(createAgents(settings));
    const { webhook } = options;
    const programs = clusterOnly
      ? undefined
      : await open(startPrograms({ agents, clock, say, ...(webhook && { webhook }) }));
    return { agents, programs };
  }

  const started = await Promise.allSettled([openCluster(), openPrograms()]);
  const [cluster, beside] = started;
  if (cluster.status === "rejected" || beside.status === "rejected") {
    await close();
    throw started.find((result) => result.status === "rejected")?.reason;
  }
  const { relay, kubernetes, kubernetesUrl, control, kubeconfig } = cluster.value;
  const { agents, programs } = beside.value;
  say(`Lab ready in ${((performance.now() - began) / 1000).toFixed(1)} s`);

  const relayAddress = withHost(relay.address, advertise);
  return {
    world,
    addresses: {
      relay: relayAddress,
      kubernetes: kubernetesUrl,
      control: control.url,
      agents: agents.endpoints.map(({ address }: AgentEndpoint) => withHost(address, advertise)),
      ...(programs && {
        prometheus: programs.prometheus.url,
        alertmanager: programs.alertmanager.url,
        redis: programs.redis.url,
      }),
    },
    config: () => ({
      ...(programs && { redis: { url: programs.redis.url } }),
      http: { adminPort: 0 },
      clusters: [
        {
          name: "lab",
          hubble: { address: relayAddress },
          ...(programs && {
            prometheus: { url: programs.prometheus.url },
            alertmanager: { url: programs.alertmanager.url },
          }),
          kubernetes: { kubeconfig },
        },
      ],
    }),
    faults: { relay, kubernetes: kubernetes.store, ...(programs && { programs }) },
    close,
  };
}

/** The history that makes `drops deathstar` worth asking right after the start. */
function usualSteps(now: number): StepChange[] {
  return [
    { step: "l3-l4", at: now - 45 * minuteMs },
    { step: "l7", at: now - 20 * minuteMs },
  ];
}

function withHost(address: string, host: string): string {
  return `${host}:${address.slice(address.lastIndexOf(":") + 1)}`;
}

/** The sources of one cluster, joined: Relay's client resolves TARGETs and names workloads from the Kubernetes index beside it. */
import type { Workload } from "../analysis/flow.ts";
import type { Resolution, Target } from "../analysis/target.ts";
import type { Logger } from "../log.ts";
import type { Source, SourceName } from "./question.ts";

/** One entry of `clusters` in the configuration; what is absent is not configured. */
export interface ClusterOptions {
  readonly name: string;
  readonly hubble?:
    | {
        readonly address: string;
        readonly tls: {
          readonly enabled: boolean;
          readonly caFile?: string | undefined;
          readonly certFile?: string | undefined;
          readonly keyFile?: string | undefined;
          readonly serverName?: string | undefined;
        };
      }
    | undefined;
  readonly prometheus?:
    | {
        readonly url: string;
        readonly bearerTokenFile?: string | undefined;
        readonly headers: Readonly<Record<string, string>>;
      }
    | undefined;
  readonly kubernetes?:
    | { readonly kubeconfig?: string | undefined; readonly context?: string | undefined; readonly inCluster: boolean }
    | undefined;
}

export interface ClusterSources {
  readonly name: string;
  readonly answers: ReadonlyMap<SourceName, Source>;
  /** Present when flows come from a file: the newest flow's time. */
  readonly now?: () => number;
  /** For /readyz: one word per source. */
  status(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface Outside {
  readonly log: Logger;
  /** Flows from this file instead of Relay. */
  readonly flowsFile?: string;
}

/** Each source's client is loaded only where it is configured. */
export async function openCluster(cluster: ClusterOptions, { log, flowsFile }: Outside): Promise<ClusterSources> {
  const { name } = cluster;
  const answers = new Map<SourceName, Source>();
  const closers: (() => Promise<void>)[] = [];

  const kubernetes = cluster.kubernetes && (await openKubernetes(name, cluster.kubernetes, log));
  if (kubernetes) {
    answers.set("kubernetes", kubernetes.answer as Source);
    closers.push(() => kubernetes.close());
  }
  if (cluster.prometheus) {
    const { createPrometheus } = await import("./prometheus/prometheus.ts");
    answers.set("prometheus", createPrometheus({ name, ...cluster.prometheus }).answer as Source);
  }
  const lookups: Lookups = {
    resolve: kubernetes ? kubernetes.resolve : unresolved,
    ...(kubernetes && { workloadOf: kubernetes.workloadOf }),
  };
  const recorded = flowsFile === undefined ? undefined : await openRecorded(flowsFile, lookups);
  if (recorded) {
    answers.set("hubble", recorded.answer as Source);
  } else if (cluster.hubble) {
    const { createHubble } = await import("./hubble/client.ts");
    const hubble = createHubble({ name, ...cluster.hubble, ...lookups });
    answers.set("hubble", hubble.answer as Source);
    closers.push(async () => hubble.close());
  }
  return {
    name,
    answers,
    ...(recorded && { now: () => recorded.newest }),
    status: () => (kubernetes ? { [`kubernetes-${name}`]: kubernetes.status().ready ? "in sync" : "reading" } : {}),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

async function openKubernetes(name: string, options: NonNullable<ClusterOptions["kubernetes"]>, log: Logger) {
  const { createKubernetes } = await import("./kubernetes/kubernetes.ts");
  return createKubernetes({
    name,
    ...options,
    onState: (event) => log.debug({ cluster: name, ...event }, "kubernetes watch"),
  });
}

async function openRecorded(file: string, lookups: Lookups) {
  const { openRecordedHubble } = await import("./hubble/recorded.ts");
  return await openRecordedHubble({ file, ...lookups });
}

interface Lookups {
  readonly resolve: (target: Target, signal: AbortSignal) => Promise<Resolution>;
  readonly workloadOf?: (namespace: string, pod: string) => Workload | undefined;
}

async function unresolved(target: Target): Promise<Resolution> {
  return { status: "unresolved", target, because: "Kubernetes is not configured" };
}

/** The sources of one cluster, joined: Relay's client resolves TARGETs and names workloads from the Kubernetes index beside it. */
import type { Workload } from "../analysis/flow.ts";
import { type Redaction, redactText } from "../analysis/redact.ts";
import type { Resolution, Target } from "../analysis/target.ts";
import type { Logger } from "../log.ts";
import { type KeptEdges, withEdges } from "./edges/history.ts";
import type { Past } from "./hubble/past.ts";
import type { RecordedOptions } from "./hubble/recorded.ts";
import type { ResolveTarget } from "./hubble/resolve-target.ts";
import { withNodes } from "./hubble/with-nodes.ts";
import type { ChangeMemory } from "./kubernetes/changes/memory.ts";
import type { Source, SourceName } from "./question.ts";
import type { ReadWorld } from "./replay/answer.ts";

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
        readonly caFile?: string | undefined;
        readonly bearerTokenFile?: string | undefined;
        readonly username?: string | undefined;
        readonly passwordFile?: string | undefined;
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
  /** The workload that runs a pod, where Kubernetes is configured. */
  readonly workloadOf?: (namespace: string, pod: string) => Workload | undefined;
  /** For /readyz: one word per source. */
  status(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface Outside {
  readonly log: Logger;
  /** Flows from this file instead of Relay. */
  readonly flowsFile?: string;
  /** What may not leave the sources; the built-in rules where nothing is said. */
  readonly redaction?: Redaction;
  /** What was kept of the flows that Hubble's rings no longer hold. */
  readonly past?: Past;
  /** Where it is kept what changed. */
  readonly changes?: ChangeMemory;
  /** Hourly sketches of the traffic. */
  readonly edges?: Exclude<KeptEdges, undefined>;
}

/** Each source's client is loaded only where it is configured. */
export async function openCluster(cluster: ClusterOptions, outside: Outside): Promise<ClusterSources> {
  const { flowsFile, redaction, past, edges } = outside;
  const { name } = cluster;
  const answers = new Map<SourceName, Source>();
  const closers: (() => Promise<void>)[] = [];

  const kubernetes = cluster.kubernetes && (await openKubernetes(name, cluster.kubernetes, outside));
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
    ...(kubernetes && { workloadOf: kubernetes.workloadOf, world: kubernetes.world }),
  };
  const recorded = flowsFile === undefined ? undefined : await openRecorded(flowsFile, { ...lookups, redaction });
  if (recorded) {
    answers.set("hubble", withNodes(withEdges(recorded.answer as Source, "terminal"), undefined));
    closers.push(() => recorded.close());
  } else if (cluster.hubble) {
    const { createHubble } = await import("./hubble/client.ts");
    const hubble = createHubble({ name, ...cluster.hubble, ...lookups, redaction, past });
    answers.set("hubble", withNodes(withEdges(hubble.answer as Source, edges), hubble.nodes));
    closers.push(() => hubble.close());
  }
  return {
    name,
    answers,
    ...(recorded && { now: () => recorded.newest }),
    ...(lookups.workloadOf && { workloadOf: lookups.workloadOf }),
    status: () => (kubernetes ? { [`kubernetes-${name}`]: kubernetes.status().ready ? "in sync" : "reading" } : {}),
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

async function openKubernetes(
  name: string,
  options: NonNullable<ClusterOptions["kubernetes"]>,
  { log, redaction, changes: memory }: Outside,
) {
  const { createKubernetes } = await import("./kubernetes/kubernetes.ts");
  return createKubernetes({
    name,
    ...options,
    onState: (event) => log.debug({ cluster: name, ...event }, "kubernetes watch"),
    ...(memory && {
      changes: {
        memory,
        redact: redaction?.text ?? redactText,
        onProblem: (error) => log.warn({ err: error, cluster: name }, "changes cannot be written down"),
      },
    }),
  });
}

async function openRecorded(file: string, options: Lookups & Pick<RecordedOptions, "redaction">) {
  const { openRecordedHubble } = await import("./hubble/recorded.ts");
  return await openRecordedHubble({ file, ...options });
}

interface Lookups {
  readonly resolve: ResolveTarget;
  readonly workloadOf?: (namespace: string, pod: string) => Workload | undefined;
  readonly world?: ReadWorld;
}

async function unresolved(target: Target): Promise<Resolution> {
  return { status: "unresolved", target, because: "Kubernetes is not configured" };
}

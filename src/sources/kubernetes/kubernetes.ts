/** The Kubernetes source: one cluster's objects in memory, kept up to date by watches; TARGETs and policies are answered from there, without a request. */
import type { Workload } from "../../analysis/flow.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { BotError } from "../../errors.ts";
import type { PoliciesQuestion, Source } from "../question.ts";
import { createIndex } from "./cluster-index.ts";
import { type ConnectionOptions, createConnection } from "./connection.ts";
import { noSubject, policiesFor, subjectLabels } from "./policies.ts";
import { startReflector } from "./reflector.ts";
import { defaultTiming, type ReflectorPhase, type ReflectorTiming } from "./reflector-state.ts";
import { resolveTarget } from "./resolve.ts";
import { watchedResources } from "./resources.ts";
import { isReadable, isSettled, type KubernetesStatus, notesOf, statusOf } from "./status.ts";
import { createWaiters } from "./waiters.ts";

export interface KubernetesOptions extends ConnectionOptions {
  /** The cluster's name in our configuration. */
  readonly name: string;
  /** A resource's state changed; for the log. `problem` is for people and "" when all is well. */
  readonly onState?: (event: {
    readonly resource: string;
    readonly phase: ReflectorPhase;
    readonly problem: string;
  }) => void;
  /** Epoch milliseconds; tests turn it. */
  readonly now?: () => number;
  readonly timing?: Partial<ReflectorTiming>;
}

export interface Kubernetes {
  /** Resolves when every resource has been read or is known to be absent or forbidden; rejects with a BotError when the signal comes first. */
  ready(signal: AbortSignal): Promise<void>;
  /** Never rejects: what cannot be known is `unresolved`, with the reason. Waits for the first lists, 3 s at most. */
  resolve(target: Target, signal: AbortSignal): Promise<Resolution>;
  /** The workload that runs this pod, also for pods deleted in the last hour; `Pod` when nothing owns it. A lookup: made to be asked per flow. */
  workloadOf(namespace: string, pod: string): Workload | undefined;
  readonly answer: Source<PoliciesQuestion>;
  status(): KubernetesStatus;
  close(): Promise<void>;
}

/** Starts watching at once; a cluster that cannot be reached is tried again until `close`. */
export function createKubernetes(options: KubernetesOptions): Kubernetes {
  const now = options.now ?? Date.now;
  const index = createIndex(now);
  const connection = createConnection(options);
  const settled = createWaiters();
  const timing = { ...defaultTiming, ...options.timing };
  const reflectors = watchedResources(index).map((resource) =>
    startReflector({
      connection,
      resource,
      timing,
      now,
      onState: ({ name }, { phase, problem }) => {
        options.onState?.({ resource: name, phase, problem: problem?.say ?? "" });
        settled.check();
      },
    }),
  );

  const named = (names: readonly string[]) => reflectors.filter(({ resource }) => names.includes(resource.name));
  const isReady = () => reflectors.every(isSettled);
  /** Only for what the question needs: a resource that cannot be read must not hold up the others. */
  const settle = (names: readonly string[], signal: AbortSignal) =>
    settled.wait(() => named(names).every(isSettled), AbortSignal.any([signal, AbortSignal.timeout(maxWaitMs)]));

  /** The reason for an answer that was not given in time: the first failure there is. */
  function whyNot(): BotError {
    const waiting = reflectors.filter((reflector) => !isSettled(reflector));
    const problem = waiting.map((reflector) => reflector.state().problem).find((one) => one !== null);
    if (problem) return problem;
    const names = waiting.map(({ resource }) => resource.name).slice(0, 3);
    return new BotError("TIMEOUT", `not in sync: ${names.join(", ")}`, {
      say: `The Kubernetes objects of ${options.name} are still being read (${names.join(", ")}).`,
    });
  }

  async function resolve(target: Target, signal: AbortSignal): Promise<Resolution> {
    const names = needed(target);
    await settle(names, signal);
    const resolution = resolveTarget(index, target);
    // "Nothing of that name" has to rest on everything; what was found stands, unless the pods behind it are missing.
    const missing = named(resolution.status === "unknown" ? names : names.filter((name) => name === "pods")).find(
      (reflector) => !isSettled(reflector) || (resolution.status === "unknown" && !isReadable(reflector)),
    );
    if (missing === undefined) return resolution;
    return { status: "unresolved", target, because: isSettled(missing) ? (notesOf([missing])[0] ?? "") : whyNot().say };
  }

  return {
    resolve,
    workloadOf: index.workloadOf,
    status: () => statusOf(reflectors, connection.server()),
    async ready(signal) {
      await settled.wait(isReady, signal);
      if (!isReady()) throw whyNot();
    },
    async answer({ subject }, signal) {
      // One wait for both: what is wrong has to be said before the question's own deadline.
      const within = AbortSignal.any([signal, AbortSignal.timeout(maxWaitMs)]);
      const resolution = "target" in subject ? await resolve(subject.target, within) : null;
      const names = [...policyResources, ...identityResources];
      await settle(names, within);
      if (!named(policyResources).every(isSettled)) throw whyNot();
      const subjects = "labels" in subject ? [subject.labels] : resolution ? subjectLabels(index, resolution) : [];
      const empty = resolution !== null && subjects.length === 0 ? noSubject(index, resolution) : "";
      const notes = [...notesOf(reflectors, names), empty].filter((note) => note !== "");
      return { ask: "policies", resolution, ...policiesFor(index, subjects), ...(notes.length > 0 && { notes }) };
    },
    async close() {
      await Promise.all(reflectors.map((reflector) => reflector.close()));
    },
  };
}

/** Longer than this a question does not wait for the first lists: its answer has a deadline of its own. */
const maxWaitMs = 3_000;
const policyResources = ["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies", "networkpolicies"];
const identityResources = ["pods", "namespaces", "ciliumendpoints", "ciliumidentities"];
const workloadResources = ["deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs"];

/** Without these, "nothing of that name" would be a guess. */
function needed(target: Target): readonly string[] {
  switch (target.kind) {
    case "name":
      return ["pods", "services", ...workloadResources];
    case "workload":
      return ["pods", ...workloadResources];
    case "service":
      return ["pods", "services"];
    case "pod":
      return ["pods"];
    case "namespace":
      return ["namespaces"];
    case "labels":
      return ["pods", "ciliumidentities"];
    case "ip":
      return ["pods"];
    case "identity":
      return ["ciliumidentities"];
    case "cidr":
    case "fqdn":
    case "reserved":
      return [];
  }
}

/** The Kubernetes source: one cluster's objects in memory, kept up to date by watches; TARGETs and policies are answered from there, without a request. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Workload } from "../../analysis/flow.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { BotError } from "../../errors.ts";
import type {
  AgentsQuestion,
  ChangesQuestion,
  EndsQuestion,
  PoliciesQuestion,
  PolicyRulesQuestion,
  PolicyStatesQuestion,
  Question,
  Running,
  Source,
  WhyQuestion,
  WhySubject,
} from "../question.ts";
import type { ReadWorld } from "../replay/answer.ts";
import { createReplayer } from "../replay/replayer.ts";
import { groupNotes, groupsUnread, settingsNotes, settingsResources } from "./agent-settings.ts";
import { agentsOf } from "./agents.ts";
import { changesFinding } from "./changes/answer.ts";
import { kindOfResource } from "./changes/sighting.ts";
import { type ChangeWatchOptions, createChangeWatch } from "./changes/watch.ts";
import { createIndex } from "./cluster-index.ts";
import { type ConnectionOptions, createConnection } from "./connection.ts";
import { endsOf } from "./ends/ends.ts";
import { watchedSince } from "./ends/watched-since.ts";
import { noSubject, policiesFor, subjectLabels } from "./policies.ts";
import { policyRules } from "./policy-rules.ts";
import { policyStates } from "./policy-states.ts";
import { policyWorld } from "./policy-world.ts";
import { startReflector } from "./reflector.ts";
import { defaultTiming, type ReflectorPhase, type ReflectorTiming } from "./reflector-state.ts";
import { resolveTarget } from "./resolve.ts";
import { watchedResources } from "./resources.ts";
import { isReadable, isSettled, type KubernetesStatus, notesOf, staleSince, statusOf } from "./status.ts";
import { visibleIndex } from "./visible-index.ts";
import { createWaiters } from "./waiters.ts";
import { planWhy, whyFinding } from "./why/why.ts";

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
  /** Where it is noted what changes; nothing is noted without it. */
  readonly changes?: Omit<ChangeWatchOptions, "cluster" | "now">;
}

type KubernetesQuestion = Extract<Question, { source: "kubernetes" }>;
type Readers = {
  readonly [Q in KubernetesQuestion as Q["ask"]]: (
    question: Q,
    signal: AbortSignal,
    running: Running | undefined,
    /** The question's own deadline, for what takes its time once all is read. */
    whole: AbortSignal,
  ) => ReturnType<Source<Q>>;
};

export interface Kubernetes {
  /** Resolves when every resource has been read or is known to be absent or forbidden; rejects with a BotError when the signal comes first. */
  ready(signal: AbortSignal): Promise<void>;
  /**
   * Never rejects: what cannot be known is `unresolved`, with the reason. Waits for the first lists, 3 s at most. With `visible`, what lives in other
   * namespaces is not there.
   */
  resolve(target: Target, signal: AbortSignal, visible?: readonly string[]): Promise<Resolution>;
  /** The workload that runs this pod, also for pods deleted in the last hour; `Pod` when nothing owns it. A lookup: made to be asked per flow. */
  workloadOf(namespace: string, pod: string): Workload | undefined;
  /** What a replay needs to know. Rejects with a BotError when policies cannot be read. */
  readonly world: ReadWorld;
  answer<Q extends KubernetesQuestion>(question: Q, signal: AbortSignal, running?: Running): ReturnType<Source<Q>>;
  status(): KubernetesStatus;
  close(): Promise<void>;
}

/** Starts watching at once; a cluster that cannot be reached is tried again until `close`. */
export function createKubernetes(options: KubernetesOptions): Kubernetes {
  const now = options.now ?? Date.now;
  const index = createIndex(now);
  const connection = createConnection(options);
  const settled = createWaiters();
  const replayer = createReplayer();
  const timing = { ...defaultTiming, ...options.timing };
  const watch = options.changes && createChangeWatch({ cluster: options.name, now, ...options.changes });
  const resources = watchedResources(index).map((resource) => watch?.observe(resource) ?? resource);
  const reflectors = resources.map((resource) =>
    startReflector({
      connection,
      resource,
      timing,
      now,
      onState: ({ name }, { phase, problem }) => {
        watch?.phase(name, phase);
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

  async function resolve(target: Target, signal: AbortSignal, visible?: readonly string[]): Promise<Resolution> {
    const names = needed(target);
    await settle(names, signal);
    const resolution = resolveTarget(visibleIndex(index, visible), target);
    // "Nothing of that name" has to rest on everything; what was found stands, unless the pods behind it are missing.
    const missing = named(resolution.status === "unknown" ? names : names.filter((name) => name === "pods")).find(
      (reflector) => !isSettled(reflector) || (resolution.status === "unknown" && !isReadable(reflector)),
    );
    if (missing === undefined) return resolution;
    return { status: "unresolved", target, because: isSettled(missing) ? (notesOf([missing])[0] ?? "") : whyNot().say };
  }

  /** Policies are read, else a BotError. The sentences about what is missing. */
  async function settlePolicies(names: readonly string[], signal: AbortSignal): Promise<string[]> {
    await settle([...names, ...settingsResources], signal);
    if (!named(policyResources).every(isSettled)) throw whyNot();
    return notesOf(reflectors, names);
  }

  const readers: Readers = {
    async policies({ subject, visible }: PoliciesQuestion, signal) {
      const resolution = "target" in subject ? await resolve(subject.target, signal, visible) : null;
      const missing = await settlePolicies([...policyResources, ...identityResources], signal);
      const seen = visibleIndex(index, visible);
      const subjects = "labels" in subject ? [subject.labels] : resolution ? subjectLabels(seen, resolution) : [];
      const empty = resolution !== null && subjects.length === 0 ? noSubject(seen, resolution, visible) : "";
      const notes = [...missing, empty].filter((note) => note !== "");
      return { ask: "policies", resolution, ...policiesFor(seen, subjects), ...(notes.length > 0 && { notes }) };
    },
    async policyRules({ target, visible }: PolicyRulesQuestion, signal) {
      const resolution = target === null ? null : await resolve(target, signal, visible);
      const missing = await settlePolicies([...policyResources, ...identityResources], signal);
      const seen = visibleIndex(index, visible);
      const isEmpty = resolution !== null && subjectLabels(seen, resolution).length === 0;
      const empty = isEmpty ? noSubject(seen, resolution, visible) : "";
      const notes = [...missing, empty, ...settingsNotes(index, reflectors)].filter((note) => note !== "");
      return { ask: "policyRules", resolution, ...policyRules(seen, resolution, target), notes };
    },
    async policyStates({ visible }: PolicyStatesQuestion, signal, _, whole) {
      const missing = await settlePolicies([...policyResources, "services"], signal);
      const states = await policyStates(visibleIndex(index, visible), whole);
      return { ask: "policyStates", ...states, notes: [...missing, ...settingsNotes(index, reflectors)] };
    },
    async why(question: WhyQuestion, signal, _, whole) {
      const resolved = (subject: WhySubject) =>
        "target" in subject ? resolve(subject.target, signal, question.visible) : Promise.resolve(null);
      const [from, to] = await Promise.all([resolved(question.from), resolved(question.to)]);
      const missing = await settlePolicies([...policyResources, ...identityResources, "services"], signal);
      const plan = planWhy(question, { from, to }, { index: visibleIndex(index, question.visible), whole: index });
      // Handing over thousands of policies takes its time as well: not in one go with finding them.
      await breathe();
      const answer = plan.task && (await replayer.explain(plan.task, whole));
      const { notes, ...finding } = whyFinding(plan, answer);
      const groups = groupNotes(plan.task?.policies.map(({ object }) => object) ?? [], groupsUnread(reflectors));
      return { ...finding, notes: [...missing, ...notes, ...groups, ...settingsNotes(index, reflectors)] };
    },
    async ends({ pairs, visible }: EndsQuestion, signal) {
      await settle(endsResources, signal);
      if (!named(["pods"]).every(isSettled)) throw whyNot();
      const watching = watchedSince(named(["ciliumendpoints"])[0]);
      return { ask: "ends", ...endsOf(visibleIndex(index, visible), pairs, watching) };
    },
    async agents(_: AgentsQuestion, signal) {
      const names = ["nodes", "pods", ...policyResources];
      await settle(names, signal);
      if (!named(names).some(isSettled)) throw whyNot();
      const isKnown = (...some: string[]) => named(some).every(isReadable);
      const known = { nodes: isKnown("nodes"), pods: isKnown("pods"), policies: isKnown(...policyResources) };
      const { notes, ...found } = agentsOf(index, known);
      return {
        ...{ ask: "agents", ...found, staleSince: staleSince(named(names)) },
        notes: [...notesOf(reflectors, names), ...notes],
      };
    },
    async changes(question: ChangesQuestion, signal, running) {
      const { target, kinds, visible } = question;
      if (watch === undefined || options.changes === undefined)
        throw new BotError("NOT_CONFIGURED", "changes are not watched", {
          say: `Changes of ${options.name} are not watched.`,
        });
      const resolution = target === null ? null : await resolve(target, signal, visible);
      const asked = resources.filter((resource) => kinds.some((kind) => kind === kindOfResource(resource)));
      const names = asked.map(({ name }) => name);
      await settle([...names, ...identityResources], signal);
      const isWritten = await watch.settled(signal);
      const late = isWritten ? [] : ["What changed in the last moments is still being written down."];
      const { memory } = options.changes;
      const seen = visibleIndex(index, visible);
      const notes = [...notesOf(reflectors, names), ...late];
      return await changesFinding({
        ...{ question, resolution, index: seen, memory, notes, keep: running?.keep },
        resources: asked,
      });
    },
  };

  return {
    resolve,
    workloadOf: index.workloadOf,
    async world(resolution, visible, signal) {
      const within = AbortSignal.any([signal, AbortSignal.timeout(maxWaitMs)]);
      const notes = await settlePolicies([...policyResources, ...identityResources, "services"], within);
      const found = policyWorld({ index, seen: visibleIndex(index, visible) }, resolution);
      const groups = groupNotes(found.objects, groupsUnread(reflectors));
      return { ...found, notes: [...notes, ...groups, ...settingsNotes(index, reflectors)] };
    },
    status: () => statusOf(reflectors, connection.server()),
    async ready(signal) {
      await settled.wait(isReady, signal);
      if (!isReady()) throw whyNot();
    },
    answer: (question, signal, running) => {
      // One wait for all of it: what is wrong has to be said before the question's own deadline.
      const within = AbortSignal.any([signal, AbortSignal.timeout(maxWaitMs)]);
      return readers[question.ask](question as never, within, running, signal) as ReturnType<Source<typeof question>>;
    },
    async close() {
      await Promise.all([...reflectors.map((reflector) => reflector.close()), replayer.close()]);
      await watch?.close();
    },
  };
}

/** Longer than this a question does not wait for the first lists: its answer has a deadline of its own. */
const maxWaitMs = 3_000;
const policyResources = ["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies", "networkpolicies"];
const identityResources = ["pods", "namespaces", "ciliumendpoints", "ciliumidentities"];
const endsResources = ["pods", "replicasets", "jobs", "ciliumendpoints", "ciliumidentities"];
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

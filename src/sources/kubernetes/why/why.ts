/** May the one talk to the other? Every different set of labels on both ends and each port, by the policies in the index. */
import type { Resolution } from "../../../analysis/target.ts";
import { namespaceOf } from "../../../policy/labels.ts";
import type { WhyFinding, WhyQuestion, WhySubject } from "../../question-policy.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { ServiceEntry } from "../entries.ts";
import { type EndSet, endsOf, flowEnd, type WhichEnds } from "./ends.ts";
import { policiesOver, settingsOf } from "./policy-set.ts";
import type { WhyAnswer, WhyTask } from "./task.ts";

interface Resolutions {
  readonly from: Resolution | null;
  readonly to: Resolution | null;
}

interface Side extends WhichEnds {
  readonly resolution: Resolution | null;
  readonly hidden: boolean;
}

/** Of an end: more are not needed to know its flows. */
const maxPods = 50;

/** What is looked up here, quickly; and the rest, which takes its time where thousands of policies select both ends. */
export interface WhyPlan {
  readonly from: WhyFinding["from"];
  readonly to: WhyFinding["to"];
  readonly notes: readonly string[];
  /** Undefined when an end is not one thing. */
  readonly task: WhyTask | undefined;
}

/** `index` is what may be seen of `whole`. */
export function planWhy(
  question: WhyQuestion,
  resolutions: Resolutions,
  { index, whole }: { readonly index: ClusterIndex; readonly whole: ClusterIndex },
): WhyPlan {
  const from = sideFor(question.from, resolutions.from, { index, whole, visible: question.visible });
  const to = sideFor(question.to, resolutions.to, { index, whole, visible: question.visible });
  const plan = {
    from: { resolution: fewPods(from.resolution), hidden: from.hidden },
    to: { resolution: fewPods(to.resolution), hidden: to.hidden },
    notes: [...from.notes, ...to.notes],
  };
  if (from.sets.length === 0 || to.sets.length === 0) return { ...plan, task: undefined };
  const { port, protocol, http } = question;
  const policies = policiesOver(
    index,
    [...from.sets, ...to.sets].map(({ end }) => end.labels),
  );
  const service = port === null ? undefined : (to.service ?? twin(index, to.resolution, port));
  const taskSide = ({ sets, folded, hidden }: Side) => ({ sets, folded, hidden });
  return {
    ...plan,
    task: {
      ...{ kind: "why", port, protocol, http, policies, service: service ?? null },
      ...{ from: taskSide(from), to: taskSide(to), settings: settingsOf(index) },
    },
  };
}

/** `answer`: undefined where there was no task. */
export function whyFinding({ from, to, notes }: WhyPlan, answer: WhyAnswer | undefined): WhyFinding {
  const { cases = [], folded = 0, policies = [] } = answer ?? {};
  return { ask: "why", from, to, cases, folded, policies, notes: [...notes, ...(answer?.notes ?? [])] };
}

function fewPods(resolution: Resolution | null): Resolution | null {
  if (resolution?.status !== "resolved") return resolution;
  return { ...resolution, target: { ...resolution.target, pods: resolution.target.pods.slice(0, maxPods) } };
}

function sideFor(
  subject: WhySubject,
  resolution: Resolution | null,
  place: {
    readonly index: ClusterIndex;
    readonly whole: ClusterIndex;
    readonly visible: readonly string[] | undefined;
  },
): Side {
  const { index, whole, visible } = place;
  if ("labels" in subject) {
    const namespace = namespaceOf(subject.labels);
    const hidden = visible !== undefined && namespace !== undefined && !visible.includes(namespace);
    const known = withPorts(index, flowEnd(subject));
    return { sets: [known], folded: 0, service: undefined, notes: [], resolution: null, hidden };
  }
  if (resolution === null) return { ...nothing, resolution, hidden: false };
  // An address of something that may not be seen is not an outside address.
  const hidden =
    visible !== undefined &&
    subject.target.kind === "ip" &&
    isTaken(whole, subject.target.ip) &&
    !isTaken(index, subject.target.ip);
  return { ...(hidden ? nothing : endsOf(index, resolution)), resolution, hidden };
}

const nothing: WhichEnds = { sets: [], folded: 0, service: undefined, notes: [] };

/** A flow does not tell its pod's ports; pods with the same labels do. */
function withPorts(index: ClusterIndex, set: EndSet): EndSet {
  const wanted = new Set(set.end.labels);
  const namespace = namespaceOf(set.end.labels);
  if (namespace === undefined) return set;
  for (const pod of index.pods.values()) {
    if (pod.namespace !== namespace || !pod.ports.some(({ name }) => name !== "")) continue;
    if (!pod.labels.every((label) => wanted.has(label) || label.includes("pod-template-hash"))) continue;
    return { ...set, end: { ...set.end, namedPorts: pod.ports.filter(({ name }) => name !== "") } };
  }
  return set;
}

function isTaken(index: ClusterIndex, ip: string): boolean {
  for (const pod of index.pods.values()) if (!pod.hostNetwork && pod.ips.includes(ip)) return true;
  for (const service of index.services.values()) if (service.ips.includes(ip)) return true;
  return false;
}

/** The Service of the same name in front of a workload, where the pods themselves do not declare the port. */
function twin(index: ClusterIndex, resolution: Resolution | null, port: number): ServiceEntry | undefined {
  if (resolution?.status !== "resolved" || resolution.target.workload === undefined) return undefined;
  const { workload, pods } = resolution.target;
  const declares = pods.some(({ namespace, name }) =>
    index.pods.get(`${namespace}/${name}`)?.ports.some((declared) => declared.port === port),
  );
  return declares ? undefined : index.services.get(`${workload.namespace}/${workload.name}`);
}

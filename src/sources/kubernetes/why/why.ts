/** May the one talk to the other? Every different set of labels on both ends and each port, by the policies in the index. */
import type { Resolution } from "../../../analysis/target.ts";
import { verdict } from "../../../policy/engine/verdict.ts";
import { namespaceOf } from "../../../policy/labels.ts";
import { enforces } from "../../../policy/selects.ts";
import type { ChangedPolicy, WhyCase, WhyFinding, WhyQuestion, WhySubject } from "../../question-policy.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { PolicyEntry, ServiceEntry } from "../entries.ts";
import { type EndSet, endsOf, flowEnd, type WhichEnds } from "./ends.ts";
import { type Compiled, compilePolicies } from "./policy-set.ts";
import { type AskedPort, podPort, portsOfRules } from "./ports.ts";
import { hiddenSide, sideOf } from "./side.ts";

interface Resolutions {
  readonly from: Resolution | null;
  readonly to: Resolution | null;
}

interface Side extends WhichEnds {
  readonly resolution: Resolution | null;
  readonly hidden: boolean;
}

const maxCases = 12;
/** Of an end: more are not needed to know its flows. */
const maxPods = 50;
const maxPolicies = 20;
const maxInvalid = 3;

/** `index` is what may be seen of `whole`. */
export function whyFinding(
  question: WhyQuestion,
  resolutions: Resolutions,
  { index, whole }: { readonly index: ClusterIndex; readonly whole: ClusterIndex },
): WhyFinding {
  const from = sideFor(question.from, resolutions.from, { index, whole, visible: question.visible });
  const to = sideFor(question.to, resolutions.to, { index, whole, visible: question.visible });
  const ends = {
    from: { resolution: fewPods(from.resolution), hidden: from.hidden },
    to: { resolution: fewPods(to.resolution), hidden: to.hidden },
  };
  const notes = [...from.notes, ...to.notes];
  if (from.sets.length === 0 || to.sets.length === 0)
    return { ask: "why", ...ends, cases: [], folded: 0, policies: [], notes };
  const all = [...from.sets, ...to.sets];
  const compiled = compilePolicies(
    index,
    all.map(({ end }) => end.labels),
  );
  const ports = portsFor(question, to, compiled, index);
  const asked = from.sets.flatMap((sender) =>
    to.sets.flatMap((receiver) => ports.ports.map((port) => ({ sender, receiver, port }))),
  );
  const hidden = { from: from.hidden, to: to.hidden };
  return {
    ask: "why",
    ...ends,
    cases: asked.slice(0, maxCases).map((one) => caseOf(question, one, { compiled, hidden })),
    folded: Math.max(0, asked.length - maxCases) + from.folded + to.folded + ports.folded,
    policies: selecting(compiled, [...(from.hidden ? [] : from.sets), ...(to.hidden ? [] : to.sets)]),
    notes: [...notes, ...ports.notes, ...refusedNotes(compiled), ...groupNotes(compiled)],
  };
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

function portsFor(
  { port, protocol }: WhyQuestion,
  to: Side,
  { set }: Compiled,
  index: ClusterIndex,
): { readonly ports: readonly AskedPort[]; readonly folded: number; readonly notes: readonly string[] } {
  if (port === null) {
    if (protocol.startsWith("ICMP")) return { ports: [{ number: 8, protocol, other: false }], folded: 0, notes: [] };
    const sides = to.hidden ? [] : [{ of: to.sets, direction: "ingress" } as const];
    return { ...portsOfRules(set, sides, protocol), notes: [] };
  }
  const translated = podPort({ port, protocol }, to.service ?? twin(index, to.resolution, port), to.sets);
  return {
    ports: [{ number: translated.port, protocol, other: false }],
    folded: 0,
    notes: translated.note === "" ? [] : [translated.note],
  };
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

function caseOf(
  { http }: WhyQuestion,
  { sender, receiver, port }: { readonly sender: EndSet; readonly receiver: EndSet; readonly port: AskedPort },
  {
    compiled,
    hidden,
  }: { readonly compiled: Compiled; readonly hidden: { readonly from: boolean; readonly to: boolean } },
): WhyCase {
  const found = verdict(compiled.set, {
    from: sender.end,
    to: receiver.end,
    protocol: port.protocol,
    port: port.number,
    ...(http !== null && { http }),
  });
  const egress = hidden.from ? hiddenSide : sideOf(compiled.set, found.egress, hidden.to);
  const ingress = hidden.to ? hiddenSide : sideOf(compiled.set, found.ingress, hidden.from);
  const deciding = [egress, ingress].find((side) => side.verdict === "ERROR") ??
    [egress, ingress].find((side) => side.verdict === "DENIED") ?? { verdict: "ALLOWED" as const, reason: null };
  return {
    from: sender.name,
    to: receiver.name,
    isPod: {
      from: namespaceOf(sender.end.labels) !== undefined,
      to: namespaceOf(receiver.end.labels) !== undefined,
    },
    port: port.other ? null : port.number,
    protocol: port.protocol,
    verdict: deciding.verdict,
    reason: deciding.reason,
    egress,
    ingress,
  };
}

function selecting({ loaded }: Compiled, sets: readonly EndSet[]): ChangedPolicy[] {
  return loaded
    .flatMap((entry) => {
      const found = sets.flatMap(({ end }) => {
        const enforced = enforces(entry.policy, end.labels);
        return enforced === null ? [] : [enforced];
      });
      return found.length === 0 ? [] : [changedPolicy(entry, found.flat())];
    })
    .slice(0, maxPolicies);
}

export function changedPolicy(entry: PolicyEntry, enforced: ChangedPolicy["enforces"]): ChangedPolicy {
  const { kind, namespace, name } = entry.policy;
  const { valid, message, changedAt, changedBy } = entry;
  return { kind, namespace, name, enforces: [...new Set(enforced)], valid, message, changedAt, changedBy };
}

function refusedNotes({ refused }: Compiled): string[] {
  const sentences = refused.slice(0, maxInvalid).map(({ entry: { policy, valid }, because }) => {
    const name = policy.namespace === "" ? policy.name : `${policy.namespace}/${policy.name}`;
    const who =
      valid === false ? "is not valid, so no agent loads it" : "would not be loaded by an agent, so it is left out";
    return `${policy.kind} ${name} ${who}${because === "" ? "" : `: ${because}`}. An older version of it may still be in force.`;
  });
  const more = refused.length - sentences.length;
  return more > 0 ? [...sentences, `${more} more policies are not valid.`] : sentences;
}

/** Objects that rules point at and that are not watched. */
function groupNotes({ loaded }: Compiled): string[] {
  const names = loaded
    .filter(({ object }) => {
      const text = JSON.stringify([object.spec, object.specs]);
      return text.includes('"cidrGroupRef"') || text.includes('"cidrGroupSelector"');
    })
    .map(({ policy }) => policy.name);
  if (names.length === 0) return [];
  return [
    `${names.slice(0, 3).join(", ")} refers to CiliumCIDRGroups, which are not read: those entries are taken for empty.`,
  ];
}

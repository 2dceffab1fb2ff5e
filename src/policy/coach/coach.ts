/** A namespace on its way to default-deny: what enforces already, which edges have a rule, which would break, and what nobody has seen yet. */
import { type KnownEnd, knownEnd } from "../engine/ends.ts";
import { compile, type PolicySet, ruleSetOf } from "../engine/policy-set.ts";
import { namespaceOf } from "../labels.ts";
import { type Direction, directions, type PolicyName, type PolicyObject } from "../policy.ts";
import type { NamedEnd } from "../replay/observed.ts";
import type { Settings } from "../settings.ts";
import type { Coached, CoachSide, CoachWorkload, DatedObserved } from "./coached.ts";
import { defaultDeny } from "./default-deny.ts";
import { type Edges, edgesOf, type Policies } from "./edges.ts";

export interface CoachInput {
  /** Flows with an end in the namespace: those ends are the target. */
  readonly observed: readonly DatedObserved[];
  /** Every endpoint that is known, seen or not. */
  readonly known: readonly NamedEnd[];
  /** Null when the policies could not be read. */
  readonly objects: readonly PolicyObject[] | null;
  readonly settings: Settings;
}

const mostWorkloads = 60;
const mostUntested = 20;
const mostPolicies = 5;

export function coach({ observed, known, objects, settings }: CoachInput): Coached {
  const pods = podsOf(observed, known);
  const namespaces = new Set(pods.flatMap(({ labels }) => namespaceOf(labels) ?? []));
  const policies: Policies | null = objects && {
    present: compile(objects, settings),
    closed: compile([...objects, ...[...namespaces].map(defaultDeny)], settings),
  };
  const edges = edgesOf(observed, policies);
  const workloads = workloadsOf(pods, policies?.present ?? null, edges.talking);
  const untested = workloads.filter(({ flows }) => flows === 0).map(({ name }) => name);
  const enforced = (direction: Direction) => workloads.filter((one) => one[direction].state === "enforced").length;
  return {
    workloads: workloads.slice(0, mostWorkloads),
    foldedWorkloads: Math.max(0, workloads.length - mostWorkloads),
    counts: {
      workloads: workloads.length,
      enforced: policies && { ingress: enforced("ingress"), egress: enforced("egress") },
      untested: untested.length,
    },
    untested: untested.slice(0, mostUntested),
    ...{ edges: edges.byRule, breaking: edges.breaking, always: edges.always, audit: auditOf(edges) },
  };
}

/** Pods of the namespace, each set of labels once. Those that flows alone know may be gone. */
function podsOf(observed: readonly DatedObserved[], known: readonly NamedEnd[]): NamedEnd[] {
  const pods = new Map<string, NamedEnd>();
  for (const end of [...known, ...observed.flatMap(({ from, to }) => [from, to])])
    if (end.target && namespaceOf(end.labels) !== undefined) pods.set(`${end.name} ${end.labels.join()}`, end);
  return [...pods.values()];
}

function workloadsOf(
  pods: readonly NamedEnd[],
  set: PolicySet | null,
  talking: Edges["talking"],
): readonly CoachWorkload[] {
  const byName = new Map<string, NamedEnd[]>();
  for (const pod of pods) {
    const same = byName.get(pod.name);
    if (same === undefined) byName.set(pod.name, [pod]);
    else same.push(pod);
  }
  const workloads = [...byName].map(([name, ends]): CoachWorkload => {
    const { flows = 0, missing = 0 } = talking.get(name) ?? {};
    const [ingress, egress] = [sideOf(set, ends, "ingress"), sideOf(set, ends, "egress")];
    return { name, ingress, egress, missing, flows };
  });
  const isOpen = (one: CoachWorkload) => directions.some((direction) => one[direction].state !== "enforced");
  return workloads.sort(
    (left, right) =>
      Number(isOpen(right)) - Number(isOpen(left)) || right.missing - left.missing || (left.name < right.name ? -1 : 1),
  );
}

function sideOf(set: PolicySet | null, ends: readonly NamedEnd[], direction: Direction): CoachSide {
  if (set === null) return { state: "unknown", policies: [] };
  const policies = new Map<string, PolicyName>();
  let enforced = 0;
  for (const end of ends) {
    const known: KnownEnd = knownEnd(set.memory.ends, end, set.settings);
    const rules = ruleSetOf(set, known, direction);
    if (rules?.defaultDeny === true) enforced += 1;
    for (const policy of rules?.selecting ?? [])
      if (policies.size < mostPolicies) policies.set(`${policy.kind}/${policy.namespace}/${policy.name}`, policy);
  }
  const state = enforced === 0 ? "open" : enforced === ends.length ? "enforced" : "partly";
  return { state, policies: [...policies.values()] };
}

function auditOf({ audited, byRule, unexplained }: Edges): Coached["audit"] {
  const status = audited > 0 ? "arrives" : byRule.refused.total > 0 ? "enforced" : "cannot-tell";
  return { status, flows: audited, unexplained };
}

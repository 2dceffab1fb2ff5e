/** Flows → edges, and what would become of each if everything without a rule were denied from now on. */
import { decide, decideSide } from "../engine/decide.ts";
import type { PolicySet } from "../engine/policy-set.ts";
import { directions } from "../policy.ts";
import type { CoachEdges, DatedObserved, EdgeRule } from "./coached.ts";
import { addTo, createEdge, type Edge, edgeKey, shownEdge, subjectOf } from "./edge.ts";

export interface Policies {
  readonly present: PolicySet;
  /** The same with default-deny for the whole namespace. */
  readonly closed: PolicySet;
}

export interface Edges {
  readonly byRule: Readonly<Record<EdgeRule, CoachEdges>>;
  readonly always: number;
  /** Records. */
  readonly audited: number;
  readonly breaking: number;
  readonly unexplained: number;
  /** By the name of the workload in the namespace: what was seen of it. */
  readonly talking: ReadonlyMap<string, { readonly flows: number; readonly missing: number }>;
}

const mostListed = 60;

/** `policies` null: they could not be read. */
export function edgesOf(observed: readonly DatedObserved[], policies: Policies | null): Edges {
  const [passing, refused] = [new Map<string, Edge>(), new Map<string, Edge>()];
  const refusedAt = newestDrops(observed);
  let [audited, breaking, unexplained] = [0, 0, 0];
  for (const one of observed) {
    if (one.seen === "audited") audited += one.count;
    const now = policies && decide(policies.present, one);
    const isDenied = now?.verdict === "DENIED";
    // What passed before it was refused, or passed on one side and was refused on the other, is refused.
    const isOver = one.last <= (refusedAt.get(one.tuple) ?? Number.NEGATIVE_INFINITY);
    const isHalf = one.recorded === "egress" && now?.egress.verdict === "ALLOWED";
    if (isDenied && one.seen === "passed" && (isOver || isHalf)) continue;
    if (isDenied && one.seen === "passed") unexplained += one.count;
    const isRefused = isDenied && one.seen === "dropped";
    let breaks = false;
    for (const direction of directions) {
      if (!subjectOf(one, direction).target) continue;
      const outcome = isRefused ? now[direction] : policies && decideSide(policies.closed, one, direction);
      // The end that lets it pass has nothing to do with a drop.
      if (isRefused && outcome?.verdict === "ALLOWED") continue;
      const edges = isRefused ? refused : passing;
      const key = edgeKey(one, direction);
      const edge = edges.get(key) ?? createEdge(key, one, direction, isRefused);
      edges.set(key, edge);
      addTo(edge, one, outcome);
      breaks ||= !isRefused && outcome?.verdict === "DENIED";
    }
    if (breaks) breaking += one.count;
  }
  const all = [...passing.values()];
  const edges = all.filter((edge) => !isAlways(edge));
  const of = (rule: EdgeRule) => listOf(edges.filter((edge) => ruleOf(edge) === rule));
  return {
    byRule: {
      ...{ ruled: of("ruled"), missing: of("missing"), unknown: of("unknown") },
      refused: listOf([...refused.values()]),
    },
    always: all.length - edges.length,
    ...{ audited, breaking, unexplained, talking: talkingIn(edges, [...refused.values()]) },
  };
}

function newestDrops(observed: readonly DatedObserved[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { tuple, seen, last } of observed)
    if (seen === "dropped") newest.set(tuple, Math.max(last, newest.get(tuple) ?? last));
  return newest;
}

function ruleOf({ denied, unknown }: Edge): EdgeRule {
  return denied > 0 ? "missing" : unknown > 0 ? "unknown" : "ruled";
}

function isAlways({ always, allowed, denied, unknown }: Edge): boolean {
  return always > 0 && allowed + denied + unknown === 0;
}

function listOf(edges: readonly Edge[]): CoachEdges {
  const sorted = edges.toSorted((left, right) => right.flows - left.flows || (left.key < right.key ? -1 : 1));
  return {
    total: edges.length,
    listed: sorted.slice(0, mostListed).map(shownEdge),
  };
}

function talkingIn(passing: readonly Edge[], refused: readonly Edge[]): Edges["talking"] {
  const talking = new Map<string, { flows: number; missing: number }>();
  for (const edge of [...passing, ...refused]) {
    const known = talking.get(edge.subject) ?? { flows: 0, missing: 0 };
    talking.set(edge.subject, known);
    known.flows += edge.flows;
    known.missing += edge.denied > 0 && !edge.isRefused ? 1 : 0;
  }
  return talking;
}

/**
 * What is kept of a day (UTC) beside its hours, small enough to read all 35: which pairs were dropped at all, as ids, and when each policy matched last. Written whole
 * by whoever leads.
 */
import { type Edge, edgeId, type PolicyCount, policyKey } from "./edge.ts";
import type { HourSketch } from "./hour.ts";

export interface DaySketch {
  /** Epoch milliseconds at which it begins. */
  readonly day: number;
  /** `edgeId`s of dropped and refused pairs. */
  readonly drops: ReadonlySet<number>;
  /** Pairs that found no room: some of this day are not among `drops`. */
  readonly full: boolean;
  readonly policies: readonly Omit<PolicyCount, "count">[];
  /** Something was followed for so long; a day that was not watched proves nothing. */
  readonly dropSeconds: number;
  readonly openingSeconds: number;
}

const mostDrops = 20_000;
const mostPolicies = 2_000;
const version = 1;

export function emptyDay(day: number): DaySketch {
  return { day, drops: new Set(), full: false, policies: [], dropSeconds: 0, openingSeconds: 0 };
}

/** The day with one of its hours; the same hour again changes nothing but the seconds, which `seconds` gives for all its hours. */
export function withHour(day: DaySketch, hour: HourSketch, seconds: Pick<DaySketch, "dropSeconds" | "openingSeconds">) {
  const ids = hour.stopped.entries.map(({ value }) => edgeId(value.edge));
  return joinDays(
    { ...day, ...seconds },
    {
      ...emptyDay(day.day),
      drops: new Set(ids),
      full: hour.stopped.floor > 0,
      policies: hour.policies.map(({ kind, namespace, name, last }) => ({ kind, namespace, name, last })),
    },
  );
}

export function joinDays(one: DaySketch, other: DaySketch): DaySketch {
  const drops = new Set(one.drops);
  let full = one.full || other.full;
  for (const id of other.drops) {
    if (drops.size < mostDrops) drops.add(id);
    else full ||= !drops.has(id);
  }
  const policies = new Map(one.policies.map((policy) => [policyKey(policy), policy]));
  for (const policy of other.policies) {
    const key = policyKey(policy);
    const known = policies.get(key);
    if (known === undefined && policies.size >= mostPolicies) continue;
    policies.set(key, known !== undefined && known.last >= policy.last ? known : policy);
  }
  return {
    day: one.day,
    drops,
    full,
    policies: [...policies.values()],
    dropSeconds: Math.max(one.dropSeconds, other.dropSeconds),
    openingSeconds: Math.max(one.openingSeconds, other.openingSeconds),
  };
}

/** Policies that found no room: one that is not among these may have matched all the same. */
export function lacksPolicies({ policies }: DaySketch): boolean {
  return policies.length >= mostPolicies;
}

export function hasDrop(day: DaySketch, edge: Edge): boolean {
  return day.drops.has(edgeId(edge)) || (edge.port !== 0 && day.drops.has(edgeId({ ...edge, port: 0 })));
}

export function writeDay({ day, drops, full, policies, dropSeconds, openingSeconds }: DaySketch): string {
  // Sorted, as differences: the same ids deflate to a third less.
  let before = 0;
  const ids = [...drops]
    .sort((one, other) => one - other)
    .map((id) => {
      const step = id - before;
      before = id;
      return step.toString(36);
    });
  const rows = policies.map(({ kind, namespace, name, last }) => [kind, namespace, name, Math.floor(last / 1_000)]);
  return JSON.stringify({ v: version, day, ids: ids.join(" "), full, rows, dropSeconds, openingSeconds });
}

export function readDay(text: string): DaySketch | undefined {
  try {
    const { v, day, ids, full, rows, dropSeconds, openingSeconds } = JSON.parse(text) as {
      readonly v: number;
      readonly day: number;
      readonly ids: string;
      readonly full: boolean;
      readonly rows: readonly (readonly [string, string, string, number])[];
      readonly dropSeconds: number;
      readonly openingSeconds: number;
    };
    if (v !== version) return undefined;
    let before = 0;
    const drops = new Set<number>();
    for (const step of ids === "" ? [] : ids.split(" ")) {
      before += Number.parseInt(step, 36);
      drops.add(before);
    }
    const policies = rows.map(([kind, namespace, name, last]) => ({ kind, namespace, name, last: last * 1_000 }));
    return { day, drops, full, policies, dropSeconds, openingSeconds };
  } catch {
    return undefined;
  }
}

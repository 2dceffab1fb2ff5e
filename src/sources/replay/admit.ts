/** What was denied, held against the cluster's policies with and without a policy that admits it → the finding. */
import { writePolicy } from "../../policy/document/write.ts";
import { decide } from "../../policy/engine/decide.ts";
import { compile } from "../../policy/engine/policy-set.ts";
import { type Observed, requestText } from "../../policy/replay/observed.ts";
import { defaultSettings } from "../../policy/settings.ts";
import { deniedBeside, type Kept } from "../../policy/suggest/admission.ts";
import { admit } from "../../policy/suggest/admit.ts";
import type { DeniedPair, KeptPair, Listed, SuggestionFound } from "../question-replay.ts";
import type { PolicyWorld } from "./task.ts";

const listedPairs = 20;
const listedRules = 40;

export interface AdmitTask {
  readonly kind: "admit";
  /** As answers name them; null for all. */
  readonly peers: readonly string[] | null;
  /** In front of the policy, as comment. */
  readonly comment: readonly string[];
}

export function runAdmit(
  { peers, comment }: AdmitTask,
  world: PolicyWorld | null,
  observed: readonly Observed[],
): SuggestionFound {
  if (world === null) return { status: "no-policies" };
  const settings = { ...defaultSettings, ...world.settings };
  const { objects, known } = world;
  const present = compile(objects, settings);
  const taken = new Set(objects.map(({ name }) => name));
  const found = admit({ observed, known, present, peers, settings, taken });
  const told = {
    kept: listed(found.kept, keptPair),
    unasked: { packets: countOf(found.unasked), peers: peersOf(found.unasked) },
  };
  if (found.written === null) return { status: "not-admitted", ...told };
  const { policy, items, notes } = found.written;
  const after = compile([...objects, policy], settings);
  const passes = (row: Observed) => decide(after, row).verdict === "ALLOWED";
  const passed = (row: Observed) => decide(present, row).verdict === "ALLOWED";
  const admitted = new Set(found.admitted);
  const own = observed.filter(({ from, to }) => from.target || to.target);
  const others = own.filter((row) => row.seen === "dropped" && !admitted.has(row));
  const before = own.filter((row) => row.seen !== "dropped");
  const { kind, namespace, name } = policy;
  return {
    status: "admitted",
    policy: { kind, namespace, name },
    yaml: writePolicy(policy, comment),
    rules: items.slice(0, listedRules).map(({ direction, peers: who, ports, flows }) => ({
      ...{ direction, peers: who.slice(0, 10), ports: ports.slice(0, 10), flows },
    })),
    foldedRules: Math.max(0, items.length - listedRules),
    notes,
    admitted: listed(found.admitted, (row) => ({
      ...pairOf(row),
      // The rule is at the target: the other end may refuse it too.
      stillDenied: passes(row) ? null : deniedBeside(after, row),
    })),
    proof: {
      admitted: { packets: countOf(found.admitted), passing: countOf(found.admitted.filter(passes)) },
      passed: {
        flows: countOf(before),
        newlyDenied: countOf(before.filter((row) => passed(row) && !passes(row))),
      },
      others: {
        packets: countOf(others),
        newlyAllowed: countOf(others.filter((row) => !passed(row) && passes(row))),
      },
    },
    ...told,
  };
}

/** By what answers call the ends: one workload may have many identities. Most packets first. */
function listed<One, Pair extends DeniedPair>(all: readonly One[], shown: (one: One) => Pair): Listed<Pair> {
  const pairs = new Map<string, Pair>();
  for (const one of all) {
    const pair = shown(one);
    const key = JSON.stringify({ ...pair, packets: 0 });
    pairs.set(key, { ...pair, packets: pair.packets + (pairs.get(key)?.packets ?? 0) });
  }
  const sorted = [...pairs.values()].sort((left, right) => right.packets - left.packets);
  const packets = sorted.reduce((sum, pair) => sum + pair.packets, 0);
  return { pairs: sorted.slice(0, listedPairs), folded: Math.max(0, sorted.length - listedPairs), packets };
}

function pairOf(row: Observed): DeniedPair {
  const { from, to, port, protocol, count } = row;
  return { from: from.name, to: to.name, port, protocol, request: requestText(row), packets: count };
}

function keptPair({ row, because, side, policies, others }: Kept): KeptPair {
  return { ...pairOf(row), because, side, policies, others };
}

/** The most telling first, at most ten. */
function peersOf(rows: readonly Observed[]): string[] {
  const packets = new Map<string, number>();
  for (const { from, to, count } of rows) {
    const { name } = to.target ? from : to;
    packets.set(name, (packets.get(name) ?? 0) + count);
  }
  return [...packets]
    .sort(([, left], [, right]) => right - left)
    .slice(0, 10)
    .map(([name]) => name);
}

function countOf(rows: readonly Observed[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

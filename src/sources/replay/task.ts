/** The work itself: flows and policies in, what they mean for each other out. Pure, and heavy where there are many: see replayer.ts for where it runs. */

import type { Coached } from "../../policy/coach/coached.ts";
import { writePolicy } from "../../policy/document/write.ts";
import { decide, decideSide } from "../../policy/engine/decide.ts";
import { compile, type PolicySet, readPolicy } from "../../policy/engine/policy-set.ts";
import type { PolicyObject } from "../../policy/policy.ts";
import { compare, passing } from "../../policy/replay/compare.ts";
import { isHalf, type NamedEnd, type Observed } from "../../policy/replay/observed.ts";
import { defaultSettings, type Settings } from "../../policy/settings.ts";
import { counts, suggest } from "../../policy/suggest/suggest.ts";
import type { SuggestionFound, WhatifFinding } from "../question-replay.ts";
import { type AdmitTask, runAdmit } from "./admit.ts";
import { runCoach } from "./coach.ts";
import { type FlowTable, readTable } from "./table.ts";

/** The cluster as the engine has to know it. */
export interface PolicyWorld {
  readonly objects: readonly PolicyObject[];
  readonly settings: Partial<Settings>;
  /** Every endpoint, those of one workload with the same labels once. */
  readonly known: readonly NamedEnd[];
}

export type ReplayTask = {
  readonly table: FlowTable;
  /** Null when the cluster's policies could not be read. */
  readonly world: PolicyWorld | null;
} & (
  | {
      readonly kind: "suggest";
      readonly whole: boolean;
      readonly audit: boolean;
      readonly l7: boolean;
      /** In front of the policy, as comment. */
      readonly comment: readonly string[];
    }
  | { readonly kind: "whatif"; readonly policies: readonly PolicyObject[] }
  | AdmitTask
  | { readonly kind: "coach" }
);

export interface ReplayResult {
  readonly suggestion?: SuggestionFound;
  readonly whatif?: Pick<WhatifFinding, "change" | "policies">;
  readonly coached?: Coached;
}

const listedRules = 40;

export function runTask(task: ReplayTask): ReplayResult {
  const table = withPorts(task.table, task.world?.known ?? []);
  if (task.kind === "coach") return { coached: runCoach(table, task.world) };
  const observed = readTable(table);
  if (task.kind === "admit") return { suggestion: runAdmit(task, task.world, observed) };
  return task.kind === "suggest" ? { suggestion: runSuggest(task, observed) } : { whatif: runWhatif(task, observed) };
}

/** Flows do not carry the names of container ports. */
function withPorts(table: FlowTable, known: readonly NamedEnd[]): FlowTable {
  const ports = new Map(known.map(({ labels, namedPorts }) => [labels.join(), namedPorts]));
  return {
    ...table,
    ends: table.ends.map((end) => {
      const namedPorts = ports.get(end.labels.join());
      return namedPorts === undefined || namedPorts.length === 0 ? end : { ...end, namedPorts };
    }),
  };
}

function runSuggest(
  { world, whole, audit, l7, comment }: Extract<ReplayTask, { kind: "suggest" }>,
  given: readonly Observed[],
): SuggestionFound {
  const settings = { ...defaultSettings, ...world?.settings };
  const objects = world?.objects ?? [];
  const present = compile(objects, settings);
  const observed = world === null ? given : given.map((one) => doubted(present, one));
  const taken = new Set(objects.map(({ name }) => name));
  const found = suggest({ observed, known: world?.known ?? [], whole, audit, l7, settings, taken });
  if (found.status !== "suggested") return found;
  const { policy, items } = found;
  const own = observed.filter((one) => one.from.target || one.to.target);
  const evidence = own.filter((one) => counts(one, audit));
  const alone = passing(compile([policy], settings), evidence);
  const change = world === null ? null : compare(present, compile([...objects, policy], settings), own);
  const doubtful = audit ? 0 : countOf(own.filter(({ seen }) => seen === "audited"));
  const notes = [...found.notes, ...(doubtful > 0 ? [{ kind: "denied-now", flows: doubtful } as const] : [])];
  const flows = countOf(evidence);
  const { kind, namespace, name } = policy;
  return {
    status: "suggested",
    policy: { kind, namespace, name },
    yaml: writePolicy(policy, comment),
    rules: items.slice(0, listedRules).map((item) => ({
      direction: item.direction,
      peers: item.peers.slice(0, 10),
      ports: item.ports.slice(0, 10),
      flows: item.flows,
    })),
    foldedRules: Math.max(0, items.length - listedRules),
    notes,
    proof: { flows, allowed: alone.flows, not: alone.not },
    change,
  };
}

/** What passed and would be denied now is no reason to open it again without being told to. */
function doubted(present: PolicySet, one: Observed): Observed {
  if (isHalf(one) && decideSide(present, one, "egress").verdict === "DENIED") {
    const { denial: _, ...rest } = one;
    return rest;
  }
  return one.seen === "passed" && decide(present, one).verdict === "DENIED" ? { ...one, seen: "audited" } : one;
}

function countOf(observed: readonly Observed[]): number {
  return observed.reduce((sum, { count }) => sum + count, 0);
}

function runWhatif(
  { world, policies }: Extract<ReplayTask, { kind: "whatif" }>,
  observed: readonly Observed[],
): Pick<WhatifFinding, "change" | "policies"> {
  const settings = { ...defaultSettings, ...world?.settings };
  const objects = world?.objects ?? [];
  const read = policies.map((object) => readPolicy(object, settings));
  const told = read.map(({ kind, namespace, name, refused, unknown }) => ({
    ...{ kind, namespace, name, refusal: refused, unknown },
    replaces: objects.some((one) => isSame(one, { kind, namespace, name })),
  }));
  // What an agent would not load changes nothing.
  if (told.some(({ refusal }) => refusal !== null)) return { change: null, policies: told };
  const left = objects.filter((object) => !policies.some((one) => isSame(one, object)));
  const change = compare(compile(objects, settings), compile([...left, ...policies], settings), observed);
  return { change, policies: told };
}

type Named = Pick<PolicyObject, "kind" | "namespace" | "name">;

function isSame(one: Named, other: Named): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}

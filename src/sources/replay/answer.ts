/** Flows of a window, held against the cluster's policies and others → the finding. */

import type { Resolution } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { rfc3339 } from "../../analysis/time.ts";
import { toBotError } from "../../errors.ts";
import type { FlowsRead } from "../hubble/replay-run.ts";
import type {
  CoachFinding,
  CoachQuestion,
  FileRef,
  HubbleQuestion,
  ReplayFacts,
  Restricted,
  Running,
  SuggestFinding,
  SuggestQuestion,
  WhatifFinding,
  WhatifQuestion,
} from "../question.ts";
import { shownCoached } from "./coach.ts";
import type { Replayer } from "./replayer.ts";
import { shownComparison, shownSuggestion } from "./shown.ts";
import { tableSeen } from "./table.ts";
import type { PolicyWorld, ReplayTask } from "./task.ts";

/** What the cluster knows of its policies and endpoints; rejects with a BotError when the policies cannot be read. */
export type ReadWorld = (
  resolution: Resolution | null,
  visible: readonly string[] | undefined,
  signal: AbortSignal,
) => Promise<PolicyWorld & { readonly notes: readonly string[] }>;

/** For the flows: what is left of a question's time is for the replay. */
export const longestReadMs = 12_000;

export interface ReplayAsked<Q> {
  readonly question: Q;
  readonly resolution: Resolution | null;
  readonly read: FlowsRead;
  readonly world: ReadWorld | undefined;
  readonly replayer: Replayer;
  readonly signal: AbortSignal;
}

export type ReplayQuestion = SuggestQuestion | WhatifQuestion | CoachQuestion;
export type ReplayFinding = SuggestFinding | WhatifFinding | CoachFinding;

export function isReplay(question: HubbleQuestion): question is ReplayQuestion {
  return question.ask === "suggest" || question.ask === "whatif" || question.ask === "coach";
}

export async function answerReplay(asked: ReplayAsked<ReplayQuestion>, keep: Running["keep"]): Promise<ReplayFinding> {
  const { question } = asked;
  if (question.ask === "coach") return await answerCoach({ ...asked, question });
  return question.ask === "suggest"
    ? await answerSuggest({ ...asked, question }, keep)
    : await answerWhatif({ ...asked, question });
}

async function answerSuggest(asked: ReplayAsked<SuggestQuestion>, keep: Running["keep"]): Promise<SuggestFinding> {
  const { question, resolution, read } = asked;
  const { audit, l7, admit } = question;
  const whole = question.select.target?.kind === "namespace";
  const part: TaskPart =
    admit === undefined
      ? { kind: "suggest", whole, audit, l7, comment: comment(asked) }
      : { kind: "admit", peers: admit === "all" ? null : admit, comment: admitComment(asked) };
  const { result, facts } = await replayed(asked, part);
  const suggestion = shownSuggestion(result.suggestion ?? null, question.visible);
  const file = suggestion !== null && "yaml" in suggestion ? await keepFile(suggestion, keep) : null;
  return { ask: "suggest", resolution, suggestion, facts, coverage: read.coverage, file };
}

async function answerWhatif(asked: ReplayAsked<WhatifQuestion>): Promise<WhatifFinding> {
  const { question, resolution, read } = asked;
  const { result, facts } = await replayed(asked, { kind: "whatif", policies: question.policies });
  const { change = null, policies = [] } = result.whatif ?? {};
  const shown = change && shownComparison(change, question.visible);
  return { ask: "whatif", resolution, change: shown, policies, facts, coverage: read.coverage };
}

async function answerCoach(asked: ReplayAsked<CoachQuestion>): Promise<CoachFinding> {
  const { question, resolution, read } = asked;
  const { result, facts } = await replayed(asked, { kind: "coach" });
  const coached = result.coached === undefined ? null : shownCoached(result.coached, question.visible);
  return { ask: "coach", resolution, coached, facts, coverage: read.coverage };
}

/** Nothing to look for: the target is ambiguous or not known. */
export function emptyReplay({ ask }: ReplayQuestion, resolution: Resolution): ReplayFinding {
  const none = { resolution, facts: null, coverage: null };
  if (ask === "coach") return { ask, ...none, coached: null };
  return ask === "suggest"
    ? { ask, ...none, suggestion: null, file: null }
    : { ask, ...none, change: null, policies: [] };
}

type TaskPart<Task = ReplayTask> = Task extends unknown ? Omit<Task, "table" | "world"> : never;

async function replayed(
  { question, resolution, read, world: readWorld, replayer, signal }: ReplayAsked<Restricted>,
  part: TaskPart,
) {
  const { table } = read;
  const { world, notes } = await worldOf(() => readWorld?.(resolution, question.visible, signal), signal);
  const result = await replayer.run({ ...part, table, world } as ReplayTask, signal);
  const seen = { passed: 0, audited: 0, dropped: 0 };
  for (const [, , , , at, , count] of table.rows) seen[tableSeen[at] ?? "passed"] += count;
  const present = world?.objects.length ?? null;
  const { shed, halves, otherDrops } = table;
  const facts: ReplayFacts = {
    ...{ seen, tuples: table.rows.length, shed, present, notes },
    ...(halves !== undefined && { halves }),
    ...(otherDrops !== undefined && { otherDrops }),
  };
  return { result, facts };
}

async function worldOf(read: () => ReturnType<ReadWorld> | undefined, signal: AbortSignal) {
  try {
    const found = await read();
    if (found === undefined) return { world: null, notes: ["Kubernetes is not configured."] };
    const { notes, ...world } = found;
    return { world, notes };
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted) throw error;
    return { world: null, notes: [error.say] };
  }
}

function comment(asked: ReplayAsked<SuggestQuestion>): string[] {
  return [
    ...seenWhere("traffic seen", asked),
    "Traffic that was not seen then is unknown, and denied by this. Try it first:",
    "kubectl apply --dry-run=server -f FILE",
  ];
}

function admitComment(asked: ReplayAsked<SuggestQuestion>): string[] {
  return [
    ...seenWhere("what policies denied", asked),
    "It ADMITS that. A denial may be intended: apply this only if that traffic is meant to be allowed. Try it first:",
    "kubectl apply --dry-run=server -f FILE",
  ];
}

function seenWhere(what: string, { question, read }: ReplayAsked<SuggestQuestion>): string[] {
  const { window, cluster, select } = question;
  const { nodes } = read.coverage;
  const target = select.target === undefined ? "" : ` at ${targetText(select.target)}`;
  const time = (ms: number) => rfc3339(Math.floor(ms / 1_000) * 1_000);
  return [
    `From ${what}${target} in ${cluster}, ${time(window.from)} to ${time(window.to)},`,
    `${nodes.answered} of ${nodes.total} nodes, flows back to ${read.coverage.oldest ?? "an unknown time"}.`,
  ];
}

/** Refused or not there: the answer has the text as well. */
async function keepFile(
  { policy, yaml }: { readonly policy: { readonly name: string }; readonly yaml: string },
  keep: Running["keep"],
): Promise<FileRef | null> {
  const known = { name: `${policy.name}.yaml`, type: "text/plain; charset=utf-8" } as const;
  const body = Buffer.from(yaml);
  try {
    return { id: await keep({ ...known, body }), ...known, bytes: body.length };
  } catch {
    return null;
  }
}

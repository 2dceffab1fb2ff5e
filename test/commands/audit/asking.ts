/** What a person types, taken through `audit` with findings that the work itself made of a few flows. */
import type { Answer, Step } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { DatedObserved } from "../../../src/policy/coach/coached.ts";
import type { NamedEnd } from "../../../src/policy/replay/observed.ts";
import type { CoachFinding, CoachQuestion, Outcome } from "../../../src/sources/question.ts";
import { shownCoached } from "../../../src/sources/replay/coach.ts";
import { type FlowTable, type TableRequest, tableProtocols, tableSeen } from "../../../src/sources/replay/table.ts";
import { type PolicyWorld, runTask } from "../../../src/sources/replay/task.ts";

export const askedAt = Date.parse("2026-11-20T12:00:00.000Z");

export interface Given {
  readonly observed?: readonly DatedObserved[];
  /** Null: the cluster's policies could not be read. */
  readonly world?: PolicyWorld | null;
  readonly resolution?: CoachFinding["resolution"];
  readonly notes?: readonly string[];
  readonly coverage?: Partial<NonNullable<CoachFinding["coverage"]>>;
  /** Relay did not answer. */
  readonly down?: boolean;
  readonly visible?: Readonly<Record<string, readonly string[]>>;
}

function stepOf(text: string, outcomes: readonly Outcome[], { visible = {} }: Given): Step {
  const parsed = parseCommand(text, { clusters: ["lab", "prod"], defaultCluster: "lab" });
  if (!parsed.ok) throw new Error(parsed.say);
  const round = outcomes.length === 0 ? 0 : 1;
  return parsed.command.step({ args: parsed.args, askedAt, clusters: parsed.clusters, visible, outcomes, round });
}

export function questionOf(text: string, given: Given = {}): CoachQuestion {
  const step = stepOf(text, [], given);
  if (!("ask" in step)) throw new Error(step.answer.message.title);
  const [question] = step.ask;
  if (question?.ask !== "coach") throw new Error("it asks something else");
  return question;
}

export function answerOf(text: string, given: Given = {}): Answer {
  const question = questionOf(text, given);
  const say = "Relay at 10.0.0.1:80 could not be reached.";
  const outcome: Outcome = given.down
    ? { question, ms: 5, status: "failed", error: { code: "UNREACHABLE", say } }
    : { question, ms: 5, status: "ok", finding: findingFor(question, given) };
  const step = stepOf(text, [outcome], given);
  if (!("answer" in step)) throw new Error("it asks again");
  return step.answer;
}

const coverage = {
  nodes: { answered: 3, total: 3, missing: [] },
  ...{ oldest: "2026-11-19T11:30:00.000Z", lost: {}, shed: 0, truncated: false },
};

function findingFor({ visible }: CoachQuestion, given: Given): CoachFinding {
  const { observed = [], world = nothing, resolution = null, notes = [] } = given;
  if (resolution?.status === "unknown") return { ask: "coach", resolution, coached: null, facts: null, coverage: null };
  const { coached } = runTask({ kind: "coach", table: tableOf(observed), world });
  if (coached === undefined) throw new Error("the work gives what it was asked for");
  const seen = { passed: 0, audited: 0, dropped: 0 };
  for (const one of observed) seen[one.seen] += one.count;
  const facts = { seen, tuples: observed.length, shed: 0, notes, present: world?.objects.length ?? null };
  return {
    ...{ ask: "coach", resolution, facts, coverage: { ...coverage, ...given.coverage } },
    coached: shownCoached(coached, visible),
  };
}

const nothing: PolicyWorld = { objects: [], settings: {}, known: [] };
const sides = { ingress: 1, egress: 2 } as const;

/** As the collector makes it. */
export function tableOf(observed: readonly DatedObserved[]): FlowTable {
  const ends: NamedEnd[] = [];
  const requests: TableRequest[] = [];
  const at = (end: NamedEnd) => (ends.includes(end) ? ends.indexOf(end) : ends.push(end) - 1);
  const requestAt = ({ http, secret }: DatedObserved) => {
    if (http === undefined) return -1;
    const known = requests.findIndex((one) => JSON.stringify(one.http) === JSON.stringify(http));
    return known >= 0 ? known : requests.push({ http, secret }) - 1;
  };
  const rows = observed.map((one) => {
    const protocol = tableProtocols.indexOf(one.protocol as (typeof tableProtocols)[number]);
    const seen = tableSeen.indexOf(one.seen);
    return [at(one.from), at(one.to), protocol, one.port, seen, requestAt(one), one.count] as const;
  });
  const dates = observed.map(
    ({ first, last, recorded }) => [first, last, recorded === null ? 0 : sides[recorded]] as const,
  );
  return { ends, requests, rows, dates, shed: 0 };
}

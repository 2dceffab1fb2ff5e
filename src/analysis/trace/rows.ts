/** Settled attempts as rows, and the newest of each stage as examples. */
import type { EndpointNames } from "../endpoint-name.ts";
import { countAt, createTally, emptyRow, type Row, timeText, topRows } from "../tally.ts";
import type { Attempt, Verdict } from "./attempt.ts";
import type { Names } from "./names.ts";
import { type Because, type Stage, stages, type TraceExample, type TraceRow, type TraceSummary } from "./trace.ts";

interface StageRow extends Row {
  stage: Stage;
  because: Because;
  node: string;
  reason: string;
  name: string;
  lateMs: number;
  port: number;
  protocol: string;
  packets: number;
}

interface Kept {
  readonly attempt: Attempt;
  readonly stage: Stage;
  readonly sameNode: boolean;
}

const mostRows = 500;
const listed = 20;
const mostExamples = 5;
const policyReasons = new Set(["POLICY_DENIED", "POLICY_DENY"]);

export interface Rows {
  /** `sameNode`: both ends are on one node. */
  add(attempt: Attempt, verdict: Verdict, sameNode: boolean): void;
  /** `whole`: no DNS answer is missing. Else the last one seen need not be the last one there was, and none is called expired. */
  finish(whole: boolean): Omit<TraceSummary, "names" | "services">;
}

export function createRows(names: EndpointNames, lookups: Pick<Names, "at">): Rows {
  const tally = createTally<StageRow>(
    (source, destination) => ({
      ...{ source, destination, ...emptyRow, stage: "unknown", because: "", node: "", reason: "", name: "" },
      ...{ lateMs: 0, port: 0, protocol: "", packets: 0 },
    }),
    mostRows,
  );
  const counts = new Map<Stage, number>();
  let translated = 0;
  const newest = new Map<Stage, Kept[]>();

  function keep(one: Kept): void {
    const { stage } = one;
    const kept = newest.get(stage) ?? [];
    kept.push(one);
    kept.sort((one, other) => other.attempt.last - one.attempt.last);
    newest.set(stage, kept.slice(0, mostExamples));
  }

  return {
    add(attempt, { stage: found, because, node, reason }, sameNode) {
      const known = attempt.isOutside ? lookups.at(attempt.serverIp, attempt.first) : undefined;
      const late = found === "dropped-at-source" && policyReasons.has(reason) ? (known?.lateMs ?? 0) : 0;
      const stage = late > 0 ? "name-expired" : found;
      const { source, destination, port, protocol, syns } = attempt;
      counts.set(stage, (counts.get(stage) ?? 0) + 1);
      if (attempt.translated) translated += 1;
      keep({ stage, attempt, sameNode });
      const key = [stage, because, node, reason, port, protocol].join("\n");
      const row = tally.row(names.settled(source), names.settled(destination), key);
      if (row === undefined) return tally.fold();
      countAt(row, attempt.last);
      row.first = Math.min(row.first, attempt.first);
      Object.assign(row, { stage, because, node, reason, port, protocol });
      if (known !== undefined) row.name = known.name;
      row.lateMs = Math.max(row.lateMs, late);
      row.packets += Math.max(syns.source, syns.destination);
    },
    finish(whole) {
      const told = (stage: Stage): Stage => (stage === "name-expired" && !whole ? "dropped-at-source" : stage);
      const byStage = new Map<Stage, number>();
      for (const [stage, count] of counts) byStage.set(told(stage), (byStage.get(told(stage)) ?? 0) + count);
      const sorted = (whole ? tally.rows() : withoutExpiry(tally.rows(), told)).sort(
        (one, other) =>
          other.count - one.count || stages.indexOf(one.stage) - stages.indexOf(other.stage) || other.last - one.last,
      );
      const { top, rest } = topRows(sorted, tally.folded(), listed);
      return {
        attempts: [...counts.values()].reduce((sum, count) => sum + count, 0),
        byStage: Object.fromEntries(
          stages.flatMap((stage) => (byStage.has(stage) ? [[stage, byStage.get(stage)]] : [])),
        ),
        rows: top.map(shown),
        folded: { rows: rest.rows, attempts: rest.count },
        examples: examples(told),
        translated,
      };
    },
  };

  /** One of each stage, then the next. */
  function examples(told: (stage: Stage) => Stage): TraceExample[] {
    const all = stages.flatMap((stage) => (newest.get(stage) ?? []).map((kept, place) => ({ ...kept, place })));
    return all
      .sort((one, other) => one.place - other.place || stages.indexOf(one.stage) - stages.indexOf(other.stage))
      .slice(0, mostExamples)
      .map((kept) => exampleOf({ ...kept, stage: told(kept.stage) }, names));
  }
}

/** Rows that no longer differ are one. */
function withoutExpiry(rows: readonly StageRow[], told: (stage: Stage) => Stage): StageRow[] {
  const byKey = new Map<string, StageRow>();
  for (const row of rows) {
    const { source, destination, because, node, reason, port, protocol } = row;
    const stage = told(row.stage);
    const key = JSON.stringify([stage, source, destination, because, node, reason, port, protocol]);
    const known = byKey.get(key);
    byKey.set(key, {
      ...row,
      ...{ stage, lateMs: 0, name: row.name || (known?.name ?? "") },
      ...{ count: row.count + (known?.count ?? 0), packets: row.packets + (known?.packets ?? 0) },
      ...{ first: Math.min(row.first, known?.first ?? row.first), last: Math.max(row.last, known?.last ?? row.last) },
    });
  }
  return [...byKey.values()];
}

function shown(row: StageRow): TraceRow {
  const { stage, because, source, destination, port, protocol, node, reason, name, lateMs, packets } = row;
  return {
    ...{ stage, because, source, destination, port, protocol, node, reason, name, lateMs },
    ...{ attempts: row.count, packets, first: timeText(row.first), last: timeText(row.last) },
  };
}

function exampleOf({ attempt, stage, sameNode }: Kept, names: EndpointNames): TraceExample {
  const { source, destination, port, protocol, clientPort, nodes, first, events } = attempt;
  return {
    ...{ stage, port, protocol, clientPort, sourceNode: nodes.source, destinationNode: nodes.destination },
    source: names.settled(source),
    destination: names.settled(destination),
    ...(sameNode && { sameNode }),
    time: timeText(first),
    events: events
      .toSorted((one, other) => one.time - other.time)
      .map(({ time, ...event }) => ({ at: Math.round((time - first) * 100) / 100, ...event })),
  };
}

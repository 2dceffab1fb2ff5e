/** The lists of a diff: what is in them, in which order, and how many fit. */
import type {
  CountChangeRow,
  DropChanges,
  DroppedPair,
  EdgesHistory,
  FirstDrop,
  NewEdge,
  PolicyMatches,
  Rows,
  VanishedEdge,
} from "./changes.ts";
import { type DaySketch, hasDrop, lacksPolicies } from "./day.ts";
import { createChange, type EdgeHistoryRow, type Gathered, isNamed, isWatched, type PartSums } from "./diff.ts";
import { edgeKey, type PolicyCount, policyKey, portlessKey } from "./edge.ts";
import { dayMs, hourMs } from "./hour.ts";
import { unbrokenFrom } from "./watched-days.ts";

export interface EdgeLists {
  readonly drops: DropChanges;
  readonly openings: { readonly now: number; readonly before: number | null; readonly median: number | null };
  readonly newEdges: Rows<NewEdge>;
  readonly vanishedEdges: Rows<VanishedEdge>;
  readonly firstDrops: Rows<FirstDrop>;
  readonly policies: PolicyMatches;
}

/** Of a window, so that what is absent is gone. */
const seenShare = 0.9;
/** Of what was counted: more shed or lost makes absence doubtful. */
const lostShare = 0.01;
const mostCharacters = 18_000;
/** Names are ASCII: 2,000 policies with names of fifty letters. */
const policyCharacters = 130_000;
/** `:1795144445,` */
const longestTime = 12;

/** What is kept of each day, and which days (UTC, epoch milliseconds) were watched for half of their hours. */
interface DayRecords {
  readonly records: readonly DaySketch[];
  readonly watched: ReadonlySet<number>;
}

export function listEdges(gathered: Gathered, days: DayRecords, top: number): EdgeLists {
  const openings = createChange(gathered, "openingSeconds")(({ openings }) => openings);
  return {
    drops: listDrops(gathered, top),
    openings,
    newEdges: listNew(gathered, top),
    vanishedEdges: listVanished(gathered, top),
    firstDrops: listFirstDrops(gathered, days, top),
    policies: listPolicies(gathered, days),
  };
}

export function historyOf(days: DayRecords, oldestHour: number | null, from: number): EdgesHistory {
  return { from: oldestHour, dropsFrom: dropsFrom(days, from) };
}

/** Until the last whole day before a window. */
function dropsFrom({ records, watched }: DayRecords, from: number): number | null {
  return unbrokenFrom(records, "dropSeconds", { watched, last: dayOf(from) - dayMs });
}

function listDrops(gathered: Gathered, top: number): DropChanges {
  const { now, before, days, rows } = gathered;
  const change = createChange(gathered, "dropSeconds");
  const changeRows = (pick: (sum: PartSums) => ReadonlyMap<string, number>): Rows<CountChangeRow> => {
    const keys = new Set([now, before, ...days].flatMap((sum) => [...pick(sum).keys()]));
    const listed = [...keys].map((key): CountChangeRow => ({ key, ...change((sum) => pick(sum).get(key) ?? 0) }));
    return fitting(listed.sort(byDifference), top, ({ now: count }) => count);
  };
  const stopped = rows.filter(({ edge, now: count }) => edge.verdict !== "forwarded" && count > 0);
  const pairs = stopped
    .sort((one, other) => other.now - one.now || compare(edgeKey(one.edge), edgeKey(other.edge)))
    .slice(0, top)
    .map((row): DroppedPair => {
      const counts = change((_, part) => countOf(row, part));
      return { ...row.edge, ...counts, first: row.first, last: row.last };
    });
  const rest = stopped.slice(pairs.length);
  const listed = fitting(pairs, top, ({ now: count }) => count);
  return {
    total: change(({ drops }) => drops),
    byReason: changeRows(({ reasons }) => reasons),
    byNamespace: changeRows(({ namespaces }) => namespaces),
    pairs: {
      rows: listed.rows,
      folded: {
        rows: listed.folded.rows + rest.length,
        count: listed.folded.count + rest.reduce((sum, { now: count }) => sum + count, 0),
      },
    },
  };
}

function listNew(gathered: Gathered, top: number): Rows<NewEdge> {
  const { before, days, rows, folded, wholes } = gathered;
  const watched = [before, ...days].filter((sum) => isWatched(sum, "openingSeconds"));
  if (watched.length === 0) return noRows;
  const unsure = watched.length <= days.length || [before, ...days].some((sum) => sum.sketched > 0 && isDoubtful(sum));
  const found = rows.filter((row) => {
    const { edge, now, before: then, days: had, earlier } = row;
    if (edge.verdict !== "forwarded" || now === 0 || then > 0 || earlier || had.some((count) => count > 0))
      return false;
    const pair = portlessKey(edge);
    return !folded.has(pair) && wholes.get(pair) !== true;
  });
  found.sort((one, other) => other.now - one.now || compare(edgeKey(one.edge), edgeKey(other.edge)));
  return fitting(
    found.map(({ edge, now, first, last }): NewEdge => ({ ...edge, count: now, first, last, unsure })),
    top,
    ({ count }) => count,
  );
}

function listVanished(gathered: Gathered, top: number): Rows<VanishedEdge> {
  const { now, before, days, rows, wholes } = gathered;
  const share = now.observed.openingSeconds / Math.max(1, (now.window.to - now.window.from) / 1_000);
  if (share < seenShare || !isWatched(before, "openingSeconds")) return noRows;
  const watched = days.flatMap((day, at) => (isWatched(day, "openingSeconds") ? [at] : []));
  const missing = now.observed.connected < now.observed.total;
  // A week is compared with the week before it alone.
  const unsure = isDoubtful(now) || missing || (days.length > 0 && watched.length === 0);
  const found = rows.flatMap((row): VanishedEdge[] => {
    const { edge, now: count, before: then, days: counts, lastBefore } = row;
    if (edge.verdict !== "forwarded" || count > 0 || then <= now.floor) return [];
    if (wholes.has(portlessKey(edge))) return [];
    const had = watched.filter((at) => (counts[at] ?? 0) > 0).length;
    if (watched.length > 0 && had * 2 <= watched.length) return [];
    return [{ ...edge, before: then, days: { had, of: watched.length }, last: lastBefore, unsure }];
  });
  found.sort((one, other) => other.before - one.before || compare(edgeKey(one), edgeKey(other)));
  return fitting(found, top, (row) => row.before);
}

/**
 * Hours between the last whole day and the window are looked at one by one: a day's record does not tell them from the window's own. A pair whose ports were folded is one with any
 * of its ports; a record does not tell which of its ports were of that pair.
 */
function listFirstDrops({ now, rows, folded, wholes }: Gathered, kept: DayRecords, top: number): Rows<FirstDrop> {
  if (dropsFrom(kept, now.window.from) === null) return noRows;
  const past = kept.records.filter(({ day }) => day < dayOf(now.window.from));
  const isFull = past.some(({ full }) => full);
  const found = rows.filter(({ edge, now: count, before, earlier, days }) => {
    if (edge.verdict === "forwarded" || count === 0 || before > 0 || earlier || days.some((had) => had > 0))
      return false;
    const pair = portlessKey(edge);
    return !folded.has(pair) && wholes.get(pair) !== true && !past.some((day) => hasDrop(day, edge));
  });
  found.sort((one, other) => other.now - one.now || compare(edgeKey(one.edge), edgeKey(other.edge)));
  return fitting(
    found.map(
      ({ edge, now: count, first, last }): FirstDrop => ({
        ...{ ...edge, count, first, last },
        unsure: isFull || (edge.port === 0 && hasPorts(edge)),
      }),
    ),
    top,
    ({ count }) => count,
  );
}

function hasPorts({ protocol }: EdgeHistoryRow["edge"]): boolean {
  return ["TCP", "UDP", "SCTP"].includes(protocol);
}

/** The latest matches first: what finds no room matched longest ago. */
function listPolicies({ now, scope }: Gathered, { records, watched }: DayRecords): PolicyMatches {
  const found = new Map<string, Omit<PolicyCount, "count">>();
  for (const { policies } of records)
    for (const policy of policies) {
      const key = policyKey(policy);
      if (isNamed(scope, policy.namespace) && policy.last > (found.get(key)?.last ?? 0)) found.set(key, policy);
    }
  const matched = new Map<string, Record<string, number>>();
  let left = policyCharacters;
  let listedFrom = Math.max(0, ...records.filter(lacksPolicies).map(({ day }) => day + dayMs));
  for (const { kind, namespace, name, last } of [...found.values()].sort((one, other) => other.last - one.last)) {
    const key = `${namespace}/${name}`;
    left -= JSON.stringify(key).length + longestTime;
    if (left < 0) {
      listedFrom = Math.max(listedFrom, last);
      break;
    }
    matched.set(kind, Object.assign(matched.get(kind) ?? {}, { [key]: Math.floor(last / 1_000) }));
  }
  return {
    ...{ matched: Object.fromEntries(matched), listedFrom },
    since: unbrokenFrom(records, "openingSeconds", { watched, last: dayOf(now.window.to - 1) }),
  };
}

function isDoubtful({ floor, crowded, unreadable, observed, window }: PartSums): boolean {
  const { openings, shed, lost, openingSeconds } = observed;
  const seconds = (window.to - window.from) / 1_000;
  const isLeaky = shed + lost > lostShare * Math.max(1, openings);
  return floor > 0 || crowded || unreadable > 0 || isLeaky || openingSeconds < seenShare * seconds;
}

function dayOf(moment: number): number {
  return Math.floor(moment / dayMs) * dayMs;
}

/** The hours of the window's first day that lie before it. */
export function hoursBefore(from: number): number[] {
  const first = dayOf(from);
  return Array.from({ length: Math.max(0, Math.floor((from - first) / hourMs)) }, (_, at) => first + at * hourMs);
}

/** Of a dropped or refused pair, brought to what was observed now. */
function countOf({ now, fair }: EdgeHistoryRow, part: "now" | "before" | "earlier" | number): number {
  if (part === "now") return now;
  return (typeof part === "number" ? fair?.days[part] : fair?.before) ?? 0;
}

function byDifference(one: CountChangeRow, other: CountChangeRow): number {
  const size = ({ now, before, median }: CountChangeRow) => Math.abs(now - Math.max(before ?? 0, median ?? 0));
  return size(other) - size(one) || other.now - one.now || compare(one.key, other.key);
}

const noRows = { rows: [], folded: { rows: 0, count: 0 } } as const;

function fitting<Row>(rows: readonly Row[], top: number, count: (row: Row) => number): Rows<Row> {
  let left = mostCharacters;
  const most = Math.min(top, rows.length);
  let listed = 0;
  for (; listed < most; listed++) {
    left -= JSON.stringify(rows[listed]).length;
    if (left < 0) break;
  }
  const rest = rows.slice(listed);
  return {
    rows: rows.slice(0, listed),
    folded: { rows: rest.length, count: rest.reduce((sum, row) => sum + count(row), 0) },
  };
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

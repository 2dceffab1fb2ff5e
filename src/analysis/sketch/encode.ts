/**
 * Sketches as text, and back. Columns in place of rows, names once, times as seconds from the hour: deflated about 20 bytes an edge, a third of what rows of objects
 * take. What cannot be read is undefined, never half of a sketch.
 */
import type { Edge, EdgeVerdict, PolicyCount } from "./edge.ts";
import { edgeKey } from "./edge.ts";
import { type EdgeTimes, type HourObserved, type HourSketch, unobserved } from "./hour.ts";
import { withNodeSeconds } from "./observed.ts";
import { type Counted, type Summary, shrink } from "./space-saving.ts";

const version = 1;
const verdicts: readonly EdgeVerdict[] = ["forwarded", "dropped", "refused"];

/**
 * In parts of a few milliseconds: whoever holds locks does other things in between. What is counted meanwhile may be in the rows that are still to come; it makes the hour one that
 * is written again.
 */
export function* writeHour(sketch: HourSketch): Generator<undefined, string> {
  const names = createNames();
  const start = sketch.hour;
  function* columns(summary: Summary<EdgeTimes>): Generator<undefined, Columns> {
    // Neighbours that are alike deflate well.
    const rows = [...summary.entries].sort((one, other) => (one.key < other.key ? -1 : 1));
    return {
      k: summary.capacity,
      n: summary.total,
      x: summary.floor,
      s: yield* column(rows, ({ value }) => names.end(value.edge.source, value.edge.sourceNamespace)),
      d: yield* column(rows, ({ value }) => names.end(value.edge.destination, value.edge.destinationNamespace)),
      p: yield* column(rows, ({ value }) => value.edge.port),
      o: yield* column(rows, ({ value }) => names.text(value.edge.protocol)),
      v: yield* column(rows, ({ value }) => verdicts.indexOf(value.edge.verdict)),
      r: yield* column(rows, ({ value }) => names.text(value.edge.reason)),
      c: yield* column(rows, ({ count }) => count),
      e: summary.floor === 0 ? [] : yield* column(rows, ({ error }) => error),
      f: yield* column(rows, ({ value }) => Math.floor((value.first - start) / 1_000)),
      l: yield* column(rows, ({ value }) => Math.floor((value.last - start) / 1_000)),
    };
  }
  const stopped = yield* columns(sketch.stopped);
  const passed = yield* columns(sketch.passed);
  const written: Written = {
    v: version,
    h: start,
    a: stopped,
    b: passed,
    ns: sketch.namespaces.map((row) => [names.text(row.namespace), row.dropped, row.refused, row.forwarded]),
    re: sketch.reasons,
    po: sketch.policies.map((policy) => {
      const { kind, namespace, name, count, last } = policy;
      return [names.text(kind), names.text(namespace), names.text(name), count, Math.floor((last - start) / 1_000)];
    }),
    cr: sketch.crowded,
    ob: sketch.observed,
    t: names.texts,
    en: names.ends,
  };
  return JSON.stringify(written);
}

const partRows = 1_000;

function* column<Row>(rows: readonly Row[], pick: (row: Row) => number): Generator<undefined, number[]> {
  const values: number[] = [];
  for (const row of rows) {
    if (values.push(pick(row)) % partRows === 0) yield;
  }
  return values;
}

/** Without `keys` rows have "" for theirs: good to look at, not to merge, and read in a third of the time. */
export function readHour(text: string, { keys }: { readonly keys: boolean } = { keys: true }): HourSketch | undefined {
  try {
    const written = JSON.parse(text) as Written;
    if (written.v !== version) return undefined;
    const at = (index: number) => written.t[index] ?? "";
    const start = written.h;
    return {
      hour: start,
      stopped: readColumns(written, written.a, keys),
      passed: readColumns(written, written.b, keys),
      namespaces: written.ns.map(([namespace, dropped, refused, forwarded]) => ({
        ...{ namespace: at(namespace), dropped, refused, forwarded },
      })),
      reasons: written.re,
      policies: written.po.map(
        ([kind, namespace, name, count, last]): PolicyCount => ({
          ...{ kind: at(kind), namespace: at(namespace), name: at(name), count, last: start + last * 1_000 },
        }),
      ),
      crowded: written.cr,
      observed: withNodeSeconds({ ...unobserved, ...written.ob }),
    };
  } catch {
    return undefined;
  }
}

/** The same hour with a share of its rows, the largest: what is cut off is folded. */
export function shrinkHour(sketch: HourSketch, share: number): HourSketch {
  const cut = (summary: Summary<EdgeTimes>) => shrink(summary, Math.max(1, Math.floor(summary.entries.length * share)));
  return { ...sketch, stopped: cut(sketch.stopped), passed: cut(sketch.passed) };
}

interface Columns {
  readonly k: number;
  readonly n: number;
  readonly x: number;
  readonly s: readonly number[];
  readonly d: readonly number[];
  readonly p: readonly number[];
  readonly o: readonly number[];
  readonly v: readonly number[];
  readonly r: readonly number[];
  readonly c: readonly number[];
  readonly e: readonly number[];
  readonly f: readonly number[];
  readonly l: readonly number[];
}

interface Written {
  readonly v: number;
  readonly h: number;
  readonly a: Columns;
  readonly b: Columns;
  readonly ns: readonly (readonly [number, number, number, number])[];
  readonly re: Readonly<Record<string, number>>;
  readonly po: readonly (readonly [number, number, number, number, number])[];
  readonly cr: boolean;
  /** Without node-seconds before they were kept. */
  readonly ob: Partial<HourObserved>;
  /** Texts; ends as places of name and namespace among them. */
  readonly t: readonly string[];
  readonly en: readonly (readonly [number, number])[];
}

function readColumns({ t, en, h }: Written, columns: Columns, keys: boolean): Summary<EdgeTimes> {
  const { k, n, x, s, d, p, o, v, r, c, e, f, l } = columns;
  const entries = s.map((from, at): Counted<EdgeTimes> => {
    const [source = 0, sourceNamespace = 0] = en[from] ?? [];
    const [destination = 0, destinationNamespace = 0] = en[d[at] ?? 0] ?? [];
    // Written out: two million of these are read for one answer.
    const edge: Edge = {
      source: t[source] ?? "",
      destination: t[destination] ?? "",
      sourceNamespace: t[sourceNamespace] ?? "",
      destinationNamespace: t[destinationNamespace] ?? "",
      port: p[at] ?? 0,
      protocol: t[o[at] ?? 0] ?? "",
      verdict: verdicts[v[at] ?? 0] ?? "forwarded",
      reason: t[r[at] ?? 0] ?? "",
    };
    const value = { edge, first: h + (f[at] ?? 0) * 1_000, last: h + (l[at] ?? 0) * 1_000 };
    return { key: keys ? edgeKey(edge) : "", count: c[at] ?? 0, error: e[at] ?? 0, value };
  });
  // They are written by key, and sorting keeps that among equals.
  entries.sort((one, other) => other.count - one.count);
  return { capacity: k, total: n, floor: x, entries };
}

function createNames() {
  const texts: string[] = [];
  const ends: [number, number][] = [];
  const placeOf = new Map<string, number>();
  const endOf = new Map<string, number>();
  const text = (one: string) => {
    const known = placeOf.get(one);
    if (known !== undefined) return known;
    placeOf.set(one, texts.length);
    return texts.push(one) - 1;
  };
  return {
    texts,
    ends,
    text,
    end(name: string, namespace: string): number {
      const key = `${name}\n${namespace}`;
      const known = endOf.get(key);
      if (known !== undefined) return known;
      endOf.set(key, ends.length);
      return ends.push([text(name), text(namespace)]) - 1;
    },
  };
}

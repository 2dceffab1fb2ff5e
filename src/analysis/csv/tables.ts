/**
 * The tables in a command's structured result, whatever the command: each list of objects is one. Objects in a row become columns of their own (`labels.pod`), lists of plain
 * values one cell. Results of several clusters have them below `clusters`: there each row gets its cluster, and tables of one name are one table.
 */

export type Cell = string | number | boolean | null;

export interface Table {
  /** Where it stands in the result: `pairs`, `edges.missing.listed`. */
  readonly name: string;
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly Cell[])[];
  /** Rows beyond those. */
  readonly left: number;
}

type Row = ReadonlyMap<string, Cell>;
type Fields = Readonly<Record<string, unknown>>;

const mostRows = 20_000;
const mostColumns = 80;
/** Of objects in objects: deeper ones are written as JSON. */
const mostDepth = 4;
/** A spreadsheet's cell holds 32,767. */
const mostText = 32_000;

/** Those with most rows first; none that is empty. */
export function tablesOf(result: unknown): Table[] {
  const found = new Map<string, Row[]>();
  collect(result, { path: "", cluster: null, depth: 0 }, found);
  return [...found].map(([name, rows]) => tableOf(name, rows)).sort((a, b) => sizeOf(b) - sizeOf(a));
}

const sizeOf = ({ rows, left }: Table) => rows.length + left;

interface At {
  readonly path: string;
  readonly cluster: Cell;
  readonly depth: number;
}

function collect(value: unknown, { path, cluster, depth }: At, found: Map<string, Row[]>): void {
  if (!isFields(value) || depth > mostDepth) return;
  for (const [key, inner] of Object.entries(value)) {
    const name = joined(path, key);
    if (!isList(inner)) collect(inner, { path: name, cluster, depth: depth + 1 }, found);
    else if (key === "clusters")
      for (const part of inner) collect(part, { path, cluster: cellOf(part["cluster"]), depth: depth + 1 }, found);
    else found.set(name, [...(found.get(name) ?? []), ...inner.flatMap((row) => rowsOf(row, cluster))]);
  }
}

/** One, or of a series one for each of its points. */
function rowsOf(fields: Fields, cluster: Cell): Row[] {
  const { points, ...rest } = fields;
  const series = isPoints(points) ? points : undefined;
  const row = new Map<string, Cell>(cluster === null ? [] : [["cluster", cluster]]);
  flatten(series === undefined ? fields : rest, "", 0, row);
  if (series === undefined) return [row];
  return series.map(([time, value]) => new Map([...row, ["time", new Date(time).toISOString()], ["value", value]]));
}

function flatten(fields: Fields, path: string, depth: number, row: Map<string, Cell>): void {
  for (const [key, value] of Object.entries(fields)) {
    const name = joined(path, key);
    if (isFields(value) && depth < mostDepth) flatten(value, name, depth + 1, row);
    else row.set(name, cellOf(value));
  }
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  return textOf(value).slice(0, mostText);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const isPlain = Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
  return isPlain ? value.join("; ") : JSON.stringify(value);
}

function tableOf(name: string, all: readonly Row[]): Table {
  const kept = all.slice(0, mostRows);
  const columns = [...new Set(kept.flatMap((row) => [...row.keys()]))].slice(0, mostColumns);
  const rows = kept.map((row) => columns.map((column) => row.get(column) ?? null));
  return { name, columns, rows, left: all.length - kept.length };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly Fields[] {
  return Array.isArray(value) && value.length > 0 && value.every(isFields);
}

function isPoints(value: unknown): value is readonly (readonly [time: number, value: number | null])[] {
  return Array.isArray(value) && value.every((point) => Array.isArray(point) && Number.isFinite(point[0]));
}

const joined = (path: string, key: string) => (path === "" ? key : `${path}.${key}`);

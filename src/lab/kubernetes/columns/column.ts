/** One column of a server-side Table. */
import type { KubernetesObject } from "../object.ts";
import { age } from "./duration.ts";

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly format: "" | "name";
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: 0 | 1;
  readonly description: string;
  cell(object: KubernetesObject, now: number): string | number | boolean | null;
}

export function column(
  name: string,
  description: string,
  cell: Column["cell"],
  type: Column["type"] = "string",
): Column {
  return { name, type, format: "", priority: 0, description, cell };
}

export function wide(name: string, description: string, cell: Column["cell"]): Column {
  return { ...column(name, description, cell), priority: 1 };
}

export const nameColumn: Column = {
  ...column("Name", "Name must be unique within a namespace.", (object) => object.metadata.name),
  format: "name",
};

const created = "When the object was created.";
export const ageColumn = column("Age", created, age);
/** Custom resources say `date`, built-in ones `string`, for the same text. */
export const dateColumn = column("Age", created, age, "date");

export function orNone(text: string): string {
  return text === "" ? "<none>" : text;
}

/** The first three, and how many more there are. */
export function firstThree(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const shown = texts.slice(0, 3).join(",");
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}

/** `a=b,c=d`, sorted. */
export function labelText(labels: unknown): string {
  if (typeof labels !== "object" || labels === null) return "<none>";
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return orNone(pairs.sort().join(","));
}

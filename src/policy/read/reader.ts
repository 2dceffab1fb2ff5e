/**
 * Reading an object that a stranger wrote: types as the API server's schema has them, a bounded number of values, fields that nobody knows noted. Objects may
 * be cyclic (YAML anchors): only known fields are followed, to a depth that is fixed.
 */
import type { Refusal } from "../policy.ts";
import { isRecord } from "../record.ts";
import type { Settings } from "../settings.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Reader {
  readonly settings: Settings;
  /** "" for cluster-wide policies. */
  readonly namespace: string;
  /** Values that may still be read of this object. */
  left: number;
  readonly unknown: string[];
}

/** Why a policy is not loaded. Thrown inside the readers only. */
export class PolicyRefused extends Error {
  readonly refusal: Refusal;
  constructor(by: Refusal["by"], message: string) {
    super(message);
    this.refusal = { by, message: message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message };
  }
}

/** More than a hundred times what the largest policies seen in public have. */
export const maxValues = 100_000;
const maxMessage = 500;
const maxText = 4096;
const maxUnknown = 20;

export function createReader(settings: Settings, namespace: string): Reader {
  return { settings, namespace, left: maxValues, unknown: [] };
}

/** Undefined when absent or null. */
export function readList(reader: Reader, value: unknown, path: string): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongType(path, "array", value);
  spend(reader, value.length + 1);
  return value;
}

/** Undefined when absent or null; fields not in `known` are noted. */
export function readFields(
  reader: Reader,
  value: unknown,
  path: string,
  known?: readonly string[],
): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) throw wrongType(path, "object", value);
  const names = Object.keys(value);
  spend(reader, names.length + 1);
  if (known !== undefined)
    for (const name of names)
      if (!known.includes(name) && reader.unknown.length < maxUnknown)
        reader.unknown.push(`${path}.${name.slice(0, 100)}`);
  return value;
}

/** Undefined when absent or null. */
export function readText(reader: Reader, value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(path, "string", value);
  if (value.length > maxText) throw new PolicyRefused("size", `${path}: more than ${maxText} characters`);
  spend(reader, 1);
  return value;
}

export function readChoice<Choice extends string>(
  reader: Reader,
  value: unknown,
  { path, choices }: { readonly path: string; readonly choices: readonly Choice[] },
): Choice | undefined {
  const text = readText(reader, value, path);
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const shown = choices.map((choice) => `"${choice}"`).join(", ");
  throw new PolicyRefused("schema", `${path}: Unsupported value: "${text}": supported values: ${shown}`);
}

export function readNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(path, "integer", value);
  return value;
}

export function readBoolean(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType(path, "boolean", value);
  return value;
}

export function wrongType(path: string, wanted: string, value: unknown): PolicyRefused {
  const got = Array.isArray(value) ? "array" : isRecord(value) ? "object" : typeof value;
  return new PolicyRefused(
    "schema",
    `${path}: Invalid value: "${got}": ${path} in body must be of type ${wanted}: "${got}"`,
  );
}

export function required(path: string): PolicyRefused {
  return new PolicyRefused("schema", `${path}: Required value`);
}

function spend(reader: Reader, values: number): void {
  reader.left -= values;
  if (reader.left < 0) throw new PolicyRefused("size", `the object has more than ${maxValues} values`);
}

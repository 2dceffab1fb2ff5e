/** Collects what is wrong with a list of blocks, worded and pointed at as Slack does: `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`. */
import { isObject, type Json } from "../json.ts";

export interface Report {
  readonly problems: readonly string[];
  /** Characters of text of every kind, counted against the budget of a whole message. */
  readonly textLength: number;
  wrong(pointer: string, message: string): void;
  count(text: string): void;
}

export function createReport(): Report {
  const problems: string[] = [];
  let textLength = 0;
  return {
    problems,
    get textLength() {
      return textLength;
    },
    wrong(pointer, message) {
      problems.push(`${message} [json-pointer:${pointer}]`);
    },
    count(text) {
      textLength += text.length;
    },
  };
}

/** A field that has to be an object with these fields and no other; null, and said, when it is none. */
export function readObject(
  report: Report,
  value: unknown,
  pointer: string,
  fields: { readonly required: readonly string[]; readonly optional?: readonly string[] },
): Json | null {
  if (!isObject(value)) {
    report.wrong(pointer, "must provide an object");
    return null;
  }
  for (const field of fields.required) {
    if (value[field] === undefined) report.wrong(pointer, `missing required field: ${field}`);
  }
  const known = new Set([...fields.required, ...(fields.optional ?? [])]);
  for (const field of Object.keys(value)) {
    if (!known.has(field)) report.wrong(`${pointer}/${field}`, `invalid additional property: ${field}`);
  }
  return value;
}

/** A string of 1 to `most` characters, or of `least` when told. A missing one is somebody else's to report. */
export function checkString(report: Report, value: unknown, pointer: string, most: number, least = 1): void {
  if (value === undefined) return;
  if (typeof value !== "string") report.wrong(pointer, "must provide a string");
  else if (value.length < least) report.wrong(pointer, `must be more than ${least - 1} characters`);
  else if (value.length > most) report.wrong(pointer, `must be less than ${most + 1} characters`);
}

export function checkChoice(report: Report, value: unknown, pointer: string, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return;
  report.wrong(pointer, `value is not one of: ${choices.join(", ")}`);
}

export function checkBoolean(report: Report, value: unknown, pointer: string): void {
  if (value !== undefined && typeof value !== "boolean") report.wrong(pointer, "must provide a boolean");
}

/** A list of 1 to `most` items; each is handed on with its pointer. */
export function checkList(
  report: Report,
  value: unknown,
  pointer: string,
  options: { readonly most: number; readonly least?: number },
  each: (item: unknown, pointer: string, index: number) => void,
): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    report.wrong(pointer, "must provide a list");
    return;
  }
  const { most, least = 1 } = options;
  if (value.length < least) report.wrong(pointer, `no fewer than ${least} items required`);
  if (value.length > most) report.wrong(pointer, `no more than ${most} items allowed`);
  value.slice(0, most).forEach((item, index) => {
    each(item, `${pointer}/${index}`, index);
  });
}

/**
 * Drop reasons: the number on the wire, the enum's name (flow JSON, hubble_drop_total) and the text of the agent (cilium_drop_count_total, the CLI), with
 * what each means and what to look at next. Numbers and names: Cilium api/v1/flow/flow.proto and pkg/monitor/api/drop.go (1.19).
 */
import { reasonTable } from "./reason-table.ts";

/**
 * `policy`: somebody's rule. `noise`: normally harmless. `churn`: passes by itself when pods or agents start and stop. `capacity`: a table is full.
 * `config`: routing or settings. `packet`: malformed or unsupported. `bug`: should not happen. `internal`: a return code that should not surface.
 * `unused`: no longer sent.
 */
export type ReasonClass =
  | "policy"
  | "noise"
  | "churn"
  | "capacity"
  | "config"
  | "packet"
  | "bug"
  | "internal"
  | "unused";

export interface Reason {
  readonly number: number;
  /** `POLICY_DENIED`. */
  readonly name: string;
  /** `Policy denied`, as in the `reason` label of cilium_drop_count_total. */
  readonly text: string;
  readonly kind: ReasonClass;
  /** One sentence. */
  readonly meaning: string;
  /** One sentence, imperative: where to look next. */
  readonly next: string;
}

/** All known reasons, by number. */
export const reasons: readonly Reason[] = parse(reasonTable);

const byNumber = new Map(reasons.map((reason) => [reason.number, reason]));
const byText = new Map(reasons.flatMap((reason) => [reason.name, reason.text].map((key) => [fold(key), reason])));

export function reasonOf(number: number): Reason | undefined {
  return byNumber.get(number);
}

/** The enum's name, or the number as text when this program does not know it. */
export function reasonName(number: number): string {
  return byNumber.get(number)?.name ?? String(number);
}

/**
 * By enum name or agent's text, whatever the case; a numeric suffix ("FIB lookup failed, 7") and the number itself are understood too. Undefined when
 * nothing of that name is known.
 */
export function reasonFromText(text: string): Reason | undefined {
  const key = fold(text);
  return byText.get(key) ?? byText.get(key.replace(/ \d+$/, "")) ?? reasonOf(readNumber(text) ?? Number.NaN);
}

/** As `reasonFromText`, but a number that this program does not know stands for itself, because a newer agent may know it. */
export function reasonNumber(text: string): number | undefined {
  return reasonFromText(text)?.number ?? readNumber(text);
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

function readNumber(text: string): number | undefined {
  return /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : undefined;
}

function parse(table: string): Reason[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [number, name, text, kind, meaning, next] = line.split("|").map((cell) => cell.trim());
      return {
        number: Number(number),
        name: name ?? "",
        text: text ?? "",
        kind: kind as ReasonClass,
        meaning: meaning ?? "",
        next: next ?? "",
      };
    });
}

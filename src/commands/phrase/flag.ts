/** Flags as other programs spell them, and mistyped ones. */
import { parseDuration } from "../../analysis/duration.ts";
import { nearest } from "../nearest.ts";

export interface KnownFlags {
  /** As they are typed, with their dashes. */
  readonly names: readonly string[];
  /** Whether a flag takes a value; undefined for a word that is none. */
  readonly takesValue: (flag: string) => boolean | undefined;
}

interface ReadFlag {
  /** As the grammar reads them; none when they mean nothing here. */
  readonly words?: readonly string[];
  readonly role?: "from" | "to";
  readonly port?: string;
  readonly time?: string;
  readonly repaired?: boolean;
}

/** Each is what stands for it here; null: what it says is so anyway. */
const spellings: ReadonlyMap<string, readonly string[] | null> = new Map<string, readonly string[] | null>([
  ["--selector", ["--label"]],
  ["--proto", ["--protocol"]],
  ["--ns", ["--namespace"]],
  ["-c", ["--cluster"]],
  ["--ingress", ["--direction", "ingress"]],
  ["--egress", ["--direction", "egress"]],
  ["-A", null],
  ["--all-namespaces", null],
]);

const roles = new Map([
  ...["--from", "--source", "--src"].map((name) => [name, "from"] as const),
  ...["--to", "--destination", "--dest", "--dst"].map((name) => [name, "to"] as const),
]);

/** Takes the value behind it from `left`. */
export function readFlag(word: string, left: string[], { names, takesValue }: KnownFlags): ReadFlag {
  const at = word.indexOf("=");
  const typed = at < 0 ? word : word.slice(0, at);
  if (/^-+$/.test(typed)) return { words: [word] };
  const attached = at < 0 ? [] : [word.slice(at + 1)];
  const double = /^-[A-Za-z][\w-]+$/.test(typed) && takesValue(`-${typed}`) !== undefined ? `-${typed}` : typed;
  const isKnown = takesValue(double) !== undefined;
  const role = isKnown ? undefined : roles.get(double.toLowerCase());
  if (role !== undefined) {
    left.unshift(...attached);
    return { role };
  }
  // Where a command takes a namespace as its word.
  if (!isKnown && /^(-n|--namespace)$/.test(double)) {
    left.unshift(...attached);
    return {};
  }
  const other = isKnown ? undefined : spellings.get(double);
  if (other === null) return {};
  const meant = isKnown || other !== undefined ? undefined : nearestFlag(double, names);
  const flag = other ?? [meant ?? double];
  if (isKnown && takesValue(double) === false) return { words: [double === typed ? word : double] };
  const takes = other?.length !== 2 && (takesValue(flag[0] ?? "") ?? /^--?p(ort)?$/.test(typed));
  const values = attached.length > 0 || !takes || left.length === 0 ? attached : left.splice(0, 1);
  const [value = ""] = values;
  if (/^(--port|-p)$/.test(typed) && /^\d{1,5}$/.test(value)) return { port: value };
  if (typed === "--last" && parseDuration(value) !== undefined) return { time: value };
  return { words: [...flag, ...values], repaired: meant !== undefined };
}

/** Compared without dashes, and only for words: one letter is near to each other letter. */
function nearestFlag(typed: string, names: readonly string[]): string | undefined {
  const long = new Map(names.filter((name) => name.startsWith("--")).map((name) => [name.slice(2), name]));
  const word = typed.replace(/^-+/, "");
  const meant = word.length > 2 ? nearest(word, [...long.keys()]) : undefined;
  return meant === undefined ? undefined : long.get(meant);
}

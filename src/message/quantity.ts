/** Numbers with their unit, as people read them: three digits and a prefix. The same everywhere: no locale. */
import { plain } from "./plain.ts";

const decimal = ["", "k", "M", "G", "T", "P"] as const;
const binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `0.31` of `ratio` is `31%`, `2048` of `bytes` is `2 KiB`, `1234` of `ops/s` is `1.23k ops/s`, `1` of `packets` is `1 packet`. */
export function quantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return "no value";
  switch (unit) {
    case "ratio":
      return `${short(value * 100)}%`;
    case "seconds":
      return duration(value);
    case "bytes":
      return scaled(value, 1_024, binary).join(" ");
    case "bytes/s":
      return `${scaled(value, 1_024, binary).join(" ")}/s`;
    case "bits/s":
      return `${scaled(value, 1_000, decimal).join(" ")}bit/s`;
    default:
      return [scaled(value, 1_000, decimal).join(""), ...(unit === "" ? [] : [wordFor(value, plain(unit))])].join(" ");
  }
}

/** The word behind the number; none where the unit is a part of it, as in `31%`. Not yet made safe to show. */
export function unitWord(unit: string): string {
  return scaledUnits.has(unit) ? "" : unit;
}

/** `1.23k` of `ops/s`, `2 KiB` of `bytes`: for places that give the word once. */
export function wordless(value: number, unit: string): string {
  return quantity(value, scaledUnits.has(unit) ? unit : "");
}

const scaledUnits: ReadonlySet<string> = new Set(["ratio", "seconds", "bytes", "bytes/s", "bits/s"]);

/** Seconds of each name, and the size from which it is used: two hours are easier to read as 120 min than 1.97 h is. */
const durations = [
  { name: "d", seconds: 86_400, from: 172_800 },
  { name: "h", seconds: 3_600, from: 7_200 },
  { name: "min", seconds: 60, from: 60 },
  { name: "s", seconds: 1, from: 1 },
  { name: "ms", seconds: 1e-3, from: 1e-3 },
  { name: "µs", seconds: 1e-6, from: 1e-6 },
  { name: "ns", seconds: 1e-9, from: 0 },
] as const;

function duration(value: number): string {
  if (value === 0) return "0 s";
  // 59.97 s is a minute, not 60 s.
  const near = rounded(value);
  const { name, seconds } = durations.find(({ from }) => Math.abs(near) >= from) ?? durations[3];
  return `${short(near / seconds)} ${name}`;
}

/** The number and its prefix. */
function scaled(value: number, base: number, prefixes: readonly string[]): [number: string, prefix: string] {
  const size = Math.abs(value);
  let power = 0;
  // 999.6 would be written as 1000 of the smaller prefix.
  while (power < prefixes.length - 1 && size / base ** power >= base - 0.5) power += 1;
  return [short(value / base ** power), prefixes[power] ?? ""];
}

/** Three digits, no zeros behind the point. */
function short(value: number): string {
  return String(Math.abs(value) >= 99.95 ? Math.round(value) : rounded(value));
}

function rounded(value: number): number {
  // Adding zero makes a plain zero of the negative one.
  return Number(value.toPrecision(3)) + 0;
}

/** `1 packet`, but `1 ops/s`, `1 loss`. */
function wordFor(value: number, word: string): string {
  return Math.abs(value) === 1 && /^[a-z]+s$/i.test(word) && !/(ss|us|is|ies)$/i.test(word) ? word.slice(0, -1) : word;
}

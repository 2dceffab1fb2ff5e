/** Words of a question into its parts: which things it names and how they stand to each other, when, on which port, with which flags. */
import { parseDuration } from "../../analysis/duration.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import { readKindWord } from "../../analysis/target-words.ts";
import { type KnownFlags, readFlag } from "./flag.ts";
import { fillers, keptOff, prepositions, reaching, wrong } from "./vocabulary.ts";

export interface Name {
  /** A TARGET as it is typed, without its port. */
  readonly text: string;
  readonly port: string | undefined;
  readonly role: "from" | "to" | "in" | undefined;
}

export interface Sentence {
  readonly names: readonly Name[];
  /** How long ago it begins, as typed; `for`: how long it lasts, where a command lasts. */
  readonly time: { readonly text: string; readonly isFor: boolean } | undefined;
  readonly port: string | undefined;
  /** With their values, as typed. */
  readonly flags: readonly string[];
  /** A flag was mistyped, and is written here as it was probably meant. */
  readonly repaired: boolean;
  readonly reaches: boolean;
  readonly keptOff: boolean;
  readonly wrong: boolean;
}

const units = new Map([
  ["second", "1s"],
  ["minute", "1m"],
  ["hour", "1h"],
  ["day", "1d"],
  ["week", "7d"],
]);

/** Undefined when a word is neither known nor anything that could be looked for. */
export function readSentence(words: readonly string[], known: KnownFlags): Sentence | undefined {
  const left = [...words];
  const names: Name[] = [];
  const flags: string[] = [];
  let time: Sentence["time"];
  let port: string | undefined;
  let role: Name["role"];
  let repaired = false;
  const verbs = { reaches: false, keptOff: false, wrong: false };

  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const low = word.toLowerCase();
    if (/^-./.test(word) && low !== "->") {
      const flag = readFlag(word, left, known);
      if (flag.role !== undefined) role = flag.role;
      if (flag.port !== undefined) port = flag.port;
      if (flag.time !== undefined) time = { text: flag.time, isFor: false };
      flags.push(...(flag.words ?? []));
      repaired ||= flag.repaired === true;
      continue;
    }
    const said = timeOf(low, left);
    if (said !== undefined) {
      if (time !== undefined) return undefined;
      time = said;
      continue;
    }
    const number = portOf(low, left, names.length > 0 && port === undefined);
    if (number !== undefined) {
      port = number;
      continue;
    }
    if (reaching.has(low)) verbs.reaches = true;
    else if (keptOff.has(low)) verbs.keptOff = true;
    else if (wrong.has(low)) verbs.wrong = true;
    else if (prepositions.has(low)) role = prepositions.get(low);
    else if (!fillers.has(low) || role === "in") {
      if (fillers.has(low)) continue;
      const name = nameOf(word.replace(/'s$/, ""), left);
      if (name === undefined) return undefined;
      names.push({ ...name, role });
      role = undefined;
    }
  }
  return { names: placed(names), time, port, flags, repaired, ...verbs };
}

/** `last 30m`, `past hour`, `since 10m`, `10m ago`, `10m`; takes the words behind that belong to it. */
function timeOf(word: string, left: string[]): Sentence["time"] {
  const dropAgo = () => left[0]?.toLowerCase() === "ago" && left.shift() !== undefined;
  if (/^(last|past|since|previous)$/.test(word)) {
    const [next = ""] = left;
    const unit = units.get(next.toLowerCase().replace(/s$/, ""));
    if (unit === undefined && !isTime(next)) return undefined;
    left.shift();
    dropAgo();
    return { text: unit ?? next, isFor: false };
  }
  const assigned = /^since[=:](.+)$/.exec(word)?.[1];
  if (assigned !== undefined) return { text: assigned, isFor: false };
  if (parseDuration(word) === undefined) return undefined;
  return { text: word, isFor: !dropAgo() };
}

/** `port 80`; `80` and `80/tcp` behind a name. */
function portOf(word: string, left: string[], isBehindName: boolean): string | undefined {
  if (word === "port" && /^\d{1,5}$/.test(left[0] ?? "")) return left.shift();
  return isBehindName ? /^:?(\d{1,5}(?:\/(?:tcp|udp|sctp))?)$/.exec(word)?.[1] : undefined;
}

function isTime(text: string): boolean {
  return parseDuration(text) !== undefined || /^\d\d?:\d\d/.test(text) || /^\d{4}-\d\d-\d\d/.test(text);
}

/** `namespace hoth`, `service deathstar`, `node k8s-w1`: the kind and the name are two words. */
function nameOf(word: string, left: string[]): Omit<Name, "role"> | undefined {
  const kind = readKindWord(word);
  const behind = left[0];
  const isKind =
    kind !== undefined && behind !== undefined && /^[\w.-]+$/.test(behind) && !fillers.has(behind.toLowerCase());
  const typed = isKind && !prepositions.has(behind.toLowerCase()) ? `${word.toLowerCase()}/${left.shift()}` : word;
  const url = /^[a-z]+:\/\/([^/?#@]+)(?:[/?#].*)?$/i.exec(typed)?.[1];
  const [, text = "", port] = /^([^:]+):(\d{1,5}(?:\/[a-z]+)?)$/i.exec(url ?? typed) ?? [undefined, url ?? typed];
  const identity = /^(?:identity|id):(\d+)$/i.exec(typed)?.[1];
  if (identity !== undefined) return { text: `identity/${identity}`, port: undefined };
  return parseTarget(text).ok ? { text, port } : undefined;
}

/** `deathstar in default`: the namespace belongs to the name in front. */
function placed(names: readonly Name[]): readonly Name[] {
  const where = names.find(({ role }) => role === "in");
  const others = names.filter(({ role }) => role !== "in");
  if (where === undefined || others.length === 0) return names;
  const namespace = where.text.replace(/^(ns|namespaces?)\//, "");
  return others.map((name) =>
    /^[a-z0-9.-]+$/.test(name.text) && !name.text.includes(".") ? { ...name, text: `${namespace}/${name.text}` } : name,
  );
}

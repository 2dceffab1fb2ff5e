/** Words after a command's name into raw arguments: strings, arrays of strings for flags that may repeat, `true` for switches. */
import type { Command, Flag } from "./command.ts";
import { nearest } from "./nearest.ts";
import { shown } from "./words.ts";

export type RawArgs = Record<string, string | string[] | true>;

export type ReadFlags =
  | { readonly ok: true; readonly raw: RawArgs; readonly typed: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly say: string };

/** Flags that every command takes. `--help` is answered before a command reads its flags. */
const clusterFlag: Flag = {
  key: "cluster",
  names: ["--cluster"],
  value: "NAME",
  many: true,
  doc: "Clusters to ask: a name, a comma list, or * for all of them",
};

const privateFlag: Flag = { key: "private", names: ["--private"], doc: "Only you see the answer" };

export const sharedFlags: readonly Flag[] = [clusterFlag, privateFlag];

/** In front of the key of a flag behind `--not`. */
export const notPrefix = "not-";

/** `typed` remembers for each key how the person spelled it, so that a refusal speaks of what they see. */
export function readFlags(
  command: Command,
  words: readonly string[],
  { typed: byPerson = false }: { readonly typed?: boolean } = {},
): ReadFlags {
  const flags = new Map(
    [...command.flags, ...sharedFlags]
      .filter(({ internal }) => !(internal && byPerson))
      .flatMap((flag) => flag.names.map((name) => [name, flag] as const)),
  );
  const raw: RawArgs = {};
  const typed = new Map<string, string>();
  const loose: string[] = [];
  const left = [...words];
  const refuse = (say: string): ReadFlags => ({ ok: false, say });
  let negated = false;

  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--") {
      loose.push(...left);
      break;
    }
    if (!/^-[^\d]/.test(word)) {
      loose.push(word);
      continue;
    }
    const { name, value: attached } = splitFlag(word);
    const flag = flags.get(name) ?? flags.get(name.toLowerCase());
    if (!flag) return refuse(unknownFlag(command, name, [...flags.keys()]));
    if (negated && (!flag.many || sharedFlags.includes(flag))) return refuse(notBefore(name));
    const key = negated ? `${notPrefix}${flag.key}` : flag.key;
    if (raw[key] !== undefined && !flag.many) return refuse(`${flag.names[0]} is given twice. Give it once.`);
    typed.set(key, negated ? `--not ${name}` : name);
    if (flag.value === undefined) {
      if (attached !== undefined && attached !== "true")
        return refuse(`${name} takes no value. Type ${name} alone, or leave it out.`);
      if (flag.negates) negated = true;
      else raw[key] = true;
      continue;
    }
    const value = attached ?? (isValue(left[0]) ? left.shift() : undefined);
    if (value === undefined || value === "")
      return refuse(`${name} needs a value: type ${name} ${flag.value}. ${flag.doc}.`);
    if (flag.many) raw[key] = [...list(raw[key]), value];
    else raw[key] = value;
    negated = false;
  }
  if (negated) return refuse(notBefore(""));

  for (const positional of command.positionals) {
    const word = loose.shift();
    if (word === undefined) {
      if (positional.optional) break;
      return refuse(
        `${command.name} needs ${positional.name}: ${positional.doc}. For example: ${command.examples[0] ?? command.name}`,
      );
    }
    raw[positional.key] = word;
    typed.set(positional.key, positional.name);
  }
  if (loose[0] !== undefined) return refuse(surplus(command, loose[0]));
  return { ok: true, raw, typed };
}

/** `--port=80` is a flag and its value; a long dash before one letter was meant as a short one. */
function splitFlag(word: string): { readonly name: string; readonly value: string | undefined } {
  const at = word.indexOf("=");
  const name = at < 0 ? word : word.slice(0, at);
  return { name: /^--[A-Za-z]$/.test(name) ? name.slice(1) : name, value: at < 0 ? undefined : word.slice(at + 1) };
}

/** A word that starts like a flag is no value, so that `--since --until 5m` says what is missing. Negative numbers are values (and refused as such). */
function isValue(word: string | undefined): boolean {
  return word !== undefined && !/^-[^\d]/.test(word);
}

function unknownFlag(command: Command, name: string, known: readonly string[]): string {
  const no = `${command.name} has no flag ${shown(name)}.`;
  const meant = nearestFlag(name, known);
  if (meant !== undefined) return `${no} Did you mean ${meant}?`;
  const attached = known.find((flag) => /^-[A-Za-z]$/.test(flag) && name.startsWith(flag) && name.length > 2);
  if (attached !== undefined) return `${no} Put a space after ${attached}.`;
  return command.flags.length === 0 ? `${no} It takes none.` : `${no} Type help ${command.name} to see its flags.`;
}

/** Compared without their dashes, so that those do not count as letters that were typed right. */
function nearestFlag(name: string, known: readonly string[]): string | undefined {
  const long = new Map(known.filter((flag) => flag.length > 2).map((flag) => [flag.replace(/^-+/, ""), flag]));
  const word = name.replace(/^-+/, "");
  const meant = word.length > 1 ? nearest(word, [...long.keys()]) : undefined;
  return meant === undefined ? undefined : long.get(meant);
}

function surplus(command: Command, word: string): string {
  const count = command.positionals.length;
  const takes =
    count === 0 ? "nothing" : count === 1 ? `one ${command.positionals[0]?.name}` : `at most ${count} words`;
  return `${command.name} takes ${takes}, and ${shown(word)} is one too many. Flags start with --; put quotes around text with spaces.`;
}

function notBefore(name: string): string {
  const what = name === "" ? "Nothing stands behind --not." : `--not cannot stand before ${name}.`;
  return `${what} Type it before each filter that must not hold, for example --not --pod default/xwing.`;
}

function list(value: string | string[] | true | undefined): string[] {
  return Array.isArray(value) ? value : [];
}

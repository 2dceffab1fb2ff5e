/** What people type into what the program does. Pure: every refusal is one sentence that says what to type instead, and nothing ever throws. */
import type { z } from "zod";
import type { Command } from "./command.ts";
import { type RawArgs, readFlags, sharedFlags } from "./flags.ts";
import { commands, unlisted } from "./index.ts";
import { nearest } from "./nearest.ts";
import { elsewhere } from "./phrase/elsewhere.ts";
import type { KnownFlags } from "./phrase/flag.ts";
import { hear, isKnownWord } from "./phrase/hear.ts";
import { firstOfSeveral } from "./phrase/tidy.ts";
import { fillers } from "./phrase/vocabulary.ts";
import { splitRaw, type TakesValue } from "./raw.ts";
import { quoteWord, readTyped, shown, splitWords } from "./words.ts";

export interface ParseOptions {
  /** Clusters that may be asked from where this was typed. */
  readonly clusters: readonly string[];
  /** The one that is asked when no --cluster is given. */
  readonly defaultCluster: string;
  /** By a person, to whom the program's own flags are unknown. */
  readonly typed?: boolean;
}

export type ParsedCommand =
  | {
      readonly ok: true;
      readonly command: Command;
      /** Checked, plain JSON, as the command's `args` schema gives them. */
      readonly args: unknown;
      /** At least one, each once, in the configuration's order. */
      readonly clusters: readonly string[];
      /** Only the person who asks wants to see the answer. */
      readonly private: boolean;
      /** The same command in one canonical line, which parses to the same thing. */
      readonly text: string;
    }
  /** One sentence for the person. Safe to print, and repeats at most 60 characters of what was typed. */
  | { readonly ok: false; readonly say: string };

/** A list of all of them fills a phone. */
const firstToTry = "drops, why, trace, observe, policies, changes, top, digest";
const byName: ReadonlyMap<string, Command> = new Map(
  Object.values<Command>({ ...unlisted, ...commands }).flatMap((command) =>
    [command.name, ...(command.aliases ?? [])].map((name) => [name, command] as const),
  ),
);
/** The bot's own name in front of a command: a slash command retyped, a mention, the program's name. */
const callings = /^(\/|@)?cilium(-chatops)?:?$/i;
/** Longest command that is asked back: a refusal repeats no more of what was typed. */
const maxMeant = 60;
const helpWords = new Set(["--help", "-h", "-help", "-?", "?"]);

export function parseCommand(text: string, options: ParseOptions): ParsedCommand {
  const strict = parseStrictly(text, options);
  return strict.ok ? strict : (parseHeard(text, options) ?? strict);
}

/** What was meant by a line that is not as help writes it; undefined where that is anybody's guess. */
function parseHeard(text: string, options: ParseOptions): ParsedCommand | undefined {
  const typed = readTyped(text);
  if (!typed.ok || rawCommand(typed.text) !== undefined) return undefined;
  const split = splitWords(typed.text.replaceAll(/<at>[^<>]*<\/at>/g, " "));
  if (!split.ok) return undefined;
  const words = withoutCalling(split.words);
  const several = severalCommands(typed.text, words, options);
  if (several !== undefined) return several;
  if (words.length === 1 && isBareName(words[0] ?? "")) return undefined;
  const heard = hear(words, { commands: byName, flags: knownFlags });
  if (heard === undefined) return undefined;
  const again = parseStrictly(heard.words.map(quoteWord).join(" "), options);
  if (again.ok)
    return heard.sure ? again : askedBack(again, heard.mistyped === true || byName.has(words[0]?.toLowerCase() ?? ""));
  return byName.has(words[0]?.toLowerCase() ?? "") ? undefined : again;
}

/** Undefined when the line is one. */
function severalCommands(text: string, words: readonly string[], options: ParseOptions): ParsedCommand | undefined {
  const [line = "", ...more] = text.split("\n");
  const isMany = more.some((next) => byName.has(next.trim().split(/\s/)[0]?.toLowerCase() ?? ""));
  const first = isMany ? line : firstOfSeveral(words)?.map(quoteWord).join(" ");
  if (first === undefined) return undefined;
  const parsed = parseCommand(first, options);
  const example = parsed.ok && parsed.text.length <= maxMeant ? parsed.text : "drops deathstar";
  return { ok: false, say: `One command at a time, and no pipes. Type for example: ${example}` };
}

/** Undefined when it is too long to be typed again. `named`: what was typed begins with a command, or nearly. */
function askedBack({ command, text }: Extract<ParsedCommand, { ok: true }>, named: boolean): ParsedCommand | undefined {
  if (text.length > maxMeant) return undefined;
  if (command.name === "why") return { ok: false, say: `To see whether the one may reach the other, type: ${text}` };
  return {
    ok: false,
    say: named || command.name !== "drops" ? `Did you mean this? Type: ${text}` : noSuchCommand(text),
  };
}

/** A workload's name alone is the most natural thing to type. */
function noSuchCommand(drops: string): string {
  return `There is no command of that name. To see what is dropped there, type: ${drops}`;
}

function knownFlags(command: Command): KnownFlags {
  const open = [...command.flags, ...sharedFlags].filter(({ internal }) => !internal);
  return { names: open.flatMap(({ names }) => names), takesValue: flagValues(command) };
}

function withoutCalling(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => !callings.test(word));
  return first < 0 ? [] : words.slice(first);
}

function parseStrictly(text: string, options: ParseOptions): ParsedCommand {
  const typed = readTyped(text, longestOf(text));
  if (!typed.ok) return typed;
  const raw = rawCommand(typed.text);
  if (raw !== undefined) return parseRaw(raw, options);
  const split = splitWords(text);
  if (!split.ok) return split;
  const [first = "help", ...rest] = withoutCalling(split.words);
  const command = byName.get(first.toLowerCase()) ?? (helpWords.has(first) ? byName.get("help") : undefined);
  if (!command) return { ok: false, say: unknownCommand(first, rest) };
  const line = [command.name, ...rest.map(quoteWord)].join(" ");
  return rawPositional(command) === undefined
    ? finish(command, rest, line, options)
    : parseRaw({ command, line: rest.join(" ") }, options);
}

/** Flags in words, and then the rest of the line as it is. */
function parseRaw({ command, line }: RawCommand, options: ParseOptions): ParsedCommand {
  const takesValue = flagValues(command);
  const split = splitRaw(line, takesValue);
  if (!split.ok) return split;
  const text = rawPositional(command)?.raw?.(split.text) ?? split.text;
  const flags = split.flags.map(quoteWord).join(" ");
  const simple = [command.name, flags, text].filter((part) => part !== "").join(" ");
  const again = splitRaw(simple.slice(command.name.length), takesValue);
  const isSame = again.ok && again.text === text && again.flags.join("\n") === split.flags.join("\n");
  const canonical = isSame ? simple : [command.name, flags, "--", text].filter((part) => part !== "").join(" ");
  return finish(command, [...split.flags, ...textWords(text)], canonical, options);
}

function textWords(text: string): string[] {
  if (text === "") return [];
  return helpWords.has(text) ? [text] : ["--", text];
}

/** `line` gives the same again. */
function finish(command: Command, rest: readonly string[], line: string, options: ParseOptions): ParsedCommand {
  const { clusters, defaultCluster } = options;
  const dashes = rest.indexOf("--");
  if (command.name !== "help" && rest.slice(0, dashes < 0 ? rest.length : dashes).some((word) => helpWords.has(word))) {
    return parseStrictly(`help ${command.name}`, options);
  }

  const read = readFlags(command, rest, options);
  if (!read.ok) return read;
  const { cluster, private: alone, ...raw } = read.raw;
  const chosen = chooseClusters(cluster, clusters, defaultCluster);
  if (!chosen.ok) return chosen;
  const checked = command.args.safeParse("cluster" in read.raw ? { ...raw, cluster: [...chosen.clusters] } : raw);
  if (!checked.success) return { ok: false, say: sentence(checked.error.issues, read.typed) };
  const isPrivate = alone === true || command.alone === true;
  return { ok: true, command, args: checked.data, clusters: chosen.clusters, private: isPrivate, text: line };
}

interface RawCommand {
  readonly command: Command;
  /** Behind its name. */
  readonly line: string;
}

/** Undefined when it is another command, or none. */
function rawCommand(typed: string): RawCommand | undefined {
  let left = typed;
  for (let word = /^\S+/.exec(left)?.[0]; word !== undefined; word = /^\S+/.exec(left)?.[0]) {
    left = left.slice(word.length).trimStart();
    if (callings.test(word)) continue;
    const command = byName.get(word.toLowerCase());
    return command !== undefined && rawPositional(command) !== undefined ? { command, line: left } : undefined;
  }
  return undefined;
}

/** What may be pasted is longer than what is typed. */
function longestOf(text: string): number | undefined {
  const raw = rawCommand(text.trimStart().slice(0, 200));
  return raw && rawPositional(raw.command)?.longest;
}

function rawPositional({ positionals }: Command): Command["positionals"][number] | undefined {
  return positionals.find(({ raw }) => raw !== undefined);
}

function flagValues(command: Command): TakesValue {
  const values = new Map(
    [...command.flags, ...sharedFlags].flatMap(({ names, value }) => names.map((name) => [name, value !== undefined])),
  );
  return (flag) => values.get(flag) ?? values.get(flag.toLowerCase()) ?? (helpWords.has(flag) ? false : undefined);
}

function unknownCommand(word: string, rest: readonly string[]): string {
  const instead = [word, ...rest].map(elsewhere).find((say) => say !== undefined);
  if (instead !== undefined) return instead;
  const listed = [...byName.keys()].filter((name) => !Object.hasOwn(unlisted, name));
  const meant = fillers.has(word.toLowerCase()) ? undefined : nearest(word, listed);
  if (meant !== undefined) return `There is no command ${shown(word)}. Did you mean ${meant}?`;
  if (rest.length === 0 && isBareName(word)) return noSuchCommand(`drops ${word}`);
  return `There is no command ${shown(word)}. Type help to see them all, or one of: ${firstToTry}.`;
}

/** Nothing of the grammar, a greeting or a synonym. */
function isBareName(word: string): boolean {
  return word.length <= 40 && /^[a-z0-9]([\w./:-]*[a-z0-9])?$/i.test(word) && !isKnownWord(word);
}

type Chosen =
  | { readonly ok: true; readonly clusters: readonly string[] }
  | { readonly ok: false; readonly say: string };

function chooseClusters(raw: RawArgs[string] | undefined, known: readonly string[], fallback: string): Chosen {
  if (!Array.isArray(raw)) return { ok: true, clusters: [fallback] };
  const typed = raw
    .flatMap((value) => value.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (typed.length === 0) return { ok: false, say: `--cluster needs a name. ${clusterChoice(known)}` };
  if (typed.includes("*")) return { ok: true, clusters: known };
  const unknown = typed.find((name) => !known.includes(name));
  if (unknown === undefined) return { ok: true, clusters: known.filter((name) => typed.includes(name)) };
  const meant = nearest(unknown, known);
  return {
    ok: false,
    say: `There is no cluster ${shown(unknown)} here. ${meant === undefined ? clusterChoice(known) : `Did you mean --cluster ${meant}?`}`,
  };
}

function clusterChoice(known: readonly string[]): string {
  const listed = known.slice(0, 20).join(", ");
  return `Type --cluster with one of: ${listed}${known.length > 20 ? `, and ${known.length - 20} more` : ""}; * asks all of them.`;
}

/** The first problem, led by the flag or word it is about. */
function sentence(issues: readonly z.core.$ZodIssue[], typed: ReadonlyMap<string, string>): string {
  const issue = issues[0];
  const subject = typed.get(String(issue?.path[0] ?? ""));
  const message = issue?.message ?? "The command could not be read. Type help.";
  return subject === undefined ? message : `${subject}: ${message}`;
}

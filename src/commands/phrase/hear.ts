/**
 * What was meant by a line that is no command as help writes it: a question in plain English, a line copied from another program, a name with a question mark.
 * Only lines that the grammar refuses come here, so that nothing that is written as documented ever means something else.
 */
import { reasonFromText } from "../../analysis/reasons.ts";
import type { Command } from "../command.ts";
import { nearest } from "../nearest.ts";
import { elsewhere } from "./elsewhere.ts";
import type { KnownFlags } from "./flag.ts";
import { lineFor, pairLine } from "./line.ts";
import { readSentence } from "./sentence.ts";
import { tidy } from "./tidy.ts";
import { fillers, greetings, polite, prepositions, spoken, synonyms } from "./vocabulary.ts";

export interface Heard {
  /** Of the grammar. */
  readonly words: readonly string[];
  /** It says what it wants; else it is only asked back whether this was meant. */
  readonly sure: boolean;
  /** The command itself was mistyped. */
  readonly mistyped?: boolean;
}

export interface Known {
  /** By name and other names, lower case. */
  readonly commands: ReadonlyMap<string, Command>;
  readonly flags: (command: Command) => KnownFlags;
}

export function hear(typed: readonly string[], known: Known): Heard | undefined {
  if (typed.includes("")) return undefined;
  const words = tidy(typed);
  if (words.length === 0 || words.every((word) => greetings.has(word.toLowerCase())))
    return { words: ["help"], sure: true };
  const first = words[0]?.toLowerCase() ?? "";
  if (elsewhere(first) !== undefined) return undefined;
  const isCommand = known.commands.has(first) && !isShowMe(words, known);
  const heard = copied(words) ?? spokenCommand(words, known);
  if (heard !== undefined || isCommand) return heard;
  const asked = question(words, known);
  return asked?.sure ? asked : (mistyped(words, known) ?? asked);
}

/** `show me the drops`: there is a command of that name, which takes the id of an answer. */
function isShowMe([first = "", second = ""]: readonly string[], { commands }: Known): boolean {
  const next = second.toLowerCase();
  return first.toLowerCase() === "show" && (commands.has(next) || fillers.has(next) || isKnownWord(next));
}

/** `drosp deathstar`. */
function mistyped([first = "", ...rest]: readonly string[], { commands }: Known): Heard | undefined {
  if (fillers.has(first.toLowerCase())) return undefined;
  const meant = nearest(first, [...commands.keys()]);
  return meant === undefined || rest.length === 0
    ? undefined
    : { words: [meant, ...rest], sure: false, mistyped: true };
}

/** Said for a command or out of politeness, and so no name of a workload. */
export function isKnownWord(word: string): boolean {
  const low = word.toLowerCase();
  return greetings.has(low) || synonyms.has(low) || spoken.has(low);
}

/** `hubble observe …`: how Hubble is reached is no matter here, and `--follow` is a command, which has one way to print. */
function copied(words: readonly string[]): Heard | undefined {
  const isHubble = words[0]?.toLowerCase() === "hubble";
  const line = isHubble ? words.slice(1) : words;
  if (isHubble && /^(status|list nodes?)\b/i.test(line.join(" "))) return { words: ["status"], sure: true };
  if (!/^(observe|flows?)$/i.test(line[0] ?? "")) return undefined;
  const follows = line.some((word) => /^(-f|--follow)$/.test(word));
  if (!isHubble && !follows) return undefined;
  const kept: string[] = [];
  for (let at = 1; at < line.length; at++) {
    const word = line[at] ?? "";
    const isOutput = /^(-o|--output)/.test(word);
    if (/^(-f|--follow|-P|--port-forward|--no-color)$/.test(word) || /^--(server|color|tls)\S*=/.test(word)) continue;
    if (/^--(server|port-forward-port|timeout)$/.test(word) || (follows && /^(-o|--output)$/.test(word))) at += 1;
    else if (!(follows && isOutput)) kept.push(word);
  }
  return { words: [follows ? "follow" : "observe", ...kept], sure: true };
}

/** A command by its name, or by a word that means it, with its arguments in plain English. Behind one that has several things to do each word says which: `digest list all`. */
function spokenCommand(words: readonly string[], known: Known): Heard | undefined {
  const named = (word: string) => known.commands.get(synonyms.get(word) ?? word);
  const first = words[0]?.toLowerCase() ?? "";
  const at =
    named(first) !== undefined && !isShowMe(words, known) ? 0 : words.findIndex((word) => isSpoken(word.toLowerCase()));
  const command = named(words[at]?.toLowerCase() ?? "");
  if (at < 0 || command === undefined) return undefined;
  if (at === 0 && command.positionals.some(({ key, name }) => key === "verb" && name.includes("|")))
    return { words: words.filter((word, index) => index === 0 || !polite.has(word.toLowerCase())), sure: true };
  const rest = words.filter((_, index) => index !== at);
  if (command.name === "help") return rest.some((word) => word.startsWith("-")) ? undefined : help(rest, named);
  if (command.name === "top") return ranking(rest);
  if (command.name === "explain") return reason(rest);
  const sentence = readSentence(
    rest.filter((word) => !isSaidTwice(command.name, synonyms.get(word.toLowerCase()))),
    known.flags(command),
  );
  if (sentence === undefined) return undefined;
  if (command.name === "why" && sentence.names.length < 2 && words.length > 1) return drops(sentence, known);
  const isPair = sentence.names.length === 2 && at > 0 && command.name === "drops";
  const line = isPair ? pairLine("why", sentence) : lineFor(command, sentence);
  if (line !== undefined) return { words: line, sure: !sentence.repaired };
  const isAboutFlows = command.positionals.some(({ key }) => key === "target");
  const meant = isAboutFlows && sentence.names.length === 2 ? pairLine("why", sentence) : undefined;
  return meant && { words: meant, sure: false };
}

/** `drops that are dropped`, `suggest a policy for …`. */
function isSaidTwice(command: string, meant: string | undefined): boolean {
  return meant === command || (meant === "policies" && command === "suggest");
}

function isSpoken(word: string): boolean {
  return (
    spoken.has(word) ||
    synonyms.get(word) === "drops" ||
    synonyms.get(word) === "policies" ||
    synonyms.get(word) === "changes"
  );
}

function help(rest: readonly string[], named: (word: string) => Command | undefined): Heard {
  const about = rest
    .map((word) => named(word.toLowerCase())?.name)
    .find((name) => name !== undefined && name !== "help");
  return { words: about === undefined ? ["help"] : ["help", about], sure: true };
}

/** `top 5 drops`, `top drops for deathstar`. */
function ranking(rest: readonly string[]): Heard | undefined {
  const [first = "", what = "", ...more] = rest.filter(
    (word) => !fillers.has(word.toLowerCase()) && !prepositions.has(word),
  );
  const isTurned = /^\d{1,3}$/.test(first) && what !== "";
  const words = isTurned ? [what, first, ...more] : [first, what, ...more].filter((word) => word !== "");
  return words.join(" ") === rest.join(" ") ? undefined : { words: ["top", ...words], sure: true };
}

/** `explain` is for incidents; people also ask it for a drop reason. */
function reason(rest: readonly string[]): Heard | undefined {
  const known = reasonFromText(rest.join(" ")) ?? reasonFromText(rest.join("_"));
  return known && { words: ["drops", "--reason", known.name], sure: false };
}

/** No command at all: "payments cannot reach ledger", "is deathstar down?", "deathstar". */
function question(words: readonly string[], known: Known): Heard | undefined {
  const why = known.commands.get("why");
  const sentence = why && readSentence(words, known.flags(why));
  if (sentence === undefined || sentence.flags.length > 0) return undefined;
  const { names, reaches, keptOff, wrong } = sentence;
  if (names.some(({ text }) => elsewhere(text) !== undefined)) return undefined;
  if (names.length === 2) {
    const line = pairLine("why", sentence);
    const isAsked = reaches || keptOff || wrong || names.some(({ role }) => role === "to" || role === "from");
    return line && { words: line, sure: isAsked };
  }
  if (names.length > 2 || (names.length === 0 && !keptOff && !wrong)) return undefined;
  const heard = drops(sentence, known);
  return heard && { ...heard, sure: wrong || keptOff || reaches };
}

function drops(sentence: NonNullable<ReturnType<typeof readSentence>>, { commands }: Known): Heard | undefined {
  const command = commands.get("drops");
  const line = command && lineFor(command, sentence);
  return line && { words: line, sure: !sentence.repaired };
}

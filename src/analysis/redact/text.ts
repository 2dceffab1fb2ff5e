/** Running text: summaries of flows, texts of policies' logs, messages of nodes and agents, errors. Words stay, secrets among them become `…`. */
import { hasCredential, hideBlocks, isEncodedPair } from "./credentials.ts";
import { fold, hasEscape, unescaped } from "./fold.ts";
import { isAddress } from "./host.ts";
import { hideNamedValues } from "./named-values.ts";
import { hasTokens, hideTokens } from "./pieces.ts";

export interface TextRules {
  readonly url: (text: string) => string;
  readonly path: (text: string) => string;
  readonly name: (text: string) => string;
}

/** At most 4,096 characters; what follows is cut at a space. */
export function redactRunningText(text: string, rules: TextRules): string {
  const plain = fold(bounded(text));
  const http = httpSummary.exec(plain);
  if (http !== null) return `${http[1]}${rules.url(http[2] ?? "")}${http[3]}`;
  return settled(plain, (words) => redactWords(hideNamedValues(withKafkaKeys(hideBlocks(words))), rules));
}

/** What was cut may leave words behind that now stand beside a name: redacted again until nothing changes. */
function settled(text: string, redact: (text: string) => string): string {
  let before = text;
  for (let round = 0; round < 5; round++) {
    const after = redact(before);
    if (after === before) return after;
    before = after;
  }
  return "…";
}

const maxRead = 4_096;

/** Hubble's own line: `HTTP/1.1 GET URL`, `HTTP/1.1 200 3ms (GET URL)`. The URL is all the rest, spaces and quotes included. */
const httpSummary = /^(HTTP\/\d(?:\.\d)? (?:\d{1,3} \d{1,9}ms \()?[A-Z-]{1,20} )([^\n]*?)(\)?)$/;

function bounded(text: string): string {
  if (text.length <= maxRead) return text;
  const head = text.slice(0, maxRead);
  return `${head.slice(0, head.search(/\S*$/))}…`;
}

/** Records of Kafka are called by their key; topics stay. */
function withKafkaKeys(text: string): string {
  if (!/^kafka/i.test(text)) return text;
  return text.replace(/\b(keys?)([ =:]{1,4})('[^']*'?|"[^"]*"?|\S+)/gi, "$1$2…");
}

function redactWords(text: string, rules: TextRules): string {
  const isDns = text.startsWith("DNS ");
  return text.replace(/\S+/g, (word) => {
    if (word.length < 5) return word;
    const start = /^[("'`<[{]*/.exec(word)?.[0].length ?? 0;
    const core = word.slice(start, trimmedEnd(word, start));
    if (core === "") return word;
    return word.slice(0, start) + redactWord(core, isDns, rules) + word.slice(start + core.length);
  });
}

function trimmedEnd(word: string, start: number): number {
  let end = word.length;
  while (end > start && closers.includes(word.charAt(end - 1))) end -= 1;
  return end;
}

const closers = `)"'\`>]},.;:!?`;

function redactWord(word: string, isDns: boolean, rules: TextRules): string {
  if (isAddress(word)) return word;
  const scheme = word.search(/[A-Za-z][-+.A-Za-z0-9]{0,30}:[\\/]{2}/);
  if (scheme >= 0) return hideTokens(word.slice(0, scheme)) + rules.url(word.slice(scheme));
  if (hasEscape.test(word) && saysMore(unescaped(word), rules)) return "…";
  if (/[^@]@./.test(word) || hasCredential(word) || isEncodedPair(word)) return "…";
  const query = /\?(?=[^\s?)"'.,;])/.exec(word)?.index ?? -1;
  if (query >= 0) return `${redactWord(word.slice(0, query), isDns, rules)}?…`;
  if (word.includes("&") && word.includes("=")) return word.replace(/=[^&]*/g, "=…");
  if (word.startsWith("/")) return rules.path(word);
  if (/^[\w.-]+(?::\d{1,5})?$/.test(word) && (isDns || /[a-z-]\.[a-z]/i.test(word))) return rules.name(word);
  return hideTokens(word);
}

/** True when the text behind escapes is one that would be changed. */
function saysMore(plain: string, rules: TextRules): boolean {
  if (hasTokens(plain) || hideNamedValues(plain) !== plain) return true;
  return plain.split(/\s+/).some((word) => word !== "" && redactWord(word.replaceAll("%", ""), false, rules) !== word);
}

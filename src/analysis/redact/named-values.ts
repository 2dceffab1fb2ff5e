/**
 * Secrets with their name in front of them, in running text: `password=…`, `"token": "…"`, `Authorization: …`, `Bearer …`, `--api-key …`. The name stays, the
 * value goes, up to its closing quote or bracket, to the next space, or to the end of the line where values have several words. One pass, no backtracking.
 */
import { isWordLike } from "./letter-pairs.ts";
import { type Secrecy, secrecyOf } from "./secret-names.ts";

export function hideNamedValues(text: string): string {
  return hideAfterOptions(hideAfterSchemes(hideAfterSeparators(text)));
}

function hideAfterSeparators(text: string): string {
  if (!/[:=]/.test(text)) return text;
  let out = "";
  let from = 0;
  for (let at = nextSeparator(text, 0); at >= 0; at = nextSeparator(text, Math.max(at + 1, from))) {
    const name = nameBefore(text, at, from);
    const secrecy = name === "" ? "none" : secrecyOf(name);
    if (secrecy === "none" || isNoValue(text, at, name, secrecy)) continue;
    const { start, end } = findValue(text, skip(text, at + 1), secrecy);
    if (end <= start) continue;
    out += `${text.slice(from, start)}…`;
    from = end;
  }
  return from === 0 ? text : out + text.slice(from);
}

function nextSeparator(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 58 || code === 61) return at;
  }
  return -1;
}

const nameCharacter = /[A-Za-z0-9_.%\u0080-\uffff-]/;
const betweenNameAndSeparator = /[\s"'\\\]`]/;

/** The name that ends here, quotes and spaces skipped; at most 64 characters. */
function nameBefore(text: string, separator: number, from: number): string {
  let end = separator;
  while (end > from && separator - end < 6 && betweenNameAndSeparator.test(text.charAt(end - 1))) end -= 1;
  let start = end;
  while (start > from && end - start < 64 && nameCharacter.test(text.charAt(start - 1))) start -= 1;
  // A name written with \u0077 in it.
  const escaped = /(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|[A-Za-z0-9_.-]){1,64}$/.exec(
    text.slice(Math.max(from, end - 64), end),
  )?.[0];
  return escaped !== undefined && escaped.length > end - start ? escaped : text.slice(start, end);
}

/** A port behind a host called `session-store`, a scheme called `token`, a switch, and the authentication that Cilium names. */
function isNoValue(text: string, separator: number, name: string, secrecy: Secrecy): boolean {
  const behind = text.slice(separator + 1, separator + 24);
  if (text[separator] === ":" && behind.startsWith("//")) return true;
  if (/^ ?(?:SPIRE|DISABLED|TEST_ALWAYS_FAIL)\b/.test(behind)) return true;
  if (secrecy === "word" && /^[ "']{0,2}(?:true|false|null)(?![A-Za-z0-9_])/.test(behind)) return true;
  return text[separator] === ":" && /^\d{2,5}(?![A-Za-z0-9_])/.test(behind) && !/pass|pin|otp|cv[vc]|pwd/i.test(name);
}

/** Spaces, and what some languages write behind the separator: `=>`, `:=`, `==`. */
function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < 6 && /[ \t=>:]/.test(text.charAt(at))) at += 1;
  return at;
}

const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`", "[": "]", "{": "}" };
const scheme = /^(?:bearer|basic|digest|token|negotiate|apikey|aws4)/i;

/** Quotes and brackets stay; one that is not closed reaches to the end of the text. */
function findValue(text: string, from: number, secrecy: Secrecy): { readonly start: number; readonly end: number } {
  const open = text[from] === "\\" ? from + 1 : from;
  const close = closing[text.charAt(open)];
  if (close !== undefined) {
    const end = closingAt(text, open > from ? `\\${close}` : close, open + 1);
    return { start: open + 1, end };
  }
  const isLine = secrecy === "line" || scheme.test(text.slice(from, from + 12));
  const stop = isLine ? /[\r\n"]/ : /[\s"&]/;
  let end = from;
  while (end < text.length && !stop.test(text.charAt(end))) end += 1;
  return { start: from, end };
}

function closingAt(text: string, close: string, from: number): number {
  for (let at = text.indexOf(close, from); at >= 0; at = text.indexOf(close, at + 1))
    if (close.length > 1 || text[at - 1] !== "\\") return at;
  return text.length;
}

/** `Bearer abc.def`, `basic dXNlcg==`; but not `Basic authentication failed`. */
function hideAfterSchemes(text: string): string {
  return text.replace(
    /(?<![A-Za-z0-9])(bearer|basic|negotiate|apikey|api-key)([ \t+]{1,4})([^\s"',;]{3,})/gi,
    (whole: string, name: string, space: string, value: string) =>
      /^[A-Z]?[a-z]+[.):]?$/.test(value) && (value.length < 6 || isWordLike(value.replace(/[^A-Za-z]/g, "")))
        ? whole
        : `${name}${space}…`,
  );
}

/** `--token abc`, `-u user:password`. */
function hideAfterOptions(text: string): string {
  if (!text.includes("-")) return text;
  return text.replace(
    /(^|\s)(--?[A-Za-z][A-Za-z0-9-]{0,40})([ \t]{1,4})((?!-)\S+)/g,
    (whole: string, before: string, option: string, space: string) =>
      option === "-u" || option === "--user" || (option.startsWith("--") && secrecyOf(option) !== "none")
        ? `${before}${option}${space}…`
        : whole,
  );
}

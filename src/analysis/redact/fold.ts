/**
 * What text really says: characters nobody sees removed, look-alikes of ASCII letters as ASCII, percent and backslash escapes undone. Secrets are looked for
 * in the folded text, so that neither `pass%77ord` nor a zero-width space inside a name hides one. Nothing here makes text longer.
 */

/** Invisible characters out, full-width and mathematical letters as ASCII. Text in plain ASCII comes back as it is; line breaks and tabs stay. */
export function fold(text: string): string {
  return isPlain.test(text) ? text : text.replace(invisible, "").replace(styled, (one) => one.normalize("NFKC"));
}

/** Percent escapes (also escapes of escapes, three deep), `\u0040` and `\x40` undone; what is no UTF-8 is read byte by byte. */
export function unescaped(text: string): string {
  let plain = text;
  for (let depth = 0; depth < 3 && hasEscape.test(plain); depth++)
    plain = plain.replace(percentRun, decodeRun).replace(backslashEscape, decodeBackslash);
  return fold(plain);
}

export const hasEscape = /%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}/;

/** A name as it is compared: ASCII letters and digits in lower case, Cyrillic and Greek look-alikes as the letters they pass for. */
export function skeleton(name: string): string {
  if (isPlainName.test(name)) return name;
  const ascii = unescaped(name)
    .toLowerCase()
    .replace(lookAlike, (one) => lookAlikes.get(one) ?? "");
  return ascii.replace(/[^a-z0-9]+/g, "");
}

const isPlain = /^[\t\n\r\x20-\x7e…]*$/;
const isPlainName = /^[a-z0-9]*$/;
/** Controls but tab and line breaks, format characters, and the fillers and selectors that take no room. */
const invisible =
  /(?![\t\n\r])[\p{Cc}\p{Cf}\u115f\u1160\u3164\uffa0]|\u034f|[\u17b4\u17b5]|[\u180b-\u180f]|[\ufe00-\ufe0f]/gu;
const styled = /[\uff01-\uff5e]|[\u{1d400}-\u{1d7ff}]/gu;
const percentRun = /(?:%[0-9a-fA-F]{2})+/g;
const backslashEscape = /\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/g;
const lookAlikes: ReadonlyMap<string, string> = new Map(
  [..."аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhԛqԝwαaοoρpνvιiκkτtυuεe"].flatMap((letter, at, all) =>
    at % 2 === 0 ? [[letter, all[at + 1] ?? ""] as const] : [],
  ),
);
const lookAlike = /[\u0370-\u052f]/g;

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

function decodeBackslash(_: string, unicode: string | undefined, byte: string | undefined): string {
  return String.fromCharCode(Number.parseInt(unicode ?? byte ?? "", 16));
}

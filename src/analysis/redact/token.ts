/**
 * Does text look like a token? What words and short numbers do not explain is counted; sixteen such characters in one piece of text are a token. Names of
 * Kubernetes stay below that: a pod's hash and suffix are at most fifteen.
 */
import { hasCredential, isEncodedPair } from "./credentials.ts";
import { hasEscape, unescaped } from "./fold.ts";
import { isGibberish, isWordLike } from "./letter-pairs.ts";

/** True for text that may be a credential or an id that stands for a person: known shapes, long numbers, UUIDs, and long runs that are no words. */
export function looksLikeToken(text: string): boolean {
  const plain = hasEscape.test(text) ? unescaped(text) : text;
  return plain.length >= 8 && (hasCredential(plain) || isEncodedPair(plain) || randomness(plain) >= enough);
}

/** From here on a piece is a token. */
export const enough = 16;

/** How many characters of this text are no words and no short numbers; at least `enough` for what is a token by its shape. */
export function randomness(text: string): number {
  if (text.length < 4 || isHarmless(text)) return 0;
  if (uuid.test(text) || groupedNumber.test(text) || isGroupedKey(text)) return Math.max(enough, text.length);
  const name = text.length > 20 && text.includes("-") ? text.replace(podSuffix, "") : text;
  let sum = 0;
  for (const run of name.match(runs) ?? []) sum += randomInRun(run);
  // Base64 with its `-` and `_`: the runs between them are short.
  const isMixed = sum >= 10 && sum < enough && base64Url.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
  return isMixed && /\d/.test(text) ? enough : sum;
}

/** The same for text beside other text that may be of one token: short runs that no word explains count too, and every piece of hex. */
export function fragmentRandomness(text: string): number {
  if (text.length < 4 || plainWord.test(text)) return 0;
  if (/^\d{6,}$/.test(text)) return text.length;
  if (isHarmless(text)) return 0;
  const name = text.length > 20 && text.includes("-") ? text.replace(podSuffix, "") : text;
  let sum = 0;
  for (const run of name.match(runs) ?? []) sum += randomInFragment(run);
  return sum;
}

/** A UUID that was cut in two. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function randomInFragment(run: string): number {
  if (run.length < 4) return 0;
  if (/^[A-Za-z]?[a-z]+$|^[A-Z]+$/.test(run))
    return (run.length < 10 ? isGibberish(run) : !isWordLike(run)) ? run.length : 0;
  return /^[0-9a-f]+$|^[0-9A-F]+$/.test(run) && /[A-Fa-f]/.test(run) ? run.length : randomInRun(run);
}

/** Shapes with many digits that stand for nothing secret: times, and ids of machines as their cloud writes them. */
function isHarmless(text: string): boolean {
  return time.test(text) || instance.test(text);
}

/** Keys as people type them: four and more groups of one length, `4f2a-9c81-d07b-4e6f`. */
function isGroupedKey(text: string): boolean {
  const size = groups.exec(text)?.[1]?.length ?? 0;
  return (
    size > 0 &&
    text.split("-").every((group) => group.length === size) &&
    /\d/.test(text) &&
    /[A-Z]|[a-z]\d|\d[a-z]/.test(text)
  );
}

/** A run of letters and digits: 0 when it reads as words, its length when not. */
function randomInRun(run: string): number {
  const { length } = run;
  const digits = countDigits(run);
  if (digits === length) return length < 12 ? 0 : Math.max(length, enough);
  if (digits > 0) return digits <= 4 && isNumberedWord(run) ? 0 : length;
  if (hasHumps(run)) return isIrregular(run) || (length >= 8 && !isWordLike(run)) ? length : 0;
  return length < 8 || isWordLike(run) ? 0 : length;
}

function countDigits(run: string): number {
  let digits = 0;
  for (let at = 0; at < run.length; at++) {
    const code = run.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
  }
  return digits;
}

/** `node12`, `compute1`, `v1beta1`, `s3`, `oauth2callback`. */
function isNumberedWord(run: string): boolean {
  const letters = run.replace(/\d+/g, "");
  if (!/^[A-Za-z]+\d+(?:[A-Za-z]+\d{0,2})?$/.test(run)) return false;
  if (hasHumps(letters)) return run.length >= 10 && !isIrregular(letters) && isWordLike(letters);
  return run.length < 8 ? letters.length < 4 || !isGibberish(letters) : isWordLike(letters);
}

/** Capitals elsewhere than at the start, unless it has nothing but capitals. */
function hasHumps(run: string): boolean {
  return /[a-z][A-Z]|[A-Z]{2}[a-z]/.test(run);
}

/** `aGVsbGgTd` but not `getUserByEmailAddress`: capitals where no word begins and no abbreviation goes on, or words too short. */
function isIrregular(run: string): boolean {
  const words = run.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return !humps.test(run) || (words.length >= 3 && run.length < words.length * 3);
}

const humps = /^[a-z]*(?:[A-Z][a-z]+|[A-Z]{1,6}(?=[A-Z][a-z]|$))*$/;
/** What most parts of paths and names are; too short to be called random. */
const plainWord = /^(?:[a-z]{1,7}|\d{1,5})$/;
const runs = /[A-Za-z0-9]+/g;
const base64Url = /^[\w-]{20,}={0,2}$/;
const uuid = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/;
/** Numbers of cards and accounts as people write them. */
const groupedNumber = /(?:^|\D)\d{4}[-_.]\d{4}[-_.]\d{4}[-_.]\d{1,7}(?:\D|$)/;
const groups = /^([A-Za-z0-9]{4,6})(?:-[A-Za-z0-9]{4,6}){3,15}$/;
const time = /^\d{4}-\d\d-\d\d[Tt_-]\d\d[:-]?\d\d(?:[:-]?\d\d)?(?:[.,]\d{1,9})?(?:Z|z|[-+]\d\d:?\d\d)?$/;
const instance = /^i-[0-9a-f]{8}(?:[0-9a-f]{9})?$/;
/** The hash of a ReplicaSet and the suffix of its pod, in the letters that Kubernetes makes them of. */
const podSuffix = /-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/**
 * Paths that differ only in what they name become one: `/v1/orders/17` and `/v1/orders/18` are `/v1/orders/{id}`. Folded are numbers, UUIDs, hashes, other
 * generated ids, dates and addresses; words and versions stay. Takes a redacted path: what is hidden there is an id here.
 */

/** Without query. At most eight segments, the rest is `…`. */
export function pathTemplate(redacted: string): string {
  const end = redacted.search(/[?#]/);
  const path = end < 0 ? redacted : redacted.slice(0, end);
  const segments = path.split("/");
  const shown = segments.slice(0, mostSegments + 1).map(fold);
  const template = segments.length > mostSegments + 1 ? [...shown, "…"].join("/") : shown.join("/");
  return template === "" ? "/" : template;
}

const mostSegments = 8;
const id = "{id}";

function fold(segment: string): string {
  if (segment === "" || isWord(segment)) return segment;
  if (segment === "…") return id;
  const name = segment.includes("…") ? segment.replace(/…+/g, id) : segment;
  if (isDate(name)) return "{date}";
  if (isAddress(name)) return "{ip}";
  const dot = extensionAt(name);
  const stem = dot < 0 ? name : name.slice(0, dot);
  return foldStem(stem) + (dot < 0 ? "" : name.slice(dot));
}

/** Most segments, decided at once; versions and the like among them. */
function isWord(segment: string): boolean {
  return (
    /^[A-Za-z]{1,15}$/.test(segment) || /^[vV]\d{1,3}(?:(?:alpha|beta|rc)\d{0,2}|(?:\.\d{1,3}){0,2})$/.test(segment)
  );
}

/** `.json` behind an id is a word of its own. */
function extensionAt(name: string): number {
  const dot = name.lastIndexOf(".");
  return dot > 0 && /^\.[a-z][a-z0-9]{1,4}$/i.test(name.slice(dot)) ? dot : -1;
}

function foldStem(stem: string): string {
  if (isGenerated(stem)) return id;
  const inside = stem
    .replace(uuid, id)
    .replace(podSuffix, `-${id}`)
    .split(/([-_.:,;=~@$+])/)
    .map((piece, at, all) => (at % 2 === 0 ? foldPiece(piece, at > 0 && all[at - 1] !== ".") : piece))
    .join("");
  return inside.replace(/\{id\}(?:[-_.:]\{id\})+/g, id);
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** What Kubernetes puts behind a Deployment's name: no vowels, so that it makes no words. */
const podSuffix = /-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** `behind`: another piece of the same segment stands before it. */
function foldPiece(piece: string, behind: boolean): string {
  if (piece === "" || piece === id) return piece;
  if (isGenerated(piece)) return id;
  if (behind && /^\d+$/.test(piece)) return id;
  if (/^(?:sha|md|utf|base|ipv|iso|rfc|cp)\d{1,5}$/i.test(piece)) return piece;
  // `ord1234`: the letters say of what it is the number.
  return piece.replace(/\d{3,}/g, id);
}

function isGenerated(text: string): boolean {
  return (
    /^[-+]?\d+$/.test(text) ||
    (isHex.test(text) && (text.length >= 16 || (text.length >= 7 && /\d/.test(text) && /[a-f]/i.test(text)))) ||
    // ULID, KSUID and the like: long, and digits among capitals or both kinds of letters.
    (/^[0-9A-Za-z]{20,}$/.test(text) && /\d/.test(text)) ||
    (/^[0-9A-Za-z]{10,}$/.test(text) && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text))
  );
}

const isHex = /^(?:0x)?[0-9a-f]+$/i;

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}(?::?\d{2}){0,2}(?:\.\d{1,9})?(?:Z|[-+]\d{2}:?\d{2})?)?)?$/.test(text);
}

function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || /^(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}$/i.test(text);
}

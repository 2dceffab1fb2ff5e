/**
 * Secrets do not pass: what is cut from text that comes out of flows before it is stored, logged or posted. It errs on the side of cutting: an id that
 * looks like a token is shown as `…`, and requests that differ only in it become one row.
 */

/** The path of a URL: no scheme, host, userinfo or fragment; a query becomes `?…`, segments that look like tokens `…`. */
export function redactPath(url: string): string {
  const rest = withoutOrigin(url.slice(0, maxRead));
  const end = rest.search(/[?#]/);
  const path = end < 0 ? rest : rest.slice(0, end);
  const query = end >= 0 && rest[end] === "?" ? "?…" : "";
  const clean = path.split("/").map(redactSegment).join("/");
  return cut(clean === "" ? "/" : clean) + query;
}

/** The whole URL: as `redactPath`, with scheme and host. */
export function redactUrl(url: string): string {
  const origin = /^([A-Za-z][-+.A-Za-z0-9]*:\/\/)([^/?#]*)/.exec(url.slice(0, maxRead));
  if (origin === null) return redactPath(url);
  const authority = origin[2] ?? "";
  return `${origin[1]}${redactName(authority.slice(authority.lastIndexOf("@") + 1))}${redactPath(url)}`;
}

/** A DNS name: labels that look like tokens become `…`. */
export function redactName(name: string): string {
  return cut(name.slice(0, maxRead).split(".").map(redactLabel).join("."));
}

/** True for text that may be a credential: known prefixes, JWTs, and long runs of letters and digits that are no word. */
export function looksLikeToken(text: string): boolean {
  if (knownPrefix.test(text)) return true;
  if (uuid.test(text)) return true;
  return text.split(/[-_.~:=+,!$&'()*;@ ]/).some(isRandomRun);
}

const maxRead = 2_048;
const maxShown = 200;
const knownPrefix =
  /^(?:eyJ[\w-]{8}|gh[pousr]_\w{10}|github_pat_|glpat-|xox[a-z]-|xapp-|AKIA[0-9A-Z]{8}|ASIA[0-9A-Z]{8}|sk[-_](?:live|test|proj|ant)?[-_]?\w{10}|AIza[\w-]{10}|hvs\.|SG\.[\w-]{8}|dop_v1_)/;
const uuid = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/;

function withoutOrigin(url: string): string {
  const scheme = /^[A-Za-z][-+.A-Za-z0-9]*:\/\//.exec(url);
  if (scheme === null) return url;
  const start = url.slice(scheme[0].length).search(/[/?#]/);
  return start < 0 ? "" : url.slice(scheme[0].length + start);
}

function redactSegment(segment: string): string {
  const parameters = segment.indexOf(";");
  if (parameters >= 0) return `${redactSegment(segment.slice(0, parameters))};…`;
  const text = decoded(segment);
  // An address of a person, or credentials in front of a host.
  return text.includes("@") || looksLikeToken(text) ? "…" : segment;
}

function redactLabel(label: string): string {
  return label.length >= 16 && looksLikeToken(label) ? "…" : label;
}

/** Percent encoding must not hide what a segment is. */
function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Sixteen and more letters and digits mixed, a long number, or a run that no word is as long as. */
function isRandomRun(run: string): boolean {
  if (run.length < 12) return false;
  if (/^\d+$/.test(run)) return true;
  if (run.length >= 40) return true;
  const digits = run.replace(/\D+/g, "").length;
  return run.length >= 16 && ((digits >= 2 && digits < run.length) || switchesCase(run));
}

/** `aGVsbG8gd29ybGQ` but not `getUserByEmailAddress`: capitals next to each other or at random. */
function switchesCase(run: string): boolean {
  const humps = run.match(/[A-Z]+/g) ?? [];
  return /[a-z]/.test(run) && humps.length >= 4 && (run.match(/[a-z]{3,}/g) ?? []).length < humps.length - 1;
}

function cut(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

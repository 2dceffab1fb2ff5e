/**
 * URLs and their paths. Shown: scheme, host, port, and segments that are words, names and short numbers. Hidden: user and password, the query with its names
 * (unless a parameter is allowed), the fragment, and segments that are tokens, long numbers, addresses of persons or follow a name such as `token`.
 */
import { hasCredential, isEncodedPair } from "./credentials.ts";
import { fold, hasEscape, unescaped } from "./fold.ts";
import { redactHost } from "./host.ts";
import type { Rulings } from "./patterns.ts";
import { findTokens, hasTokens } from "./pieces.ts";
import { isSecretName } from "./secret-names.ts";
import { shorten } from "./shorten.ts";

/** With scheme and host where there are any. */
export function redactWholeUrl(url: string, rulings: Rulings): string {
  const text = fold(url.length > maxRead ? shorten(url, maxRead, "/") : url);
  const origin = originOf(text);
  if (origin === undefined) return redactPathOf(text, rulings);
  const { scheme, authority, rest } = origin;
  const path = rest === "" ? "" : redactPathOf(rest, rulings);
  return scheme + redactAuthority(authority, rest, rulings) + path;
}

/** Path and `?…` alone. */
export function redactUrlPath(url: string, rulings: Rulings): string {
  const text = fold(url.length > maxRead ? shorten(url, maxRead, "/") : url);
  // Two slashes at the start would read as a host the next time.
  return redactPathOf(originOf(text)?.rest ?? text, rulings).replace(/^\/{2,}/, "/");
}

const maxRead = 2_048;
const maxShown = 200;

interface Origin {
  readonly scheme: string;
  readonly authority: string;
  readonly rest: string;
}

function originOf(url: string): Origin | undefined {
  const scheme = /^[A-Za-z][-+.A-Za-z0-9]{0,30}:[\\/]{2}/.exec(url)?.[0] ?? (url.startsWith("//") ? "//" : undefined);
  if (scheme === undefined) return undefined;
  const behind = url.slice(scheme.length);
  const end = behind.search(/[/\\?#]/);
  return end < 0
    ? { scheme, authority: behind, rest: "" }
    : { scheme, authority: behind.slice(0, end), rest: behind.slice(end).replace(/^\\/, "/") };
}

/** Without what stands before an `@`; nothing where the `@` comes too late because the password has a `/` or `?` in it. */
function redactAuthority(authority: string, rest: string, rulings: Rulings): string {
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isCut = /^[^=&]*@/.test(rest) && authority.includes(":");
  return isCut ? "…" : redactHost(host, rulings);
}

function redactPathOf(text: string, rulings: Rulings): string {
  const end = text.search(/[?#]/);
  const path = end < 0 ? text : text.slice(0, end);
  const shown = shorten(redactSegments(path.split("/"), rulings).join("/"), maxShown, "/");
  const query = end >= 0 && text[end] === "?" ? redactQuery(text.slice(end + 1), rulings) : "";
  return (shown === "" ? "/" : shown) + query;
}

function redactSegments(segments: readonly string[], rulings: Rulings): readonly string[] {
  const plain = segments.map((segment) => (hasEscape.test(segment) ? unescaped(segment) : segment));
  // Parameters are hidden anyway.
  const tokens = findTokens(plain.map((segment) => segment.split(";", 1)[0] ?? ""));
  const ruled = rulings.path(segments);
  return segments.map((segment, at) => {
    const known = plain[at] ?? "";
    if (segment === "") return "";
    if (ruled[at] === "deny") return "…";
    if (isPrivate(known)) return "…";
    if (ruled[at] === "allow") return segment;
    if (tokens[at] === true || isLongNumber(known) || isNamedSecret(plain[at - 1] ?? "", known)) return "…";
    return redactParameters(segment, known);
  });
}

/** What no list can allow: credentials, addresses of persons, and queries that were encoded into the path. */
function isPrivate(segment: string): boolean {
  return segment.includes("@") || /[?#&\\\s]/.test(segment) || hasCredential(segment) || isEncodedPair(segment);
}

function isLongNumber(segment: string): boolean {
  return /^\+?\d{10,}$/.test(segment);
}

/** `/password-reset/a1b2`, `/api-key/7`, but not `/oauth/token/introspect`. */
function isNamedSecret(before: string, segment: string): boolean {
  return (
    /\d/.test(segment) &&
    !/^v\d{1,2}$/.test(segment) &&
    !before.includes("=") &&
    (isSecretName(before) || bearing.test(before))
  );
}

const bearing =
  /^(?:reset|invit(?:e|ation)|activat(?:e|ion)|verif(?:y|ication)|confirm(?:ation)?|magic|unsubscribe|otp|pin)(?:[-_]?(?:link|code|email|account))?s?$/i;

/** `;jsessionid=…` becomes `;…`, `name=value` `name=…` where the name says so; segments with tokens somewhere inside are hidden whole. */
function redactParameters(segment: string, plain: string): string {
  const parameters = segment.indexOf(";");
  if (parameters >= 0) return `${redactParameters(segment.slice(0, parameters), segment.slice(0, parameters))};…`;
  if (plain.includes("/") || plain.includes(";")) return hasHidden(plain) ? "…" : segment;
  if (hasTokens(plain)) return "…";
  const equals = plain.indexOf("=");
  if (equals < 0) return segment;
  if (isSecretName(plain.slice(0, equals))) return segment === plain ? `${segment.slice(0, equals)}=…` : "…";
  return segment;
}

/** A path within a segment, its slashes escaped. */
function hasHidden(plain: string): boolean {
  const parts = plain.split(/[/;]/);
  const tokens = findTokens(parts);
  return parts.some((part, at) => {
    const name = part.slice(0, Math.max(part.indexOf("="), 0));
    return tokens[at] === true || isLongNumber(part) || isNamedSecret(parts[at - 1] ?? "", part) || isSecretName(name);
  });
}

/** Names say much about people too (`?user_id=`), so that only what is allowed is told from the rest. */
function redactQuery(query: string, rulings: Rulings): string {
  if (!rulings.showsQueries) return "?…";
  const shown: string[] = [];
  for (const parameter of query.split("#", 1)[0]?.split("&").slice(0, 50) ?? []) {
    const equals = parameter.indexOf("=");
    const name = equals < 0 ? parameter : parameter.slice(0, equals);
    const { ruling, exactly } = rulings.query(name);
    if (ruling !== "allow" || (!exactly && isSecretName(name))) continue;
    const value = equals < 0 ? "" : parameter.slice(equals + 1);
    const plain = hasEscape.test(value) ? unescaped(value) : value;
    shown.push(isPrivate(plain) || hasTokens(plain) || isLongNumber(plain) ? `${name}=…` : parameter);
  }
  const text = shorten(shown.join("&"), maxShown, "&");
  return shown.length === 0 || text === "…" ? "?…" : `?${text}${text.endsWith("…") ? "" : "&…"}`;
}

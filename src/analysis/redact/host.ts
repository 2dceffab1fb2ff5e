/** DNS names and the host part of URLs. Labels that are tokens become `…`; names of machines, services and clouds stay. */
import { hasCredential } from "./credentials.ts";
import { fold, hasEscape, unescaped } from "./fold.ts";
import type { Rulings } from "./patterns.ts";
import { findTokens } from "./pieces.ts";
import { shorten } from "./shorten.ts";
import { randomness } from "./token.ts";

/** A name or an address, with or without port. */
export function redactHost(host: string, rulings: Rulings): string {
  const text = fold(shorten(host, maxRead, "."));
  if (isAddress(text)) return text;
  const port = /:\d{1,5}$/.exec(text)?.[0] ?? "";
  const labels = text.slice(0, text.length - port.length).split(".");
  const plain = labels.map((label) => (hasEscape.test(label) ? unescaped(label) : label));
  const tokens = findTokens(plain.map(withoutCase));
  const ruled = rulings.name(labels);
  const shown = labels.map((label, at) => {
    const known = plain[at] ?? "";
    if (ruled[at] === "deny" || isNoLabel(known) || hasCredential(known)) return label === "" ? "" : "…";
    return tokens[at] === true && ruled[at] !== "allow" ? "…" : label;
  });
  return shorten(shown.join("."), maxShown, ".") + port;
}

/** Resolvers that mix capitals in by chance do not make a token of a word. */
function withoutCase(label: string): string {
  const lower = label.toLowerCase();
  const isWords = lower !== label && !/\d/.test(label) && randomness(lower) === 0 && !hasCredential(label);
  return isWords ? lower : label;
}

/** IPv4, IPv6, with prefix length, zone, brackets or port. */
export function isAddress(text: string): boolean {
  return (
    text.length <= 60 &&
    (/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\/\d{1,2}|:\d{1,5})?$/.test(text) ||
      (/^\[?(?:[0-9a-fA-F]{0,4}:){2,7}(?:[0-9a-fA-F]{0,4}|\d{1,3}(?:\.\d{1,3}){3})(?:%[a-z0-9]{1,15})?(?:\/\d{1,3}|\](?::\d{1,5})?)?$/.test(
        text,
      ) &&
        /\d|::/.test(text)))
  );
}

const maxRead = 2_048;
const maxShown = 200;

/** What no host name has in it: credentials in front of a host, parts of a URL, separators of fields. */
function isNoLabel(label: string): boolean {
  return /[@:/\\?#=&;,\s"'<>{}|]/.test(label);
}

/** What a refusal says: what is allowed instead, and whom to ask. Every list is bounded; names are as people typed or configured them and escaped where shown. */

const maxListed = 8;
const maxName = 64;

export function commandRefused(command: string, allowed: readonly string[], contact: string): string {
  const usable = allowed.length === 0 ? [] : ["help", ...allowed.filter((name) => name !== "help")];
  return `Here ${list(usable)} may be used, not ${short(command)}. ${whom(contact)}`;
}

export function clusterRefused(
  command: string,
  closed: readonly string[],
  open: readonly string[],
  contact: string,
): string {
  return `${short(command)} may ask about ${list(open)} here, not about ${list(closed, "or")}: type --cluster ${short(open[0] ?? "NAME")}. ${whom(contact)}`;
}

export function namespaceRefused(
  named: readonly string[],
  clusters: readonly string[],
  visible: readonly string[],
  contact: string,
): string {
  return `Of ${list(clusters)} only these namespaces may be seen here: ${list(visible)}, not ${list(named, "or")}. ${whom(contact)}`;
}

export function placeRefused(match: string, contact: string): string {
  return `Nothing may be asked here yet. ${whom(contact)} The bot's configuration needs an entry for this place, such as channels: [{ match: "${match}", clusters: ["*"] }].`;
}

/** A contact that ends like a sentence is one. */
function whom(contact: string): string {
  return /[.!?]$/.test(contact) ? contact : `Ask ${contact} if you need it.`;
}

/** `a`, `a and b`, `a, b and c`, `a, b, c, d, e, f, g and 5 more`. */
function list(names: readonly string[], word = "and"): string {
  const fit = names.length <= maxListed;
  const shown = names.slice(0, fit ? -1 : maxListed - 1).map(short);
  const last = fit ? short(names.at(-1) ?? "nothing") : `${names.length - shown.length} more`;
  return shown.length === 0 ? last : `${shown.join(", ")} ${word} ${last}`;
}

function short(name: string): string {
  return name.length > maxName ? `${name.slice(0, maxName - 1)}…` : name;
}

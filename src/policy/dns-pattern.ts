/**
 * matchName and matchPattern of DNS rules and toFQDNs (pkg/fqdn/matchpattern). `*` stands for letters, digits, "-" and "_" within one label, also for none;
 * a lone `*` is every name. From 1.19 a leading `**.` is one or more labels; before, `**` was two times `*`.
 */
export interface DnsPattern {
  readonly kind: "name" | "pattern";
  /** As written. */
  readonly text: string;
  matches(name: string): boolean;
}

/** Names of DNS are at most 255 long; a longer one matches nothing. */
const maxName = 255;

export function dnsName(text: string): DnsPattern {
  const wanted = canonical(text);
  return { kind: "name", text, matches: (name) => canonical(name) === wanted };
}

export function dnsPattern(text: string, multiLevel: boolean): DnsPattern {
  const wanted = text.trim().toLowerCase();
  if (wanted === "*") return { kind: "pattern", text, matches: isName };
  const deep = multiLevel ? /^\*{2,}\./.exec(wanted) : null;
  if (deep === null) {
    const labels = canonical(wanted).split(".");
    return { kind: "pattern", text, matches: (name) => fits(labels, canonical(name).split(".")) };
  }
  const tail = canonical(wanted.slice(deep[0].length)).split(".");
  return { kind: "pattern", text, matches: (name) => endsWith(tail, canonical(name).split(".")) };
}

function endsWith(tail: readonly string[], labels: readonly string[]): boolean {
  const extra = labels.length - tail.length;
  return (
    extra > 0 &&
    labels.slice(0, extra).every((label) => label !== "" && onlyAllowed(label)) &&
    fits(tail, labels.slice(extra))
  );
}

function fits(pattern: readonly string[], labels: readonly string[]): boolean {
  const name = labels.join(".");
  return (
    name.length <= maxName &&
    pattern.length === labels.length &&
    pattern.every((wanted, index) => labelFits(wanted, labels[index] ?? ""))
  );
}

/** One label against literal parts and stars, without backtracking: each part is taken where it first fits, the last one at the end. */
function labelFits(pattern: string, label: string): boolean {
  const parts = pattern.split("*");
  const [first = ""] = parts;
  if (parts.length === 1) return pattern === label;
  if (!onlyAllowed(label) || !label.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = label.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = parts.at(-1) ?? "";
  return label.length - last.length >= at && label.endsWith(last);
}

function isName(name: string): boolean {
  const labels = canonical(name).slice(0, -1).split(".");
  return (
    name.length <= maxName && (canonical(name) === "." || labels.every((label) => label !== "" && onlyAllowed(label)))
  );
}

function onlyAllowed(label: string): boolean {
  return /^[-a-zA-Z0-9_]*$/.test(label);
}

function canonical(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.endsWith(".") ? lower : `${lower}.`;
}

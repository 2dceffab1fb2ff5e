/** The rules for names (Kubernetes: RFC 1123; DNS). Each returns null when the name is good, else one sentence that says what to type. */
import { quoted } from "./quoted.ts";

/** Pods and workloads: a DNS subdomain, up to 253 characters, dots allowed. */
export function nameProblem(name: string): string | null {
  return problem(name, /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/, 253, "name");
}

/** Services: one DNS label. */
export function serviceProblem(name: string): string | null {
  return problem(name, label, 63, "service name");
}

export function namespaceProblem(name: string): string | null {
  return problem(name, label, 63, "namespace");
}

/** At least two labels; `*` may stand for a part of one. Expects lower case and no dot at the end. */
export function fqdnProblem(name: string): string | null {
  const labels = name.split(".");
  const good = labels.length > 1 && name.length <= 253 && labels.every((part) => /^[a-z0-9_*-]{1,63}$/.test(part));
  return good ? null : `${quoted(name)} is no DNS name: write one such as api.github.com or *.github.com.`;
}

const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

function problem(name: string, pattern: RegExp, longest: number, what: string): string | null {
  if (name === "") return `The ${what} is missing: write it behind the slash, such as default/deathstar.`;
  if (name.length > longest) return `A ${what} has at most ${longest} characters, ${quoted(name)} has ${name.length}.`;
  if (pattern.test(name)) return null;
  if (name.includes("*"))
    return "Names are written whole. For pods whose names begin alike, use a flag: --pod NAMESPACE/BEGINNING.";
  if (pattern.test(name.toLowerCase())) return `Kubernetes names are lower case: write ${name.toLowerCase()}.`;
  return `${quoted(name)} is no Kubernetes ${what}: lower-case letters, digits and dashes, with a letter or digit at both ends.`;
}

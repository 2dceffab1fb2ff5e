/**
 * Kubernetes' label selector grammar as people type it: `org=empire,class in (deathstar, xwing),!legacy`. A key may name its source as Cilium's labels do
 * (`k8s:org=empire`, `reserved:world`); without one it fits a label of any source. Grammar: k8s.io/apimachinery/pkg/labels, without `>` and `<`.
 */

import { anySource, readKey } from "../policy/labels.ts";
import { type Requirement, type Selector, selects } from "../policy/selector.ts";
import { quoted } from "./quoted.ts";

export type LabelSelector = Selector;

export type ParsedSelector =
  | { readonly ok: true; readonly selector: LabelSelector }
  /** One sentence that says what to type. It quotes what was typed. */
  | { readonly ok: false; readonly say: string };

export const maxSelectorLength = 1_000;

export function parseLabelSelector(text: string): ParsedSelector {
  if (text.length > maxSelectorLength)
    return refuse(`A label selector may have ${maxSelectorLength} characters, this one has ${text.length}.`);
  const selector: Requirement[] = [];
  for (const part of splitRequirements(text)) {
    const requirement = readRequirement(part.trim());
    if (typeof requirement === "string") return refuse(requirement);
    selector.push(requirement);
  }
  if (selector.length > maxRequirements)
    return refuse(`A label selector may have ${maxRequirements} conditions, this one has ${selector.length}.`);
  return { ok: true, selector };
}

/** `labels` as flows and identities carry them, with source: `k8s:org=empire`. Reads them in place, nothing is allocated for labels that do not fit. */
export function matchesLabels(selector: LabelSelector, labels: readonly string[]): boolean {
  return selects(selector, labels);
}

/** Canonical text, which parses back to the same selector. */
export function selectorText(selector: LabelSelector): string {
  return selector.map(requirementText).join(",");
}

const maxRequirements = 20;
const howTo = "Write key=value, key!=value, key in (a, b), key notin (a, b), key or !key, joined by commas.";
const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const source = /^[a-z][a-z0-9-]{0,30}$/;

/** At commas that stand outside parentheses. */
function splitRequirements(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (text[at] !== "," || depth > 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return [...parts, text.slice(start)];
}

/** The requirement, or the sentence that says what is wrong with it. */
function readRequirement(text: string): Requirement | string {
  if (text === "") return `A condition of the label selector is empty. ${howTo}`;
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null)
    return make(
      set[1],
      set[2] === "in" ? "In" : "NotIn",
      (set[3] ?? "").split(",").map((value) => value.trim()),
    );
  const equal = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(text);
  if (equal !== null) return make(equal[1], equal[2] === "!=" ? "NotIn" : "In", [equal[3] ?? ""]);
  const exists = /^(!?)\s*([^\s=!]+)$/.exec(text);
  if (exists !== null) return make(exists[2], exists[1] === "!" ? "DoesNotExist" : "Exists", []);
  return `Could not read ${quoted(text)} as a label condition. ${howTo}`;
}

function make(
  typed: string | undefined,
  operator: Requirement["operator"],
  values: readonly string[],
): Requirement | string {
  const label = readKey(typed ?? "");
  const problem = keyProblem(label);
  if (problem !== null) return `${quoted(typed ?? "")} is no label key: ${problem}.`;
  const wrong = values.find((value) => value !== "" && !name.test(value));
  if (wrong !== undefined)
    return `${quoted(wrong)} is no label value: at most 63 letters, digits, dashes, dots and underscores, with a letter or digit at both ends.`;
  return { ...label, operator, values: [...new Set(values)] };
}

function keyProblem(label: { readonly source: string; readonly key: string }): string | null {
  if (!source.test(label.source)) return "before the colon stands the source, such as k8s: or reserved:";
  // Keys of other sources are no Kubernetes names: `cidr:10.0.0.0/8`, `fqdn:*.example.com`.
  if (label.source !== anySource && label.source !== "k8s")
    return /^[-A-Za-z0-9_.*/]{1,317}$/.test(label.key) ? null : "it may have letters, digits and - _ . * /";
  const slash = label.key.lastIndexOf("/");
  if (slash >= 0 && !prefix.test(label.key.slice(0, slash))) return "before the slash stands a lower-case DNS name";
  if (!name.test(label.key.slice(slash + 1)))
    return "at most 63 letters, digits, dashes, dots and underscores, with a letter or digit at both ends";
  return null;
}

function requirementText({ source: from, key, operator, values }: Requirement): string {
  const label = from === anySource ? key : `${from}:${key}`;
  if (operator === "Exists") return label;
  if (operator === "DoesNotExist") return `!${label}`;
  if (values.length === 1) return `${label}${operator === "In" ? "=" : "!="}${values[0]}`;
  return `${label} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
}

function refuse(say: string): { readonly ok: false; readonly say: string } {
  return { ok: false, say };
}

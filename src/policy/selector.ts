/**
 * Label selectors as Cilium's policy engine understands them. `NotIn` and `DoesNotExist` hold when the key is missing; a key without a source matches labels
 * of every source. All requirements must hold; no requirement at all selects everything.
 */
import { anySource, labelValue, readKey } from "./labels.ts";
import { isRecord } from "./record.ts";

export type Operator = "In" | "NotIn" | "Exists" | "DoesNotExist";

export interface Requirement {
  /** `k8s`, `reserved`, `cidr`, …; `any` for whatever source. */
  readonly source: string;
  readonly key: string;
  readonly operator: Operator;
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[];
}

export type Selector = readonly Requirement[];

/** `labels` are identity labels with their source (`k8s:org=empire`). */
export function selects(selector: Selector, labels: readonly string[]): boolean {
  return selector.every((requirement) => meets(requirement, labels));
}

/**
 * A Kubernetes LabelSelector object (matchLabels, matchExpressions) as found in a policy; null when it is none. `source` is what keys without a source get:
 * `any` in Cilium's policies, `k8s` in Kubernetes' own.
 */
export function readSelector(value: unknown, source: string = anySource): Selector | null {
  if (!isRecord(value)) return null;
  const labels = value["matchLabels"] ?? {};
  const expressions = value["matchExpressions"] ?? [];
  if (!isRecord(labels) || !Array.isArray(expressions)) return null;
  const selector: Requirement[] = [];
  for (const [text, wanted] of Object.entries(labels)) {
    if (typeof wanted !== "string") return null;
    selector.push({ ...sourced(text, source), operator: "In", values: [wanted] });
  }
  for (const expression of expressions) {
    const requirement = readExpression(expression, source);
    if (requirement === null) return null;
    selector.push(requirement);
  }
  return selector;
}

function meets(requirement: Requirement, labels: readonly string[]): boolean {
  const { source, key, operator, values } = requirement;
  let present = false;
  let listed = false;
  for (const label of labels) {
    const value = labelValue(label, source, key);
    if (value === undefined) continue;
    present = true;
    listed ||= values.includes(value);
  }
  if (operator === "In") return listed;
  if (operator === "NotIn") return !listed;
  return operator === "Exists" ? present : !present;
}

function readExpression(value: unknown, source: string): Requirement | null {
  if (!isRecord(value)) return null;
  const { key, operator, values } = value;
  if (typeof key !== "string" || !isOperator(operator)) return null;
  if (operator === "Exists" || operator === "DoesNotExist") return { ...sourced(key, source), operator, values: [] };
  if (!Array.isArray(values) || !values.every((entry) => typeof entry === "string")) return null;
  return { ...sourced(key, source), operator, values };
}

function sourced(text: string, fallback: string): { readonly source: string; readonly key: string } {
  const { source, key } = readKey(text);
  return { source: source === anySource && !text.startsWith("any:") ? fallback : source, key };
}

function isOperator(value: unknown): value is Operator {
  return value === "In" || value === "NotIn" || value === "Exists" || value === "DoesNotExist";
}

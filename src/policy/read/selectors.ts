/** LabelSelectors of a policy, and the key by which Cilium takes two of them for the same. */
import { anySource, readKey } from "../labels.ts";
import type { Operator, Requirement, Selector } from "../selector.ts";
import { type Fields, PolicyRefused, type Reader, readFields, readList, readText, required } from "./reader.ts";

/** A selector before the policy's namespace and cluster are added: labels and expressions apart, because Cilium's identity of a selector depends on it. */
export interface WrittenSelector {
  readonly labels: readonly Requirement[];
  readonly expressions: readonly Requirement[];
}

const operators: readonly Operator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/** `source` is what keys without a source get: `any` in Cilium's policies, `k8s` in Kubernetes' own. `prefix` goes before each key. */
export function readWritten(reader: Reader, value: unknown, path: string, naming: Naming = {}): WrittenSelector {
  const fields = readFields(reader, value, path, ["matchLabels", "matchExpressions"]) ?? {};
  const matchLabels = readFields(reader, fields["matchLabels"], `${path}.matchLabels`) ?? {};
  const labels = Object.entries(matchLabels).map(([key, wanted]): Requirement => {
    const text = readText(reader, wanted, `${path}.matchLabels.${key.slice(0, 100)}`) ?? "";
    return { ...sourced(key, naming), operator: "In", values: [text] };
  });
  const expressions = (readList(reader, fields["matchExpressions"], `${path}.matchExpressions`) ?? []).map(
    (expression, index) => readExpression(reader, expression, `${path}.matchExpressions[${index}]`, naming),
  );
  return { labels, expressions };
}

interface Naming {
  readonly source?: string;
  readonly prefix?: string;
}

export function joined(selector: WrittenSelector): Selector {
  return [...selector.labels, ...selector.expressions];
}

export function hasKey(selector: WrittenSelector, test: (requirement: Requirement) => boolean): boolean {
  return selector.labels.some(test) || selector.expressions.some(test);
}

/** Another value for the same label replaces the first, as in a map. */
export function withLabel(selector: WrittenSelector, key: string, value: string): WrittenSelector {
  const added: Requirement = { source: "k8s", key, operator: "In", values: [value] };
  const kept = selector.labels.filter((label) => label.source !== "k8s" || label.key !== key);
  return { ...selector, labels: [...kept, added] };
}

export function withExists(selector: WrittenSelector, source: string, key: string): WrittenSelector {
  return { ...selector, expressions: [...selector.expressions, { source, key, operator: "Exists", values: [] }] };
}

export function selectorKey(selector: WrittenSelector, requires: readonly Requirement[] = []): string {
  const labels = sorted(selector.labels.map(requirementKey));
  const expressions = [...selector.expressions, ...requires].map(requirementKey);
  return `${labels.join("\n")}\n\n${expressions.join("\n")}`;
}

export function sorted(texts: readonly string[]): string[] {
  return [...texts].sort((left, right) => (left < right ? -1 : 1));
}

export function requirementKey({ source, key, operator, values }: Requirement): string {
  return `${source}:${key} ${operator} ${values.join(",")}`;
}

function readExpression(reader: Reader, value: unknown, path: string, naming: Naming): Requirement {
  const fields: Fields = readFields(reader, value, path, ["key", "operator", "values"]) ?? {};
  const key = readText(reader, fields["key"], `${path}.key`);
  const written = readText(reader, fields["operator"], `${path}.operator`);
  if (key === undefined) throw required(`${path}.key`);
  if (written === undefined) throw required(`${path}.operator`);
  const operator = operators.find((one) => one === written);
  if (operator === undefined) {
    const shown = operators.map((one) => `"${one}"`).join(", ");
    throw new PolicyRefused("schema", `${path}.operator: Unsupported value: "${written}": supported values: ${shown}`);
  }
  const values = (readList(reader, fields["values"], `${path}.values`) ?? []).map(
    (one, index) => readText(reader, one, `${path}.values[${index}]`) ?? "",
  );
  const needs = operator === "In" || operator === "NotIn";
  if (needs && values.length === 0)
    throw new PolicyRefused(
      "validation",
      "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    );
  if (!needs && values.length > 0)
    throw new PolicyRefused(
      "validation",
      "values: Invalid value: values set must be empty for exists and does not exist",
    );
  return { ...sourced(key, naming), operator, values };
}

function sourced(
  text: string,
  { source = anySource, prefix = "" }: Naming,
): { readonly source: string; readonly key: string } {
  if (prefix !== "") return { source, key: prefix + text };
  const read = readKey(text);
  return { source: read.source === anySource && !text.startsWith("any:") ? source : read.source, key: read.key };
}

/** Field selectors: equality only, over the few fields each resource lets be selected. */
import { field, type KubernetesObject } from "../object.ts";
import type { Resource } from "../resources.ts";
import { badRequest } from "./status.ts";

const more: Readonly<Record<string, readonly string[]>> = {
  pods: ["spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP"],
  namespaces: ["status.phase"],
};
/** Built-in kinds with their own list of fields say so in other words than those without. */
const ownWords = ["pods", "namespaces", "nodes", "services"];

export function parseFieldSelector(selector: string, resource: Resource): (object: KubernetesObject) => boolean {
  const tests = terms(selector)
    .filter((term) => term !== "")
    .map((term) => requirement(term, selector, resource));
  return (object) => tests.every((test) => test(object));
}

function requirement(term: string, selector: string, resource: Resource): (object: KubernetesObject) => boolean {
  const parts = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (parts === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, name = "", operator, raw = ""] = parts;
  const value = unescaped(raw);
  if (!supported(resource).includes(name)) throw badRequest(unsupported(resource, name));
  return (object) => (read(object, name) === value) === (operator !== "!=");
}

function supported(resource: Resource): readonly string[] {
  return [
    "metadata.name",
    ...(resource.namespaced || !resource.custom ? ["metadata.namespace"] : []),
    ...(more[resource.plural] ?? []),
  ];
}

function unsupported(resource: Resource, name: string): string {
  if (resource.custom || ownWords.includes(resource.plural)) return `field label not supported: ${name}`;
  return `"${name}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function read(object: KubernetesObject, name: string): string {
  const value = field(object, ...name.split("."));
  return typeof value === "string" ? value : "";
}

/** Split at commas that no backslash escapes. */
function terms(selector: string): string[] {
  return selector.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function unescaped(value: string): string {
  const broken = /\\(?![\\,=])(.?)/s.exec(value.replace(/\\[\\,=]/g, ""));
  if (broken !== null) throw badRequest(`invalid field selector: invalid escape sequence: \\${broken[1] ?? ""}`);
  const bare = /[,=]/.exec(value.replace(/\\[\\,=]/g, ""));
  if (bare !== null)
    throw badRequest(`invalid field selector: unescaped character in value: ${bare[0].codePointAt(0)}`);
  return value.replace(/\\([\\,=])/g, "$1");
}

/** Which fields Kubernetes' built-in objects have: the models of the client package, which are made from the API's own description. */
import * as client from "@kubernetes/client-node";
import type { KubernetesObject } from "./kubernetes-objects.ts";

interface Model {
  getAttributeTypeMap(): readonly { readonly baseName: string; readonly type: string }[];
}

/** Fields that the API does not have or that hold another type, by their path. */
export function wrongFields(object: KubernetesObject): string[] {
  const version = object.apiVersion.split("/").at(-1) ?? "";
  return check(object, `V${version.slice(1)}${object.kind}`, object.kind);
}

function check(value: unknown, type: string, path: string): string[] {
  const element = /^Array<(.*)>$/.exec(type)?.[1];
  if (element) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item, at) => check(item, element, `${path}[${at}]`));
  }
  const valueType = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (valueType) return fieldsOf(value).flatMap(([key, item]) => check(item, valueType, `${path}.${key}`));
  const model = (client as unknown as Readonly<Record<string, Model | undefined>>)[type];
  if (model && "getAttributeTypeMap" in model) {
    const known = new Map(model.getAttributeTypeMap().map((attribute) => [attribute.baseName, attribute.type]));
    return fieldsOf(value).flatMap(([key, item]) => {
      const expected = known.get(key);
      return expected ? check(item, expected, `${path}.${key}`) : [`${path} has no ${key}`];
    });
  }
  const allowed = type === "IntOrString" ? ["string", "number"] : [type];
  return allowed.includes(typeof value) ? [] : [`${path} is no ${type}`];
}

function fieldsOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [["", value]];
}

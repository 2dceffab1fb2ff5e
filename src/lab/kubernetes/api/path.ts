/** What a path of the Kubernetes API names. https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
import { findResource, type Resource, resources } from "../resources.ts";

export type Asked =
  | { readonly kind: "health" | "version" | "coreVersions" | "groups" }
  | { readonly kind: "group"; readonly group: string }
  | { readonly kind: "groupVersion"; readonly group: string; readonly version: string }
  | {
      readonly kind: "resource";
      readonly resource: Resource;
      /** "" for all of them. */
      readonly namespace: string;
      /** "" for a collection. */
      readonly name: string;
      readonly subresource: string;
    }
  | { readonly kind: "accessReview" }
  | { readonly kind: "unknown" };

const health = ["healthz", "livez", "readyz"];
const unknown: Asked = { kind: "unknown" };

export function readPath(path: string): Asked {
  const segments = split(path);
  if (segments === null) return unknown;
  const [first, second, ...rest] = segments;
  if (first === undefined) return unknown;
  if (health.includes(first)) return { kind: "health" };
  if (first === "version" && second === undefined) return { kind: "version" };
  if (first === "api") return second === undefined ? { kind: "coreVersions" } : readVersion("", [second, ...rest]);
  if (first !== "apis") return unknown;
  if (second === undefined) return { kind: "groups" };
  if (second === "authorization.k8s.io") return readAccess(rest);
  if (rest.length > 0) return readVersion(second, rest);
  return isGroup(second) ? { kind: "group", group: second } : unknown;
}

function readAccess(rest: readonly string[]): Asked {
  const [version, resource, ...more] = rest;
  if (version === undefined) return { kind: "group", group: "authorization.k8s.io" };
  if (version !== "v1" || more.length > 0) return unknown;
  if (resource === undefined) return { kind: "groupVersion", group: "authorization.k8s.io", version };
  return resource === "selfsubjectaccessreviews" ? { kind: "accessReview" } : unknown;
}

function readVersion(group: string, segments: readonly string[]): Asked {
  const [version = "", ...rest] = segments;
  if (!resources.some((one) => one.group === group && one.version === version)) return unknown;
  const [head, namespace, plural, ...tail] = rest;
  if (head === undefined) return { kind: "groupVersion", group, version };
  // A namespace is an object and a folder of objects: /namespaces/default is the one, /namespaces/default/pods the other.
  if (head === "namespaces" && namespace !== undefined && plural !== undefined) {
    const resource = findResource(group, version, plural);
    return resource?.namespaced ? readObject(resource, namespace, tail) : unknown;
  }
  const resource = findResource(group, version, head);
  if (resource === undefined) return unknown;
  const named = rest.slice(1);
  // Objects in namespaces can be listed over all of them, not named without theirs.
  if (resource.namespaced && named.length > 0) return unknown;
  return readObject(resource, "", named);
}

function readObject(resource: Resource, namespace: string, tail: readonly string[]): Asked {
  const [name = "", subresource = ""] = tail;
  if (tail.length > 2) return unknown;
  return { kind: "resource", resource, namespace, name, subresource };
}

function isGroup(group: string): boolean {
  return resources.some((resource) => resource.group === group);
}

/** Null when a segment is not decodable or empty in the middle. */
function split(path: string): string[] | null {
  const raw = path.replace(/^\/+/, "").replace(/\/+$/, "");
  if (raw === "") return [];
  try {
    const segments = raw.split("/").map(decodeURIComponent);
    return segments.includes("") ? null : segments;
  } catch {
    return null;
  }
}

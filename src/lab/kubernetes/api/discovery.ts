/** What the server says it serves. Aggregated discovery is not offered: clients fall back to these documents. */
import { apiVersionOf, type Resource, resources } from "../resources.ts";

/** The version of the lab's cluster. */
export const kubernetesVersion = "v1.33.2";

const reading = ["get", "list", "watch"];
const access = "authorization.k8s.io";

export function versionDocument(): object {
  const [major, minor] = kubernetesVersion.slice(1).split(".");
  return {
    major,
    minor,
    gitVersion: kubernetesVersion,
    gitCommit: "a57b6f7709f6c2722b92f07b8b4c48210a51fc40",
    gitTreeState: "clean",
    buildDate: "2025-06-17T18:32:23Z",
    goVersion: "go1.24.4",
    compiler: "gc",
    platform: "linux/amd64",
  };
}

/** `address`: host:port. */
export function coreVersions(address: string): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

export function groupList(): object {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groupNames().map(group) };
}

export function groupDocument(name: string): object {
  return { kind: "APIGroup", apiVersion: "v1", ...group(name) };
}

export function resourceList(name: string, version: string): object {
  const groupVersion = name === "" ? version : `${name}/${version}`;
  const listed =
    name === access ? [reviews()] : resources.filter((one) => apiVersionOf(one) === groupVersion).map(entry);
  return {
    kind: "APIResourceList",
    ...(name !== "" && { apiVersion: "v1" }),
    groupVersion,
    resources: listed,
  };
}

function groupNames(): string[] {
  const named = resources.map((resource) => resource.group).filter((name) => name !== "");
  return [...new Set([...named, access])];
}

function group(name: string): object {
  const version = resources.find((resource) => resource.group === name)?.version ?? "v1";
  const only = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [only], preferredVersion: only };
}

function entry(resource: Resource): object {
  return {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: reading,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...(resource.categories.length > 0 && { categories: resource.categories }),
  };
}

function reviews(): object {
  return {
    name: "selfsubjectaccessreviews",
    singularName: "selfsubjectaccessreview",
    namespaced: false,
    kind: "SelfSubjectAccessReview",
    verbs: ["create"],
  };
}

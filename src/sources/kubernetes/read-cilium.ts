/** Cilium's objects and NetworkPolicy → entries. */
import type { PolicyObject } from "../../policy/policy.ts";
import { readCiliumPolicy } from "../../policy/read-cilium.ts";
import { readNetworkPolicy } from "../../policy/read-kubernetes.ts";
import { type CidrGroup, configKeys } from "../../policy/settings.ts";
import type { AgentConfigEntry, CiliumEndpointEntry, IdentityEntry, PolicyEntry } from "./entries.ts";
import { type Json, list, record, text, texts, time } from "./json.ts";

/** The validator's message is written by others and shown: more than this helps nobody. */
const maxMessage = 500;
const maxManager = 128;

export function readCiliumEndpoint(object: Json): CiliumEndpointEntry {
  const metadata = record(object["metadata"]);
  const identity = record(record(object["status"])["identity"])["id"];
  return {
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]),
    identity: typeof identity === "number" ? identity : 0,
  };
}

/** The name is the number; the labels stand at the top level, without value for reserved ones. */
export function readIdentity(object: Json): IdentityEntry {
  const labels = Object.entries(texts(object["security-labels"]));
  const metadata = record(object["metadata"]);
  return {
    identity: Number(text(metadata["name"])) || 0,
    labels: labels.map(([key, value]) => (value === "" ? key : `${key}=${value}`)).sort(),
    createdAt: time(metadata["creationTimestamp"]),
  };
}

export function readCidrGroup(object: Json): CidrGroup {
  const metadata = record(object["metadata"]);
  const cidrs = list(record(object["spec"])["externalCIDRs"]).map(text);
  return {
    name: text(metadata["name"]),
    labels: texts(metadata["labels"]),
    cidrs: cidrs.filter((cidr) => cidr !== ""),
  };
}

export function readAgentConfig(object: Json): AgentConfigEntry {
  const data = texts(object["data"]);
  return { data: Object.fromEntries(Object.entries(data).filter(([key]) => configKeys.includes(key))) };
}

export function readPolicy(kind: string, object: Json): PolicyEntry {
  const metadata = record(object["metadata"]);
  const subject: PolicyObject = {
    kind,
    namespace: text(metadata["namespace"]),
    name: text(metadata["name"]),
    spec: object["spec"],
    specs: object["specs"],
  };
  const policy = kind === "NetworkPolicy" ? readNetworkPolicy(subject) : readCiliumPolicy(subject);
  return { object: subject, policy, ...readValidity(record(object["status"])), ...readChange(metadata) };
}

function readValidity(status: Json): Pick<PolicyEntry, "valid" | "message"> {
  const condition = list(status["conditions"])
    .map(record)
    .find((one) => one["type"] === "Valid");
  if (condition?.["status"] === "True") return { valid: true, message: "" };
  if (condition?.["status"] !== "False") return { valid: null, message: "" };
  return { valid: false, message: text(condition["message"]).slice(0, maxMessage) };
}

/** The operator writes its verdict into `status`; that is no change of the policy. Cilium's CRDs have no status subresource, so the fields tell. */
function readChange(metadata: Json): Pick<PolicyEntry, "changedAt" | "changedBy"> {
  const newest = list(metadata["managedFields"])
    .map(record)
    .filter((entry) => entry["subresource"] !== "status" && !onlyStatus(entry["fieldsV1"]))
    .map((entry) => ({ time: text(entry["time"]), manager: text(entry["manager"]).slice(0, maxManager) }))
    .sort((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0))
    .at(-1);
  return {
    changedAt: newest?.time || text(metadata["creationTimestamp"]) || null,
    changedBy: newest?.manager || null,
  };
}

function onlyStatus(fields: unknown): boolean {
  const names = Object.keys(record(fields));
  return names.length > 0 && names.every((name) => name === "f:status");
}

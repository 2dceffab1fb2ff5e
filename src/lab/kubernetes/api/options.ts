/** The query of a list or watch. https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions */
import type { KubernetesObject } from "../object.ts";
import type { Resource } from "../resources.ts";
import { parseFieldSelector } from "./fields.ts";
import { parseLabelSelector } from "./labels.ts";
import { badRequest, invalidOptions } from "./status.ts";

export interface ListOptions {
  readonly watch: boolean;
  /** 0: none. */
  readonly limit: number;
  /** "" when absent. */
  readonly next: string;
  /** Undefined when absent. 0 means "any, the newest will do". */
  readonly version: number | undefined;
  readonly match: "" | "Exact" | "NotOlderThan";
  readonly bookmarks: boolean;
  /** Undefined when absent: then a watch without a version begins with what there is. */
  readonly initialEvents: boolean | undefined;
  /** Undefined when absent. */
  readonly timeoutSeconds: number | undefined;
  readonly includeObject: "None" | "Metadata" | "Object";
  /** True when a selector narrows the list: the server then does not know how many objects remain. */
  readonly selective: boolean;
  selects(object: KubernetesObject): boolean;
}

const matches = ["", "Exact", "NotOlderThan"] as const;
const includes = ["None", "Metadata", "Object"] as const;

export function readOptions(query: URLSearchParams, resource: Resource): ListOptions {
  const labels = query.get("labelSelector") ?? "";
  const fields = query.get("fieldSelector") ?? "";
  const byLabel = parseLabelSelector(labels);
  const byField = parseFieldSelector(fields, resource);
  const watch = flag(query, "watch");
  refuseContradictions(query, watch);
  return {
    watch,
    limit: integer(query, "limit") ?? 0,
    next: query.get("continue") ?? "",
    version: resourceVersion(query),
    match: matches.find((match) => match === query.get("resourceVersionMatch")) ?? "",
    bookmarks: flag(query, "allowWatchBookmarks"),
    initialEvents: query.has("sendInitialEvents") ? flag(query, "sendInitialEvents") : undefined,
    timeoutSeconds: integer(query, "timeoutSeconds"),
    includeObject: readIncludeObject(query),
    selective: labels !== "" || fields !== "",
    selects: (object) => byLabel(object.metadata.labels ?? {}) && byField(object),
  };
}

function readIncludeObject(query: URLSearchParams): ListOptions["includeObject"] {
  const asked = query.get("includeObject") || "Metadata";
  const found = includes.find((one) => one === asked);
  if (found === undefined)
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(asked)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  return found;
}

/** The combinations that have no meaning, refused as the API server refuses them (validation of ListOptions). */
function refuseContradictions(query: URLSearchParams, watch: boolean): void {
  const match = query.get("resourceVersionMatch") ?? "";
  const initial = query.has("sendInitialEvents");
  const problems: { reason: string; field: string; body: string }[] = [];
  function forbid(field: string, why: string): void {
    problems.push({ reason: "FieldValueForbidden", field, body: `Forbidden: ${why}` });
  }
  if (watch && initial && match !== "NotOlderThan")
    forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  if (watch && !initial && match !== "")
    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  if (!watch && match !== "" && !query.get("resourceVersion"))
    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (match !== "" && query.get("continue"))
    forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  if (!matches.some((one) => one === match)) problems.push(unsupportedMatch(match));
  if (match === "Exact" && query.get("resourceVersion") === "0")
    forbid("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  if (!watch && initial) forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
  if (problems.length > 0) throw invalidOptions(problems);
}

function unsupportedMatch(match: string): { reason: string; field: string; body: string } {
  const body = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
  return { reason: "FieldValueNotSupported", field: "resourceVersionMatch", body };
}

function resourceVersion(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return undefined;
  if (!/^\d{1,19}$/.test(text))
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return Number(text);
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? "";
  if (text === "") return undefined;
  if (!/^-?\d{1,18}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

/** Go's query decoding takes a bare `?watch` for true, and only these words for false. */
function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text.toLowerCase() !== "false" && text !== "0";
}

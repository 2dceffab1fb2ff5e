/** When an object was last written and by whom, as far as it says so itself. */
import { isRecord } from "../../policy/record.ts";
import type { ChangeKind } from "./change.ts";

export interface Written {
  /** Epoch milliseconds, whole seconds. */
  readonly at: number;
  /** managedFields' manager; null when nobody is named. */
  readonly by: string | null;
}

const longestManager = 128;
/** The parts of an object whose change matters; who wrote others (a controller its status) is not meant. */
const parts: Readonly<Record<ChangeKind, readonly string[]>> = {
  policy: ["f:spec", "f:specs"],
  workload: ["f:spec"],
  namespace: ["f:metadata"],
  node: ["f:spec"],
  config: ["f:data"],
};

/** Null: it does not say. */
export function lastWritten(object: unknown, kind: ChangeKind): Written | null {
  const metadata = field(object, "metadata");
  const fields = field(metadata, "managedFields");
  const found: Written[] = [];
  for (const entry of Array.isArray(fields) ? fields.slice(0, 200) : []) {
    const subresource = field(entry, "subresource");
    if (subresource === "status" || !touches(field(entry, "fieldsV1"), kind)) continue;
    const at = timeOf(field(entry, "time"));
    const manager = field(entry, "manager");
    const by = typeof manager === "string" && manager !== "" ? manager.slice(0, longestManager) : null;
    if (at !== null) found.push({ at, by });
  }
  if (kind === "node") found.push(...readiness(object));
  return found.reduce<Written | null>((newest, one) => (newest === null || one.at >= newest.at ? one : newest), null);
}

export function createdAt(object: unknown): number | null {
  return timeOf(field(field(object, "metadata"), "creationTimestamp"));
}

/** Entries without fields say nothing about what was written, and may be it. */
function touches(fields: unknown, kind: ChangeKind): boolean {
  if (!isRecord(fields) || Object.keys(fields).length === 0) return true;
  if (kind === "namespace") {
    const labels = field(field(fields, "f:metadata"), "f:labels");
    return labels !== undefined;
  }
  return parts[kind].some((part) => Object.hasOwn(fields, part));
}

/** A node says itself since when it is ready or not. */
function readiness(object: unknown): Written[] {
  const conditions = field(field(object, "status"), "conditions");
  const ready = Array.isArray(conditions) ? conditions.find((one) => field(one, "type") === "Ready") : undefined;
  const at = timeOf(field(ready, "lastTransitionTime"));
  return at === null ? [] : [{ at, by: null }];
}

function timeOf(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) ? at : null;
}

export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

const friendly: readonly (readonly [RegExp, string])[] = [
  [/^kubectl(-|$)/, "kubectl"],
  [/^(kustomize|helm|flux|source)-?controller$|^flux/, "flux"],
  [/^argocd/, "argocd"],
  [/^helm$/, "helm"],
];

/** `kubectl` for `kubectl-client-side-apply`: as people call it. "somebody" when nobody is named. */
export function managerText(by: string | null): string {
  if (by === null) return "somebody";
  return friendly.find(([pattern]) => pattern.test(by))?.[1] ?? by;
}

/** Which columns a kind has. */
import type { Resource } from "../resources.ts";
import { ciliumColumns } from "./cilium.ts";
import { ageColumn, type Column, nameColumn } from "./column.ts";
import { coreColumns } from "./core.ts";
import { podColumns } from "./pods.ts";
import { workloadColumns } from "./workloads.ts";

const columns: Readonly<Record<string, readonly Column[]>> = {
  ...coreColumns,
  ...workloadColumns,
  ...ciliumColumns,
  Pod: podColumns,
};

export function columnsOf(resource: Resource): readonly Column[] {
  return columns[resource.kind] ?? [nameColumn, ageColumn];
}

/** Stored objects in the form the client asked for. https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
import { columnsOf } from "../columns/index.ts";
import type { KubernetesObject } from "../object.ts";
import { apiVersionOf, type Resource } from "../resources.ts";
import type { Form } from "./accept.ts";
import type { Page } from "./list.ts";
import type { ListOptions } from "./options.ts";

/** How to show objects of one resource to one client. `now` is for ages. */
export interface View {
  readonly resource: Resource;
  readonly form: Form;
  readonly includeObject: ListOptions["includeObject"];
  readonly now: number;
}

export function presentObject(object: KubernetesObject, view: View, headings = true): object {
  const version = object.metadata.resourceVersion ?? "";
  if (view.form.as === "table") return table([object], { resourceVersion: version }, view, headings);
  return view.form.as === "metadata" ? metadataOnly(object, view.form.apiVersion) : object;
}

export function presentPage(page: Page, view: View): object {
  const metadata = {
    resourceVersion: String(page.version),
    // The lists of custom resources carry the field even when there is no next page.
    ...((page.next !== undefined || view.resource.custom) && { continue: page.next ?? "" }),
    ...(page.remaining !== undefined && { remainingItemCount: page.remaining }),
  };
  if (view.form.as === "table") return table(page.items, metadata, view, true);
  const apiVersion = view.form.as === "metadata" ? view.form.apiVersion : apiVersionOf(view.resource);
  const kind = view.form.as === "metadata" ? "PartialObjectMetadataList" : `${view.resource.kind}List`;
  return { kind, apiVersion, metadata, items: page.items.map((item) => presentItem(item, view)) };
}

/** A bookmark carries a version and nothing else. `initial` marks the end of the initial events. */
export function presentBookmark(version: number, view: View, initial: boolean): object {
  const metadata = {
    resourceVersion: String(version),
    ...(!view.resource.custom && { creationTimestamp: null }),
    ...(initial && { annotations: { "k8s.io/initial-events-end": "true" } }),
  };
  if (view.form.as === "table") {
    const object = { kind: "PartialObjectMetadata", apiVersion: view.form.apiVersion, metadata };
    const cells = columnsOf(view.resource).map(() => "");
    return {
      ...tableHead(view),
      metadata: { resourceVersion: String(version) },
      columnDefinitions: null,
      rows: [{ cells, object }],
    };
  }
  if (view.form.as === "metadata") return { kind: "PartialObjectMetadata", apiVersion: view.form.apiVersion, metadata };
  const rest = view.resource.kind === "Pod" ? { spec: { containers: null }, status: {} } : {};
  return { kind: view.resource.kind, apiVersion: apiVersionOf(view.resource), metadata, ...rest };
}

/** Built-in kinds leave apiVersion and kind to the list around them. */
function presentItem(item: KubernetesObject, view: View): object {
  if (view.form.as === "metadata") return metadataOnly(item, view.form.apiVersion);
  if (view.resource.custom) return item;
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = item;
  return rest;
}

function metadataOnly(object: KubernetesObject, apiVersion: string): object {
  return { kind: "PartialObjectMetadata", apiVersion, metadata: object.metadata };
}

/** `headings`: a watch names its columns in the first event only. */
function table(rows: readonly KubernetesObject[], metadata: object, view: View, headings: boolean): object {
  const columns = columnsOf(view.resource);
  return {
    ...tableHead(view),
    metadata,
    columnDefinitions: headings ? columns.map(({ cell: _cell, ...definition }) => definition) : null,
    rows: rows.map((object) => ({
      cells: columns.map((column) => column.cell(object, view.now)),
      object: inRow(object, view),
    })),
  };
}

function tableHead(view: View): { readonly kind: string; readonly apiVersion: string } {
  return { kind: "Table", apiVersion: view.form.apiVersion };
}

function inRow(object: KubernetesObject, view: View): object | null {
  if (view.includeObject === "None") return null;
  return view.includeObject === "Object" ? object : metadataOnly(object, view.form.apiVersion);
}

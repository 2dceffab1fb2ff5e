/** What form the client wants: plain JSON, a Table for people, or metadata only. */
import { notAcceptable } from "./status.ts";

export interface Form {
  readonly as: "object" | "table" | "metadata";
  /** apiVersion of what is sent instead: meta.k8s.io/v1, or v1beta1 for clients older than Kubernetes 1.15. */
  readonly apiVersion: string;
}

const plain: Form = { as: "object", apiVersion: "" };
const kinds: Readonly<Record<string, Form["as"]>> = {
  Table: "table",
  PartialObjectMetadata: "metadata",
  PartialObjectMetadataList: "metadata",
};

/** The first clause of the Accept header that can be served; nothing there means JSON. */
export function readAccept(header: string | undefined): Form {
  if (header === undefined || header.trim() === "") return plain;
  for (const clause of header.split(",")) {
    const [type = "", ...parameters] = clause.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*"].includes(type.toLowerCase())) continue;
    const form = readForm(new Map(parameters.map(readParameter)));
    if (form !== null) return form;
  }
  throw notAcceptable();
}

function readForm(parameters: ReadonlyMap<string, string>): Form | null {
  const as = parameters.get("as");
  if (as === undefined) return plain;
  const version = parameters.get("v") ?? "";
  const kind = Object.hasOwn(kinds, as) ? kinds[as] : undefined;
  if (kind === undefined || parameters.get("g") !== "meta.k8s.io" || !["v1", "v1beta1"].includes(version)) return null;
  return { as: kind, apiVersion: `meta.k8s.io/${version}` };
}

function readParameter(text: string): [string, string] {
  const [name = "", value = ""] = text.split("=");
  return [name.trim(), value.trim().replace(/^"(.*)"$/, "$1")];
}

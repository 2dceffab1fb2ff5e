/** "May I?": yes to reading what is served, no to everything else. */
import { field, text, timestamp } from "../object.ts";
import { resources } from "../resources.ts";
import { decodeReview, isProtobuf } from "./protobuf.ts";
import { badRequest } from "./status.ts";

const reading = ["get", "list", "watch"];

/** `body`: the SelfSubjectAccessReview as sent, JSON or Protobuf. `manager`: the client's name for managedFields. */
export function reviewAccess(body: Uint8Array, manager: string, now: number): object {
  const review = parse(body);
  if (text(review, "kind") !== "SelfSubjectAccessReview")
    throw badRequest(
      `no kind "${text(review, "kind")}" is registered for version "${text(review, "apiVersion")}" in scheme "pkg/api/legacyscheme/scheme.go"`,
    );
  const spec = field(review, "spec");
  return {
    kind: "SelfSubjectAccessReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {
      creationTimestamp: null,
      managedFields: [
        {
          manager,
          operation: "Update",
          apiVersion: "authorization.k8s.io/v1",
          time: timestamp(now),
          fieldsType: "FieldsV1",
          fieldsV1: { "f:spec": {} },
        },
      ],
    },
    spec: spec ?? {},
    status: { allowed: allowed(spec) },
  };
}

function allowed(spec: unknown): boolean {
  const path = field(spec, "nonResourceAttributes");
  if (path !== undefined)
    return text(path, "verb") === "get" && /^\/(api|apis|version|healthz|livez|readyz)(\/|$)/.test(text(path, "path"));
  const asked = field(spec, "resourceAttributes");
  if (!reading.includes(text(asked, "verb")) || text(asked, "subresource") !== "") return false;
  return resources.some(
    (resource) =>
      resource.plural === text(asked, "resource") &&
      resource.group === text(asked, "group") &&
      ["", "*", resource.version].includes(text(asked, "version")),
  );
}

function parse(body: Uint8Array): unknown {
  try {
    return isProtobuf(body) ? decodeReview(body) : JSON.parse(Buffer.from(body).toString());
  } catch (cause) {
    throw badRequest(
      `couldn't get version/kind; parse error: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** One request in, one reply out: everything the API server decides before bytes move. No sockets here. */
import type { ObjectStore } from "../store.ts";
import { readAccept } from "./accept.ts";
import { reviewAccess } from "./access.ts";
import { coreVersions, groupDocument, groupList, resourceList, versionDocument } from "./discovery.ts";
import { listPage } from "./list.ts";
import { type ListOptions, readOptions } from "./options.ts";
import { type Asked, readPath } from "./path.ts";
import { presentObject, presentPage, type View } from "./present.ts";
import { forbidden, notFound, plainStatus, Refusal } from "./status.ts";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string | undefined;
  readonly userAgent: string;
  /** Only read for POST. */
  readonly body: Uint8Array;
}

export type Reply =
  | { readonly kind: "json"; readonly code: number; readonly body: object }
  | { readonly kind: "text"; readonly code: number; readonly body: string }
  | { readonly kind: "watch"; readonly watch: WatchRequest };

export interface WatchRequest {
  readonly view: Omit<View, "now">;
  /** "" for all of them. */
  readonly namespace: string;
  readonly options: ListOptions;
}

interface Context {
  readonly store: ObjectStore;
  readonly clock: () => number;
  /** host:port, for discovery. */
  readonly address: string;
  /** The name refusals use for whoever asks. */
  readonly user: string;
}

type ResourceAsked = Extract<Asked, { kind: "resource" }>;

const writes: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
const pageNotFound: Reply = { kind: "text", code: 404, body: "404 page not found\n" };

/** Throws Refusal. */
export function route(request: ApiRequest, context: Context): Reply {
  const asked = readPath(request.path);
  if (asked.kind === "unknown") return pageNotFound;
  if (asked.kind === "resource")
    return request.method === "GET" ? read(request, asked, context) : refuse(request, asked, context);
  if (asked.kind === "accessReview") {
    if (request.method !== "POST") throw new Refusal(plainStatus(405));
    const manager = request.userAgent.split("/")[0] || "unknown";
    return json(reviewAccess(request.body, manager, context.clock()), 201);
  }
  if (request.method !== "GET") throw new Refusal(plainStatus(405));
  switch (asked.kind) {
    case "health":
      return { kind: "text", code: 200, body: "ok" };
    case "version":
      return json(versionDocument());
    case "coreVersions":
      return json(coreVersions(context.address));
    case "groups":
      return json(groupList());
    case "group":
      return json(groupDocument(asked.group));
    case "groupVersion":
      return json(resourceList(asked.group, asked.version));
  }
}

function read(request: ApiRequest, asked: ResourceAsked, context: Context): Reply {
  if (asked.subresource !== "") return refuse(request, asked, context);
  const options = readOptions(request.query, asked.resource);
  const shown = { resource: asked.resource, form: readAccept(request.accept), includeObject: options.includeObject };
  const view: View = { ...shown, now: context.clock() };
  if (asked.name !== "") {
    const object = context.store.get(asked.resource, asked.namespace, asked.name);
    if (object === undefined) throw notFound(asked.resource, asked.name);
    return json(presentObject(object, view));
  }
  if (options.watch) return { kind: "watch", watch: { view: shown, namespace: asked.namespace, options } };
  return json(presentPage(listPage(context.store, asked.resource, asked.namespace, options), view));
}

/** Clients may only read: RBAC's words for everything else. */
function refuse(request: ApiRequest, asked: ResourceAsked, context: Context): Reply {
  const verb = request.method === "GET" ? "get" : writes[request.method];
  if (verb === undefined) throw new Refusal(plainStatus(405));
  throw forbidden(
    asked.resource,
    { ...asked, verb: verb === "delete" && asked.name === "" ? "deletecollection" : verb },
    context.user,
  );
}

function json(body: object, code = 200): Reply {
  return { kind: "json", code, body };
}

/** A list, whole or in pages. Pages of one list show one state: later ones are rebuilt as of the version of the first. */
import type { KubernetesObject } from "../object.ts";
import type { Resource } from "../resources.ts";
import { keyOf, type ObjectStore } from "../store.ts";
import type { ListOptions } from "./options.ts";
import { badRequest, expired, Refusal, tooLarge } from "./status.ts";

export interface Page {
  readonly items: readonly KubernetesObject[];
  readonly version: number;
  readonly next?: string;
  readonly remaining?: number;
}

interface Token {
  readonly version: number;
  readonly start: string;
}

const consistencyLost =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/** `namespace`: "" for all of them. */
export function listPage(store: ObjectStore, resource: Resource, namespace: string, options: ListOptions): Page {
  const token = options.next === "" ? null : readToken(options.next);
  if (token !== null && options.version)
    throw badRequest("specifying resource version is not allowed when using continue");
  const version = token === null ? exactVersion(options) : token.version;
  const oldest = Math.max(options.version ?? 0, version);
  if (oldest > store.version()) throw tooLarge(oldest, store.version());
  const all = store.list(resource, version > 0 ? version : undefined);
  if (all === null) throw new Refusal(gone(token));
  // Keys are relative to what is listed: with a namespace they are names.
  const keyed = all
    .filter((object) => namespace === "" || object.metadata.namespace === namespace)
    .map((object) => ({
      key: keyOf(namespace === "" ? (object.metadata.namespace ?? "") : "", object.metadata.name),
      object,
    }))
    .filter(({ key, object }) => (token === null || key >= token.start) && options.selects(object));
  const shown = version > 0 ? version : store.version();
  // A list "at any version" comes out of the API server's cache, which does not page.
  const limit = options.version === 0 && token === null ? 0 : options.limit;
  if (limit === 0 || keyed.length <= limit) return { items: keyed.map(({ object }) => object), version: shown };
  const last = keyed[limit - 1]?.key ?? "";
  return {
    items: keyed.slice(0, limit).map(({ object }) => object),
    version: shown,
    next: writeToken({ version: shown, start: `${last}\0` }),
    ...(!options.selective && { remaining: keyed.length - limit }),
  };
}

/** 0 where the newest state will do. */
function exactVersion(options: ListOptions): number {
  const exact = options.match === "Exact" || (options.match === "" && options.limit > 0);
  return exact ? (options.version ?? 0) : 0;
}

function gone(token: Token | null): ReturnType<typeof expired> {
  if (token === null) return expired("The resourceVersion for the provided list is too old.");
  return expired(consistencyLost, writeToken({ version: -1, start: token.start }));
}

function writeToken(token: Token): string {
  const json = JSON.stringify({ v: "meta.k8s.io/v1", rv: token.version, start: token.start });
  return Buffer.from(json).toString("base64url");
}

function readToken(text: string): Token {
  const invalid = "invalid continue token: continue key is not valid";
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch (cause) {
    throw badRequest(`${invalid}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof token !== "object" || token === null) throw badRequest(invalid);
  const { v, rv, start } = token as { v?: unknown; rv?: unknown; start?: unknown };
  if (v !== "meta.k8s.io/v1")
    throw badRequest(`${invalid}: server does not recognize this encoded version ${String(v)}`);
  if (typeof rv !== "number" || !Number.isSafeInteger(rv) || rv === 0)
    throw badRequest(`${invalid}: incorrect encoded start resourceVersion (version meta.k8s.io/v1)`);
  if (typeof start !== "string" || start === "")
    throw badRequest(`${invalid}: encoded start key empty (version meta.k8s.io/v1)`);
  return { version: rv, start };
}

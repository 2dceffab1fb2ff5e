/** An object as the server sent it → what is compared of it. */
import { type ChangedObject, type ChangeKind, kindOfObject } from "../../../analysis/changes/change.ts";
import type { Sighting } from "../../../analysis/changes/decide.ts";
import { jsonOf, partsOf, selectsOf, stateOf } from "../../../analysis/changes/state.ts";
import { createdAt, lastWritten } from "../../../analysis/changes/written.ts";
import { type Json, record, text } from "../json.ts";
import type { Resource } from "../resources.ts";
import { digestOf, shortHash } from "./head.ts";

export interface Seen extends Sighting {
  readonly key: string;
  readonly version: string;
}

export function kindOfResource({ kind }: Resource): ChangeKind | undefined {
  return kindOfObject.get(kind);
}

/** Null for an object without a name, and for a ConfigMap that is not Cilium's. */
export function sightingOf(
  { kind: object }: Pick<Resource, "kind">,
  kind: ChangeKind,
  json: Json,
  { redact, now }: { readonly redact: (text: string) => string; readonly now: number },
): Seen | null {
  const metadata = record(json["metadata"]);
  const [namespace, name] = [text(metadata["namespace"]).slice(0, 253), text(metadata["name"]).slice(0, 253)];
  if (name === "" || (kind === "config" && name !== "cilium-config")) return null;
  const uid = text(metadata["uid"]).slice(0, 64);
  const tree = stateOf(json, kind, { text: redact, hash: shortHash(uid) });
  return {
    ...{ key: keyOf({ object, namespace, name }), version: text(metadata["resourceVersion"]).slice(0, 64) },
    subject: { kind, object, namespace, name },
    ...{ uid, tree, digest: digestOf(jsonOf(partsOf(json, kind))) },
    ...(kind === "policy" && { selects: selectsOf(json) }),
    ...{ written: lastWritten(json, kind), createdAt: createdAt(json), observedAt: now },
  };
}

export function keyOf({ object, namespace, name }: Pick<ChangedObject, "object" | "namespace" | "name">): string {
  return `${object}/${namespace}/${name}`;
}

/** Null for what is no key of ours. */
export function subjectOfKey(key: string): ChangedObject | null {
  const [object = "", namespace = "", name = ""] = key.split("/");
  const kind = kindOfObject.get(object);
  return kind === undefined || name === "" ? null : { kind, object, namespace, name };
}

/** Metadata of the lab's objects: all were made when the world began, by the managers that make them in a real cluster. */
import type { World } from "../../world/world.ts";
import { type ManagedFields, type ObjectMeta, type OwnerReference, timestamp } from "../object.ts";
import { uidOf } from "./derive.ts";

export interface Origin {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  /** "" for cluster-scoped objects. */
  readonly namespace: string;
  /** Who wrote which top-level fields. */
  readonly managers: Readonly<Record<string, readonly string[]>>;
}

export function metadataOf(world: World, origin: Origin, more: Partial<ObjectMeta> = {}): ObjectMeta {
  const { kind, name, namespace, apiVersion } = origin;
  const time = timestamp(world.bornAt);
  return {
    name,
    ...(namespace !== "" && { namespace }),
    uid: uidOf(world, kind, namespace, name),
    creationTimestamp: time,
    ...more,
    managedFields: Object.entries(origin.managers).map(([manager, fields]) =>
      managed(manager, apiVersion, time, fields),
    ),
  };
}

export function managed(manager: string, apiVersion: string, time: string, fields: readonly string[]): ManagedFields {
  const fieldsV1 = Object.fromEntries(fields.map((field) => [`f:${field}`, {}]));
  return { manager, operation: "Update", apiVersion, time, fieldsType: "FieldsV1", fieldsV1 };
}

export function controlledBy(
  world: World,
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
): OwnerReference {
  return { ...ownedBy(world, apiVersion, kind, namespace, name), controller: true, blockOwnerDeletion: true };
}

export function ownedBy(
  world: World,
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
): OwnerReference {
  return { apiVersion, kind, name, uid: uidOf(world, kind, namespace, name) };
}

/** The arguments of `changes`, checked. */
import { z } from "zod";
import { type ChangeKind, changeKinds } from "../../analysis/changes/change.ts";
import type { Target } from "../../analysis/target.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";

export interface ChangesArgs {
  /** Null: all of the cluster. */
  readonly target: Target | null;
  readonly since: TimeSpec;
  /** All kinds when none was typed. */
  readonly kinds: readonly ChangeKind[];
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaultSince: TimeSpec = { kind: "ago", ms: 3_600_000 };

/** In the plural too, as people say it. */
const kinds = Object.fromEntries(changeKinds.map((kind) => [kind, kind])) as Record<ChangeKind, ChangeKind>;
const plurals = {
  policies: "policy",
  workloads: "workload",
  namespaces: "namespace",
  nodes: "node",
} as const;
const kind: piece.Reader<ChangeKind> = (text) => {
  const plural = Object.entries(plurals).find(([word]) => word === text.toLowerCase())?.[1];
  return plural === undefined ? piece.choice("kind of change", kinds)(text) : { ok: true, value: plural };
};

export const ChangesArgs = z
  .object({
    target: piece.one(piece.target).optional(),
    since: piece.one(piece.time).optional(),
    kind: piece.many(kind).optional(),
    cluster: z.array(z.string()).optional(),
  })
  .transform(
    ({ target = null, since = defaultSince, kind: typed, cluster }): ChangesArgs => ({
      ...{ target, since, kinds: typed ?? changeKinds },
      ...(cluster !== undefined && { clusters: cluster }),
    }),
  );

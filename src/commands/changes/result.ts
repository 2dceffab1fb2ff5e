/** The structured result of `changes` (`--format json`): stable, additions only. */
import type { Change } from "../../analysis/changes/change.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { WatchedKind } from "../../sources/question.ts";
import type { ChangesArgs } from "./args.ts";
import type { ChangesView } from "./gather.ts";

export interface ChangesResult {
  /** Canonical spelling; null when all of the cluster was asked for. */
  readonly target: string | null;
  readonly clusters: readonly {
    readonly cluster: string;
    /** Newest first; null when Kubernetes could not be asked or the target is not one thing. Times are epoch milliseconds. */
    readonly changes: readonly Change[] | null;
    readonly folded: number;
    readonly watched: readonly WatchedKind[];
    readonly notes: readonly string[];
    /** Drops that began soon after a change; null: none did, or nobody knows. */
    readonly firstDrop: {
      /** RFC 3339. */
      readonly at: string;
      readonly gapMs: number;
      /** The change's id. */
      readonly change: string;
      readonly source: string;
      readonly destination: string;
      readonly port: number;
      readonly protocol: string;
    } | null;
  }[];
}

export function resultOf({ target }: ChangesArgs, views: readonly ChangesView[]): ChangesResult {
  return {
    target: target && targetText(target),
    clusters: views.map(({ cluster, found, first }) => ({
      cluster,
      changes: found?.changes ?? null,
      folded: found?.folded ?? 0,
      watched: found?.watched ?? [],
      notes: found?.notes ?? [],
      firstDrop: first && {
        ...{ at: rfc3339(first.at), gapMs: first.gapMs, change: first.change.id },
        ...{ source: first.pair.source, destination: first.pair.destination },
        ...{ port: first.pair.port, protocol: first.pair.protocol },
      },
    })),
  };
}

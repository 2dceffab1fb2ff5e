/** The structured result of `why` (`--format json`): stable, additions only. */
import type { DropPair } from "../../analysis/drops.ts";
import { targetText } from "../../analysis/target-parse.ts";
import type { TraceSummary } from "../../analysis/trace/trace.ts";
import type { ChangedPolicy, WhyCase } from "../../sources/question.ts";
import type { WhyArgs } from "./args.ts";
import { namedDrops } from "./outside.ts";
import type { WhyView } from "./picture.ts";
import { type Seen, seenIn } from "./seen.ts";
import { requestName } from "./verdict.ts";

export interface WhyResult {
  /** Canonical spellings. */
  readonly from: string;
  readonly to: string;
  readonly port: number | null;
  readonly protocol: string;
  /** `PUT /v1/exhaust-port`, without its query. */
  readonly http: string | null;
  readonly clusters: readonly {
    readonly cluster: string;
    /** Null when Kubernetes could not be asked. */
    readonly cases: readonly WhyCase[] | null;
    readonly folded: number;
    readonly policies: readonly ChangedPolicy[];
    readonly seen: Seen;
    /** Denied packets to addresses that DNS answers gave the name asked about. */
    readonly outside: readonly (Pick<DropPair, "destination" | "port" | "protocol" | "packets" | "last"> &
      Required<Pick<DropPair, "outside">>)[];
    /** How far connections came, seen from both nodes; null when that is not known. */
    readonly bothSides: Pick<TraceSummary, "attempts" | "byStage"> | null;
    readonly notes: readonly string[];
  }[];
  /** What to type for an end that is several things or none. */
  readonly candidates: { readonly from: readonly string[]; readonly to: readonly string[] };
}

export function whyResult(args: WhyArgs, views: readonly WhyView[]): WhyResult {
  const { from, to, port, protocol, http } = args;
  return {
    from: targetText(from),
    to: targetText(to),
    ...{ port, protocol },
    http: http && requestName(http),
    clusters: views.map((view) => ({
      cluster: view.cluster,
      cases: view.why?.cases ?? null,
      folded: view.why?.folded ?? 0,
      policies: view.why?.policies ?? [],
      seen: seenIn(view, args),
      outside: namedDrops(view).map(({ destination, port, protocol, packets, last, outside }) => ({
        ...{ destination, port, protocol, packets, last, outside },
      })),
      bothSides: view.trace === undefined ? null : { attempts: view.trace.attempts, byStage: view.trace.byStage },
      notes: view.why?.notes ?? [],
    })),
    candidates: { from: candidates(views, "from"), to: candidates(views, "to") },
  };
}

function candidates(views: readonly WhyView[], end: "from" | "to"): string[] {
  const found = views.flatMap(({ why }) => {
    const resolution = why?.[end].resolution;
    if (resolution?.status === "ambiguous") return resolution.candidates;
    return resolution?.status === "unknown" ? resolution.near : [];
  });
  return [...new Set(found)];
}

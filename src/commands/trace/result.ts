/** The structured result of `trace` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { TraceSummary } from "../../analysis/trace/trace.ts";
import type { TraceArgs } from "./args.ts";
import type { TraceView } from "./picture.ts";

export interface TraceResult {
  /** Canonical spellings. */
  readonly from: string;
  readonly to: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly clusters: readonly {
    readonly cluster: string;
    /** Null when the flows could not be read, or an end is not one thing. */
    readonly trace: TraceSummary | null;
  }[];
  /** What to type for an end that is several things or none. */
  readonly candidates: { readonly from: readonly string[]; readonly to: readonly string[] };
}

export function traceResult({ from, to, port, protocol }: TraceArgs, views: readonly TraceView[]): TraceResult {
  return {
    from: targetText(from),
    to: targetText(to),
    ...{ port, protocol },
    clusters: views.map(({ cluster, trace }) => ({ cluster, trace: trace ?? null })),
    candidates: { from: candidates(views, "from"), to: candidates(views, "to") },
  };
}

function candidates(views: readonly TraceView[], end: "from" | "to"): string[] {
  const found = views.flatMap(({ ends }) => {
    const resolution = ends?.[end];
    if (resolution?.status === "ambiguous") return resolution.candidates;
    return resolution?.status === "unknown" ? resolution.near : [];
  });
  return [...new Set(found)];
}

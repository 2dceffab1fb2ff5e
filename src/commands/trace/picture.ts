/** What the parts of the answer have in common: what each cluster's flows say of the pair, and who is who. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { Resolution } from "../../analysis/target.ts";
import type { TraceSummary } from "../../analysis/trace/trace.ts";
import type { Outcome, TraceFinding } from "../../sources/question.ts";
import { type ClusterView, gather } from "../drops/gather.ts";
import { type Picture, pictureOf } from "../drops/picture.ts";
import { endWord } from "../why/line.ts";
import { asDrops, type TraceArgs } from "./args.ts";

export interface TraceView extends ClusterView {
  /** Undefined when the flows could not be read, or an end is not one thing. */
  readonly trace: TraceSummary | undefined;
  readonly ends: { readonly from: Resolution; readonly to: Resolution } | undefined;
}

export interface TracePicture {
  readonly args: TraceArgs;
  readonly askedAt: number;
  readonly window: Window;
  readonly views: readonly TraceView[];
  readonly manyClusters: boolean;
  /** `xwing → deathstar:80`, as typed. */
  readonly pair: string;
  /** For the notes that all commands about flows have. */
  readonly shared: Picture;
}

/** `:80`, `:53/UDP`. */
function portWord({ port, protocol }: TraceArgs): string {
  return port === null ? "" : `:${port}${protocol === "TCP" ? "" : `/${protocol}`}`;
}

export function tracePicture(
  args: TraceArgs,
  place: {
    readonly askedAt: number;
    readonly window: Window;
    readonly clusters: readonly string[];
    readonly visible: Visible;
    readonly outcomes: readonly Outcome[];
  },
): TracePicture {
  const { askedAt, window, clusters, visible, outcomes } = place;
  const findings = new Map(
    outcomes.flatMap((outcome): (readonly [string, TraceFinding])[] =>
      outcome.status === "ok" && outcome.finding.ask === "trace" ? [[outcome.question.cluster, outcome.finding]] : [],
    ),
  );
  const views = gather(clusters, visible, outcomes).map((view): TraceView => {
    const found = findings.get(view.cluster);
    return {
      ...view,
      resolution: found?.resolution,
      coverage: found?.coverage ?? undefined,
      trace: found?.trace ?? undefined,
      ends: found && { from: found.from, to: found.resolution },
    };
  });
  return {
    ...{ args, askedAt, window, views },
    manyClusters: views.length > 1,
    pair: `${endWord(args.from)} → ${endWord(args.to)}${portWord(args)}`,
    shared: pictureOf(asDrops(args), askedAt, window, views),
  };
}

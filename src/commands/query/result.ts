/** `--format json` of `query`. */
import type { PromqlFinding } from "../../sources/question.ts";
import type { QueryPicture } from "./picture.ts";

export interface QueryResult {
  readonly expression: string;
  /** Milliseconds between two points; 0 at one moment. */
  readonly stepMs: number;
  readonly clusters: readonly {
    readonly cluster: string;
    readonly type: PromqlFinding["type"] | null;
    /** The highest newest value first; a value that is no number is null. Times are epoch milliseconds. */
    readonly series: PromqlFinding["series"];
    /** Series beyond those. */
    readonly folded: number;
    /** Of an expression that is a text. */
    readonly text: string | null;
    /** Why there is nothing. */
    readonly because: string | null;
    readonly notes: readonly string[];
  }[];
}

export function resultOf({ args, views }: QueryPicture): QueryResult {
  return {
    expression: args.expression,
    stepMs: views.reduce((step, { finding }) => Math.max(step, finding?.stepMs ?? 0), 0),
    clusters: views.map(({ cluster, finding, failure }) => ({
      cluster,
      type: finding?.type ?? null,
      series: finding?.series ?? [],
      folded: finding?.folded ?? 0,
      text: finding?.text ?? null,
      because: failure?.say ?? finding?.cannot ?? null,
      notes: finding?.notes ?? [],
    })),
  };
}

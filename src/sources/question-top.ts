/** The question for a ranking of flows in fixed memory, and what comes back. Part of the contract in question.ts. */
import type { Coverage } from "../analysis/coverage.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { FlowRanking, TopOf } from "../analysis/top/ranking.ts";
import type { Restricted } from "./question.ts";

export interface TopQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "top";
  readonly cluster: string;
  readonly of: TopOf;
  /** For `dns` and `http` conditions on the ends are those of requests; answers travel the other way. */
  readonly select: FlowSelect;
  readonly window: Window;
  /** Rows to list. */
  readonly top: number;
}

export interface TopFinding {
  readonly ask: "top";
  /** Null when no target was asked for. */
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly ranking: FlowRanking | null;
  readonly coverage: Coverage | null;
}

/** The question of a namespace on its way to default-deny, and what comes back. Asked of Hubble, because that is where the flows are. */
import type { Coverage } from "../analysis/coverage.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Coached } from "../policy/coach/coached.ts";
import type { Restricted } from "./question.ts";
import type { ReplayFacts } from "./question-replay.ts";

export interface CoachQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "coach";
  readonly cluster: string;
  /** With a namespace as target and nothing else. */
  readonly select: FlowSelect;
  readonly window: Window;
}

export interface CoachFinding {
  readonly ask: "coach";
  readonly resolution: Resolution | null;
  /** Null when there is no such namespace. */
  readonly coached: Coached | null;
  readonly facts: ReplayFacts | null;
  readonly coverage: Coverage | null;
}

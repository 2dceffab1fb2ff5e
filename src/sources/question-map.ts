/** The question for a service map to Relay, and what comes back. The contract's other half is `question.ts`. */
import type { Coverage } from "../analysis/coverage.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { ServiceMap } from "../analysis/service-map/service-map.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Restricted } from "./question.ts";

export interface MapQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "map";
  readonly cluster: string;
  readonly select: FlowSelect;
  readonly window: Window;
  /** Edges to keep. */
  readonly top: number;
  /** Probes, scrapes and noise too. */
  readonly all: boolean;
}

export interface MapFinding {
  readonly ask: "map";
  /** Null when no target was asked for. */
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly map: ServiceMap | null;
  readonly coverage: Coverage | null;
}

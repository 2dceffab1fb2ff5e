/** The question how far a pair's connections come, and what comes back. The contract's other half is `question.ts`. */
import type { Coverage } from "../analysis/coverage.ts";
import type { Window } from "../analysis/select.ts";
import type { Resolution, Target } from "../analysis/target.ts";
import type { TraceSummary } from "../analysis/trace/trace.ts";
import type { Restricted } from "./question.ts";

export interface TraceQuestion extends Restricted {
  readonly source: "hubble";
  readonly ask: "trace";
  readonly cluster: string;
  readonly from: Target;
  readonly to: Target;
  readonly window: Window;
  /** Null: any. The service's port may be another than its backends': translations at the source's sockets tell. */
  readonly port: number | null;
  /** TCP, UDP, SCTP, ICMPv4, ICMPv6; of use with a port. */
  readonly protocol: string;
}

export interface TraceFinding {
  readonly ask: "trace";
  readonly from: Resolution;
  /** Of the receiver. */
  readonly resolution: Resolution;
  /** Null when an end is ambiguous or unknown. */
  readonly trace: TraceSummary | null;
  readonly coverage: Coverage | null;
}

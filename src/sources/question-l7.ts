/** Questions about what proxies saw, HTTP requests and DNS lookups, and what comes back. */
import type { Coverage } from "../analysis/coverage.ts";
import type { DnsSummary } from "../analysis/l7/dns.ts";
import type { HttpSummary } from "../analysis/l7/http.ts";
import type { FlowSelect, Window } from "../analysis/select.ts";
import type { Resolution } from "../analysis/target.ts";
import type { Restricted } from "./question.ts";

export interface L7Question extends Restricted {
  readonly source: "hubble";
  readonly ask: "http" | "dns";
  readonly cluster: string;
  /** Conditions on the ends and the direction are those of requests; answers travel the other way. */
  readonly select: FlowSelect;
  readonly window: Window;
  /** Rows to keep in rankings. */
  readonly top: number;
}

export interface HttpFinding {
  readonly ask: "http";
  /** Null when no target was asked for. */
  readonly resolution: Resolution | null;
  /** Null when the target is ambiguous or unknown. */
  readonly http: HttpSummary | null;
  readonly coverage: Coverage | null;
}

export interface DnsFinding {
  readonly ask: "dns";
  readonly resolution: Resolution | null;
  readonly dns: DnsSummary | null;
  readonly coverage: Coverage | null;
}

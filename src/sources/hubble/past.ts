/** Refused flows that Hubble's rings no longer hold, from whoever kept them, behind what the rings gave. */
import type { RecordedPart } from "../../analysis/coverage.ts";
import type { Flow } from "../../analysis/flow.ts";
import type { KeptPart } from "../../analysis/kept-flows.ts";
import type { Window } from "../../analysis/select.ts";

export interface Past {
  /** Flows of a time, about oldest first; rejects when they cannot be read at all. */
  read(question: {
    readonly cluster: string;
    /** Epoch milliseconds, from ≤ time < to. */
    readonly from: number;
    readonly to: number;
    readonly onFlow: (flow: Flow) => void;
    readonly signal: AbortSignal;
  }): Promise<PastFinding>;
  /** How far it reaches, without reading it; epoch milliseconds, null while nothing is kept. Rejects when that cannot be asked. */
  reach?(cluster: string): Promise<{ readonly oldest: number | null; readonly through: number | null }>;
}

export interface PastFinding {
  /** Per node, epoch milliseconds: what lies between was kept, but for the gaps. */
  readonly nodes: ReadonlyMap<string, { readonly from: number; readonly through: number }>;
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Flows that were thrown away. */
  readonly shed: number;
  readonly truncated: boolean;
}

/** What a reading of the rings wants of the time before them. */
export interface PastWanted {
  readonly window: Window;
  /** How much of what is asked for was kept at all. */
  readonly part: KeptPart;
  /** Takes a flow that may be older than its ring, wanted or not; it knows which ones the rings gave already. */
  readonly add: (flow: Flow) => void;
}

export interface PastQuestion extends PastWanted {
  /** Oldest flow in each node's ring. */
  readonly rings: ReadonlyMap<string, number>;
  readonly signal: AbortSignal;
}

export interface WithPast {
  /** From here on each node is covered, by its ring or by what was kept before it. */
  readonly oldest: ReadonlyMap<string, number>;
  readonly recorded: RecordedPart | undefined;
  /** What was kept was not read to its end. */
  readonly truncated: boolean;
}

export type ReadPast = (question: PastQuestion) => Promise<WithPast>;

/** A ring turns while it is read. */
const marginMs = 2_000;

export function createReadPast(past: Past, cluster: string): ReadPast {
  return async ({ window, part, rings, add, signal }) => {
    const youngest = Math.max(...rings.values());
    const ringsAlone = { oldest: rings, recorded: undefined, truncated: false };
    if (part === "none" || rings.size === 0 || youngest <= window.from) return ringsAlone;
    const to = Math.min(window.to, youngest + marginMs);
    const onFlow = (flow: Flow) => {
      const ring = rings.get(flow.node);
      if (ring === undefined || flow.time < ring + marginMs) add(flow);
    };
    let found: PastFinding;
    try {
      found = await past.read({ cluster, from: window.from, to, onFlow, signal });
    } catch {
      // The rings' own answer stands, and the coverage says how far back that is.
      return { ...ringsAlone, truncated: signal.aborted };
    }
    const { truncated } = found;
    const oldest = new Map(
      [...rings].map(([node, ring]) => {
        const kept = found.nodes.get(node);
        return [node, kept && kept.through >= ring - marginMs ? Math.min(ring, kept.from) : ring];
      }),
    );
    const kept = Math.max(...oldest.values());
    if (kept >= youngest) return { ...ringsAlone, truncated };
    const gapMs = found.gaps.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(gap.to, youngest) - Math.max(gap.from, window.from)),
      0,
    );
    const recorded = { until: new Date(youngest).toISOString(), gapMs, shed: found.shed };
    if (part === "all") return { oldest, recorded, truncated };
    const dropsFrom = new Date(Math.max(kept, window.from)).toISOString();
    return { oldest: rings, recorded: { ...recorded, dropsFrom }, truncated };
  };
}

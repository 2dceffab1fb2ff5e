/**
 * One sentence that puts Prometheus' number beside Hubble's. The agents' counters are complete but count a whole cluster per reason and direction; flows have
 * names but live in a ring. The two are never the same number, and the sentence says why they differ as far as that is known.
 */
import { counted, listed, numberText } from "./counted.ts";
import { roughDuration } from "./duration.ts";
import type { Gaps } from "./gaps.ts";
import { reasonFromText } from "./reasons.ts";

export interface Reconciled {
  /** Dropped packets that flows show, of the kinds that the answer speaks about. */
  readonly packets: number;
  readonly byReason: Readonly<Record<string, number>>;
  readonly byDirection: Readonly<Record<string, number>>;
  /** Refused requests: no packet counter knows them. */
  readonly denials: number;
  /** A target or filter narrows the flows; counters cannot be narrowed. */
  readonly narrowed: boolean;
  /** Only so many of the newest flows were asked for. */
  readonly last: number | undefined;
  readonly totals: readonly {
    readonly reason: string;
    readonly text: string;
    readonly direction: string;
    readonly packets: number;
  }[];
  /** Agents with samples in the window, and nodes that there are (0: not known). */
  readonly agents: number;
  readonly nodes: number;
  readonly gaps: Gaps | undefined;
  readonly windowMs: number;
}

export function reconcile(facts: Reconciled): string {
  const { packets, agents, nodes, last } = facts;
  if (agents === 0) return "Prometheus has no samples of the agents' drop counters for this time.";
  const where = `in the whole cluster${nodes > 0 && agents < nodes ? ` (${agents} of ${nodes} agents had samples)` : ""}`;
  if (packets === 0) return withoutFlows(facts, where);
  const counters = comparable(facts).reduce((sum, total) => sum + total.packets, 0);
  const counts = `the agents counted about ${counted(counters, "such packet")} ${where}`;
  if (last !== undefined && packets >= last)
    return `Prometheus: ${counts} in this time; of the flows only the newest ${numberText(last)} were asked for.`;
  const difference = counters - packets;
  if (counters === 0)
    return `Prometheus shows none of them: the agents counted no such packet ${where}, flows show ${numberText(packets)}; ${whyFewer(facts)}.`;
  if (Math.abs(difference) <= Math.max(3, Math.max(counters, packets) * 0.05))
    return `Prometheus agrees: ${counts}, flows show ${numberText(packets)}.`;
  if (difference < 0)
    return `Prometheus shows fewer: ${counts}, flows show ${numberText(packets)}; ${whyFewer(facts)}.`;
  return `Prometheus shows more: ${counts}, flows show ${numberText(packets)}; ${whyMore(facts, difference)}.`;
}

/** Flows show nothing: do the counters? */
function withoutFlows({ totals, denials, narrowed }: Reconciled, where: string): string {
  const l7 = denials > 0 ? "; refused requests are not among them" : "";
  const rising = totals.filter(({ packets }) => packets > 0);
  const real = rising.filter(({ reason }) => reasonFromText(reason)?.kind !== "noise");
  if (rising.length === 0) return `Prometheus: the agents counted no dropped packets ${where}${l7}.`;
  if (real.length === 0)
    return `Prometheus: the agents counted only normal noise ${where}, about ${byReasonText(rising)}${l7}.`;
  const meaning = narrowed
    ? "counters know no pods, so none of that need concern this target"
    : "flows no longer show them";
  return `Prometheus: the agents counted about ${byReasonText(real)} ${where}${l7 === "" ? `; ${meaning}` : l7}.`;
}

/** The counters of the same reasons and directions. */
export function comparable({
  byReason,
  byDirection,
  totals,
}: Pick<Reconciled, "byReason" | "byDirection" | "totals">): Reconciled["totals"] {
  const directions = Object.keys(byDirection).filter((direction) => (byDirection[direction] ?? 0) > 0);
  const known = !directions.includes("TRAFFIC_DIRECTION_UNKNOWN");
  return totals.filter(
    ({ reason, direction }) => (byReason[reason] ?? 0) > 0 && (!known || directions.includes(direction)),
  );
}

function whyFewer({ agents, nodes, windowMs }: Reconciled): string {
  if (nodes > 0 && agents < nodes) return "the missing agents' packets are only in the flows";
  if (windowMs <= 120_000) return "over so short a time the scrape interval blurs the counters";
  return "counters are read once per scrape, so the newest packets are not in them yet";
}

function whyMore({ narrowed, gaps, windowMs }: Reconciled, difference: number): string {
  const missed = [
    ...(gaps === undefined || gaps.unreachedMs === 0
      ? []
      : [`flows reach back only ${roughDuration(windowMs - gaps.unreachedMs)}`]),
    ...(gaps !== undefined && gaps.nodeCount > 0 ? [`${counted(gaps.nodeCount, "node")} did not answer`] : []),
    ...(gaps !== undefined && gaps.lost > 0 ? ["events were lost"] : []),
    ...(gaps?.truncated || (gaps?.shed ?? 0) > 0 ? ["reading stopped early"] : []),
  ];
  const others = `counters know no pods, so the other ${numberText(difference)} hit somebody else`;
  if (narrowed)
    return missed.length === 0
      ? `${others} or fell between two scrapes`
      : `${others}, or were not seen: ${listed(missed)}`;
  return missed.length === 0 ? "drop events may be rate-limited or switched off on a node" : listed(missed);
}

function byReasonText(totals: Reconciled["totals"]): string {
  const sums = new Map<string, number>();
  for (const { text: label, packets } of totals) {
    // Agents write the number of a reason that they have no text for.
    const text = reasonFromText(label)?.text ?? label;
    if (packets > 0) sums.set(text, (sums.get(text) ?? 0) + packets);
  }
  const named = [...sums].toSorted((a, b) => b[1] - a[1]).map(([text, packets]) => `${numberText(packets)} ${text}`);
  return `${listed(named.slice(0, 3))}${named.length > 3 ? " and more" : ""}`;
}

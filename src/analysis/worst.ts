/** Which of the drops to speak about first, and whose policy it was. */
import type { DropPair, DropSummary } from "./drops.ts";
import { reasonFromText } from "./reasons.ts";
import type { ResolvedTarget } from "./target.ts";

/** Somebody's policy decided: only these name or have policies behind them. */
const policyReasons = new Set(["POLICY_DENIED", "POLICY_DENY", "AUTH_REQUIRED"]);

/** Most packets first, but what passes by itself (pods and agents that start or stop) stands behind, and noise only counts when asked for. */
export function ranked<Pair extends DropPair>(pairs: readonly Pair[], noiseToo: boolean): Pair[] {
  const wanted = pairs.filter((pair) => noiseToo || !pair.noise);
  const all = wanted.reduce((sum, { packets }) => sum + packets, 0);
  const weight = (pair: Pair) => (pair.noise ? 2 : reasonWeight(pair.reason, pair.packets / all));
  return wanted.toSorted((a, b) => weight(a) - weight(b) || b.packets - a.packets);
}

export function isPolicyReason(reason: string): boolean {
  return policyReasons.has(reason);
}

export interface DeniedEnd {
  readonly name: string;
  readonly labels: readonly string[];
  readonly direction: "ingress" | "egress";
}

/** The end whose policy decided: the receiver's on ingress, the sender's on egress. Undefined when the direction is not known. */
export function deniedEnd(pair: DropPair): DeniedEnd | undefined {
  if (pair.direction === "INGRESS")
    return { name: pair.destination, labels: pair.destinationLabels, direction: "ingress" };
  if (pair.direction === "EGRESS") return { name: pair.source, labels: pair.sourceLabels, direction: "egress" };
  return undefined;
}

/** Whether an end, by the name that answers give it, certainly belongs to the target. */
export function belongsTo(name: string, target: ResolvedTarget): boolean {
  const { workload } = target;
  if (workload && name === `${workload.namespace}/${workload.name}`) return true;
  if (target.target.kind === "namespace" && name.startsWith(`${target.target.name}/`)) return true;
  return target.pods.some((pod) => name === `${pod.namespace}/${pod.name}` || pod.ips.includes(name));
}

/** Packets by reason and direction without noise: as far as the listed pairs tell which packets those were. */
export function realCounts(
  drops: Pick<DropSummary, "byReason" | "byDirection" | "pairs">,
  noiseToo: boolean,
): Pick<DropSummary, "byReason" | "byDirection"> {
  const { byReason, byDirection, pairs } = drops;
  if (noiseToo) return { byReason, byDirection };
  const noisy = pairs.filter(({ noise }) => noise);
  const less = (key: "reason" | "direction", name: string) =>
    noisy.filter((pair) => pair[key] === name).reduce((sum, { packets }) => sum + packets, 0);
  const isNoise = (reason: string) => {
    const listed = pairs.filter((pair) => pair.reason === reason);
    return listed.length > 0 ? listed.every(({ noise }) => noise) : reasonFromText(reason)?.kind === "noise";
  };
  const without = (counts: Readonly<Record<string, number>>, key: "reason" | "direction") =>
    Object.entries(counts)
      .filter(([name]) => key === "direction" || !isNoise(name))
      .map(([name, packets]) => [name, packets - less(key, name)] as const)
      .filter(([, packets]) => packets > 0);
  return {
    byReason: Object.fromEntries(without(byReason, "reason")),
    byDirection: Object.fromEntries(without(byDirection, "direction")),
  };
}

/** Reasons with their packets, in the same order as pairs. */
export function rankedReasons(
  byReason: Readonly<Record<string, number>>,
): (readonly [reason: string, packets: number])[] {
  const entries = Object.entries(byReason);
  const all = entries.reduce((sum, [, packets]) => sum + packets, 0);
  const weight = ([reason, packets]: readonly [string, number]) => reasonWeight(reason, packets / all);
  return entries.toSorted((a, b) => weight(a) - weight(b) || b[1] - a[1]);
}

/** Packets without those that are noise. */
export function realPackets(drops: DropSummary, noiseToo: boolean): number {
  return noiseToo ? drops.packets : Math.max(0, drops.packets - drops.noise);
}

export function deniedRequests(drops: DropSummary): number {
  return drops.l7Denials.reduce((sum, { count }) => sum + count, 0) + drops.foldedL7.count;
}

/** Policy decisions always stand in front; other reasons only where they are more than a stray packet. */
function reasonWeight(reason: string, share: number): number {
  const kind = reasonFromText(reason)?.kind;
  if (kind === "policy") return 0;
  return kind === "churn" || kind === "internal" || kind === "unused" || share < 0.01 ? 1 : 0;
}

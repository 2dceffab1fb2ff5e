/** What a record of Hubble's says about policies: whether something was let through or refused that somebody had begun. Replies say nothing. */
import { tracePoints } from "../../analysis/compact/words.ts";
import { EventType, type Flow, Verdict } from "../../analysis/flow.ts";
import type { Observed } from "../../policy/replay/observed.ts";

/** POLICY_DENIED, POLICY_DENY, AUTH_REQUIRED: the only reasons that are about policies. */
const policyReasons = new Set([133, 181, 189]);
/** Seen on the way into Cilium: before services are translated and before anything is decided. */
const isEntry = tracePoints.map((name) => name.startsWith("from-"));

/** Null: nothing that counts. Of a refused packet, Hubble has two records; the drop counts. */
export function seenAs(flow: Flow): Observed["seen"] | null {
  const { verdict, eventType, isReply, dropReason } = flow;
  if (isReply === true) return null;
  if (eventType === EventType.l7) {
    if (flow.l7?.kind !== "request") return null;
    return verdict === Verdict.dropped ? "dropped" : passes(verdict) ? "passed" : null;
  }
  if (eventType === EventType.drop)
    return verdict === Verdict.dropped && policyReasons.has(dropReason) ? "dropped" : null;
  if (eventType === EventType.policyVerdict)
    return verdict === Verdict.audit ? "audited" : passes(verdict) ? "passed" : null;
  // A trace that does not say whether it is a reply may be one.
  if (eventType !== EventType.trace || isReply !== false || isEntry[flow.eventSubType] === true) return null;
  return passes(verdict) ? "passed" : null;
}

function passes(verdict: number): boolean {
  return verdict === Verdict.forwarded || verdict === Verdict.redirected;
}

/** Hubble's summary is all that is left of it: `ICMPv4 EchoRequest`. 0: not known, or a message that answers something. */
export function icmpType({ protocol, summary }: Flow): number {
  const name = /^ICMPv[46] ([A-Za-z]+)/.exec(summary)?.[1] ?? "";
  return (protocol === "ICMPv4" ? icmpv4 : icmpv6)[name] ?? 0;
}

const icmpv4: Readonly<Record<string, number>> = { EchoRequest: 8, TimestampRequest: 13 };
const icmpv6: Readonly<Record<string, number>> = {
  EchoRequest: 128,
  RouterSolicitation: 133,
  RouterAdvertisement: 134,
  NeighborSolicitation: 135,
  NeighborAdvertisement: 136,
};

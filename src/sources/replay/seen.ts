/** What a record of Hubble's says about policies: whether something was let through or refused that somebody had begun. Replies say nothing. */
import { tracePoints } from "../../analysis/compact/words.ts";
import { Direction, EventType, type Flow, Verdict } from "../../analysis/flow.ts";
import type { Denial, Observed } from "../../policy/replay/observed.ts";

/** POLICY_DENIED, POLICY_DENY, AUTH_REQUIRED: the only reasons that are about policies. */
const policyReasons = new Map<number, Denial["reason"]>([
  [133, "default-deny"],
  [181, "explicit-deny"],
  [189, "authentication"],
]);
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

/** A packet that was dropped and that no policy has to do with: no rule would let it through. */
export function isOtherDrop({ verdict, eventType, dropReason }: Flow): boolean {
  return eventType === EventType.drop && verdict === Verdict.dropped && !policyReasons.has(dropReason);
}

/** Of a record that `seenAs` calls dropped. */
export function denialOf({ eventType, dropReason, direction }: Flow): Denial {
  const side = direction === Direction.ingress ? "ingress" : direction === Direction.egress ? "egress" : null;
  return { side, reason: eventType === EventType.l7 ? "l7" : (policyReasons.get(dropReason) ?? "default-deny") };
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

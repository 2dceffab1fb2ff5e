/** Numbers of a flow in the words of Hubble's printer and of its JSON. A number that has no word stands for itself. */
import { EventType, type Flow, Verdict } from "../flow.ts";
import { reasonOf } from "../reasons.ts";

export interface NamedNumber {
  readonly number: number;
  readonly name: string;
}

/** DebugCapturePoint. */
export const capturePoints: readonly NamedNumber[] = [
  { number: 0, name: "DBG_CAPTURE_POINT_UNKNOWN" },
  { number: 4, name: "DBG_CAPTURE_DELIVERY" },
  { number: 5, name: "DBG_CAPTURE_FROM_LB" },
  { number: 6, name: "DBG_CAPTURE_AFTER_V46" },
  { number: 7, name: "DBG_CAPTURE_AFTER_V64" },
  { number: 8, name: "DBG_CAPTURE_PROXY_PRE" },
  { number: 9, name: "DBG_CAPTURE_PROXY_POST" },
  { number: 10, name: "DBG_CAPTURE_SNAT_PRE" },
  { number: 11, name: "DBG_CAPTURE_SNAT_POST" },
];

export const verdictNames = words("VERDICT_UNKNOWN FORWARDED DROPPED ERROR AUDIT REDIRECTED TRACED TRANSLATED");
export const authNames = words("DISABLED SPIRE TEST_ALWAYS_FAIL");
export const socketPoints = words(
  "UNKNOWN PRE_DIRECTION_FWD POST_DIRECTION_FWD PRE_DIRECTION_REV POST_DIRECTION_REV",
).map((name) => `SOCK_XLATE_POINT_${name}`);
/** Sub types of trace events. */
export const tracePoints = words(
  "to-endpoint to-proxy to-host to-stack to-overlay from-endpoint from-proxy from-host from-stack from-overlay from-network to-network from-crypto to-crypto",
);
export const flowTypes = words("UNKNOWN_TYPE L3_L4 L7 SOCK");
export const directionNames = words("TRAFFIC_DIRECTION_UNKNOWN INGRESS EGRESS");

const identities = words(
  "unknown host world unmanaged health init remote-node kube-apiserver ingress world-ipv4 world-ipv6",
);
const matchTypes = words("none L3-Only L3-L4 L4-Only all L3-Proto Proto-Only");
const socketWords = words("pre-xlate-fwd post-xlate-fwd pre-xlate-rev post-xlate-rev");

/** Return codes of the datapath that are no DropReason but may stand in its place. */
const returnCodes: readonly (string | undefined)[] = [
  undefined,
  undefined,
  "Invalid packet",
  "Interface",
  "Interface Decrypted",
  "LB, sock cgroup: No backend slot entry found",
  "LB, sock cgroup: No backend entry found",
  "LB, sock cgroup: Reverse entry update failed",
  "LB, sock cgroup: Reverse entry stale",
  "Fragmented packet",
  "Fragmented packet entry update failed",
  "Missed tail call to custom program",
];

export function nameOf(names: readonly string[], number: number): string {
  return names[number] ?? String(number);
}

export function capturePointName(number: number): string {
  return capturePoints.find((point) => point.number === number)?.name ?? String(number);
}

/** `(world)`, `(ID:37711)`. */
export function identityText(identity: number): string {
  return `(${identities[identity] ?? `ID:${identity}`})`;
}

/** `to-endpoint`, `Policy denied`, `policy-verdict:none INGRESS`, `http-request`, `dns-response proxy`. */
export function typeText(flow: Flow): string {
  const { l7, eventType, eventSubType, direction, details } = flow;
  if (l7 !== undefined) {
    const kind = `${l7.protocol === "" ? "l7" : l7.protocol}-${l7.kind === "unknown" ? "unknown_l7_type" : l7.kind}`;
    return l7.protocol === "dns" ? `${kind} ${l7.observationSource}` : kind;
  }
  switch (eventType) {
    case EventType.trace:
      return nameOf(tracePoints, eventSubType);
    case EventType.drop:
      return reasonOf(eventSubType)?.text ?? returnCodes[eventSubType] ?? `${eventSubType}, 0`;
    case EventType.policyVerdict:
      return `policy-verdict:${matchTypes[flow.policyMatchType] ?? "unknown"} ${nameOf(directionNames, direction)}`;
    case EventType.capture:
      return capturePointName(details?.capturePoint ?? 0);
    case EventType.socket: {
      const point = details?.socketPoint ?? 0;
      return socketWords[point - 1] ?? nameOf(socketPoints, point);
    }
    default:
      return "UNKNOWN";
  }
}

/** On policy verdicts what the policy says, elsewhere what became of the packet. */
export function verdictText({ verdict, eventType }: Flow): string {
  if (eventType === EventType.policyVerdict) {
    if (verdict === Verdict.forwarded || verdict === Verdict.redirected) return "ALLOWED";
    if (verdict === Verdict.dropped || verdict === Verdict.error) return "DENIED";
    if (verdict === Verdict.audit) return "AUDITED";
  }
  return nameOf(verdictNames, verdict);
}

function words(text: string): string[] {
  return text.split(" ");
}

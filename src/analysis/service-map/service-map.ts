/**
 * Who talks to whom, as data: the finding of the `map` reducer. A node is a workload (else what `endpoint-name.ts` calls an end); outside addresses without a DNS
 * name are one node, `world`. An edge is a client, a server and the server's port: what answered, also where the answer was dropped, is the server.
 */
export interface ServiceMap {
  /** Those with drops first, then those without an answer, then by flows, lookups last; then by name, so that equal input gives equal output. */
  readonly edges: readonly MapEdge[];
  /** What stands behind the edges that are not listed. Beyond 5,000 different edges their number is about right. */
  readonly folded: { readonly edges: number; readonly flows: number; readonly dropped: number };
  /** What is left out on purpose; nothing of it was dropped, but for the noise. */
  readonly hidden: Readonly<Record<HiddenKind, { readonly edges: number; readonly flows: number }>>;
}

/** `probe`: health checks of the kubelet and of Cilium. `scrape`: metrics collectors. `noise`: drops that are normal (`noise.ts`). */
export const hiddenKinds = ["probe", "scrape", "noise"] as const;
export type HiddenKind = (typeof hiddenKinds)[number];

/** `dns`: lookups, which every workload makes: worth an edge after all others. */
export type EdgeKind = "service" | "dns" | HiddenKind;

export interface MapEdge {
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  readonly protocol: string;
  readonly kind: EdgeKind;
  /** Records of what passed towards the server, by the trace points of the side that saw more: both ends' nodes see the same packet. What left and was dropped where it arrived did not pass, and neither did what is `unanswered`. */
  readonly flows: number;
  /** Requests that a proxy let pass, of the side that saw more. */
  readonly requests: number;
  /** Packets. */
  readonly dropped: number;
  /** Requests that a proxy refused. */
  readonly refused: number;
  /** Policy verdicts of packets that would be dropped if the policy were enforced; they passed. */
  readonly audited: number;
  /** Records of TCP that left its node, over a second or longer, and of which no record says that it arrived or that an answer came. Absent where there are none, or where what was asked for leaves answers out. */
  readonly unanswered?: number;
  /** RFC 3339, milliseconds. */
  readonly first: string;
  readonly last: string;
}

/** Of what was seen on an edge, the part that a proxy read: 0 to 1. */
export function l7Share({ flows, requests, refused }: Pick<MapEdge, "flows" | "requests" | "refused">): number {
  const read = requests + refused;
  return read === 0 ? 0 : read / (flows + read);
}

/** How far connections of a pair came, as data: the finding of the `trace` reducer. An attempt is one client port: the same SYN sent again, and seen on two nodes, is one. */

/** From the client to the server and back, each the furthest that an attempt came. */
export const stages = [
  /** Dropped where it began, by what `reason` says. */
  "dropped-at-source",
  /** The same, to an address whose DNS name was last answered longer ago than that answer's TTL. */
  "name-expired",
  /** The service's address has no backend. */
  "no-backend",
  /** It left, and the node of the destination, which answered and lost nothing, has no record of it. */
  "lost",
  /** It left the cluster, and no answer came back. */
  "outside",
  "dropped-at-destination",
  /** It arrived, and no answer was seen. */
  "unanswered",
  /** RST from the destination before anything else: nothing listens there. */
  "refused",
  /** The answer was dropped on its way back. */
  "answer-dropped",
  /** SYN-ACK, or an answer where there is no such thing. */
  "answered",
  "established",
  /** Established, and a proxy refused a request. */
  "l7-refused",
  /** What was seen is not enough: `because` says why. */
  "unknown",
] as const;
export type Stage = (typeof stages)[number];

/** Why a stage is not known: a node did not answer, events were lost or left out, flows do not reach back, the attempt is too young, or no packet was seen on its way. */
export type Because = "" | "node" | "lost" | "reach" | "young" | "traces";

export interface TraceSummary {
  readonly attempts: number;
  /** Attempts by stage; those without any are absent. */
  readonly byStage: Readonly<Partial<Record<Stage, number>>>;
  /** Most attempts first, at most 20. */
  readonly rows: readonly TraceRow[];
  readonly folded: { readonly rows: number; readonly attempts: number };
  /** The newest of each stage first, at most five. */
  readonly examples: readonly TraceExample[];
  /** Lookups of the destination's name by the source; at most five. */
  readonly names: readonly TraceName[];
  /** Connections of the source's sockets to a service's address, and how many of them were given a backend; at most five. */
  readonly services: readonly TraceService[];
  /** Attempts whose packets arrived with a node's address in place of the source's (SNAT): to the receiver's policies that node sent them. Left out by programs that do not know of it yet. */
  readonly translated?: number | undefined;
  /** The destination opened connections to the source: none of them is an attempt. Absent where it did not. */
  readonly reversed?: boolean | undefined;
}

export interface TraceRow {
  readonly stage: Stage;
  readonly because: Because;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
  /** Where it stopped: the node of the drop, of the refusal, or where it should have arrived; "" when not known. */
  readonly node: string;
  /** DropReason's name, or the number as text; "" where nothing was dropped. */
  readonly reason: string;
  /** The DNS name of an outside address, as the source looked it up; "". */
  readonly name: string;
  /** `name-expired`: milliseconds from the end of the TTL to the newest attempt. */
  readonly lateMs: number;
  readonly attempts: number;
  /** First packets, each counted once though both nodes see it. */
  readonly packets: number;
  /** RFC 3339. */
  readonly first: string;
  readonly last: string;
}

export interface TraceExample extends Pick<TraceRow, "stage" | "source" | "destination" | "port" | "protocol"> {
  readonly sourceNode: string;
  readonly destinationNode: string;
  readonly clientPort: number;
  /** Both ends are on the node that saw it: what the one sends is recorded once. Absent where they are not, or where that is not known. */
  readonly sameNode?: boolean;
  /** RFC 3339, of the first record. */
  readonly time: string;
  /** At most twelve, oldest first. */
  readonly events: readonly TraceEvent[];
}

export interface TraceEvent {
  /** Milliseconds since the first. */
  readonly at: number;
  readonly side: Side;
  readonly what: "SYN" | "SYN-ACK" | "RST" | "FIN" | "data" | "answer" | "request";
  readonly how: "sent" | "left" | "arrived" | "dropped" | "refused";
  /** As in `TraceRow`. */
  readonly reason: string;
}

/** The client's node, the server's node. */
export type Side = "source" | "destination";

export interface TraceName {
  readonly name: string;
  /** Answers: that there is no such name, that there is, with an address, and refusals. */
  readonly missing: number;
  readonly found: number;
  readonly refused: number;
  /** RFC 3339. */
  readonly last: string;
}

export interface TraceService {
  /** `namespace/name`. */
  readonly service: string;
  readonly asked: number;
  readonly translated: number;
}

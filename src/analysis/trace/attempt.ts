/** One attempt of a connection: what both nodes saw of it, and how far it came. */
import type { Flow } from "../flow.ts";
import { reasonName } from "../reasons.ts";
import type { Sighting } from "./packet.ts";
import type { Because, Side, Stage, TraceEvent } from "./trace.ts";

export interface Attempt {
  readonly source: string;
  readonly destination: string;
  readonly serverIp: string;
  readonly clientIp: string;
  readonly port: number;
  readonly clientPort: number;
  readonly protocol: string;
  /** Outside the cluster: no node sees it arrive. */
  readonly isOutside: boolean;
  first: number;
  last: number;
  readonly nodes: Record<Side, string>;
  /** First packets by the side that saw them. */
  readonly syns: Record<Side, number>;
  left: boolean;
  arrived: boolean;
  synAck: boolean;
  answered: boolean;
  reset: boolean;
  /** Something else than a SYN passed from the client. */
  went: boolean;
  finished: boolean;
  /** It arrived with a node's address. */
  translated: boolean;
  refused: string;
  dropped: Drop | undefined;
  answerDropped: Drop | undefined;
  readonly events: (Omit<TraceEvent, "at"> & { readonly time: number })[];
}

interface Drop {
  readonly side: Side;
  readonly node: string;
  readonly reason: string;
}

const mostEvents = 12;
/** A record and its policy verdict are so near, in milliseconds, and so is a run of data. */
const twinMs = 50;

export function newAttempt(
  who: Pick<
    Attempt,
    "source" | "destination" | "serverIp" | "clientIp" | "port" | "clientPort" | "protocol" | "isOutside"
  >,
): Attempt {
  // Written out: spreading parts into it was a third of the time that attempts take.
  return {
    source: who.source,
    destination: who.destination,
    serverIp: who.serverIp,
    clientIp: who.clientIp,
    port: who.port,
    clientPort: who.clientPort,
    protocol: who.protocol,
    isOutside: who.isOutside,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    nodes: { source: "", destination: "" },
    syns: { source: 0, destination: 0 },
    left: false,
    arrived: false,
    synAck: false,
    answered: false,
    reset: false,
    went: false,
    finished: false,
    translated: false,
    refused: "",
    dropped: undefined,
    answerDropped: undefined,
    events: [],
  };
}

export function addSighting(attempt: Attempt, flow: Flow, sighting: Sighting): void {
  const { side, what, how, isTwin } = sighting;
  const { time, node } = flow;
  attempt.first = Math.min(attempt.first, time);
  attempt.last = Math.max(attempt.last, time);
  attempt.nodes[side] ||= node;
  const reason = how === "dropped" ? reasonName(flow.dropReason) : "";
  const isKnown = attempt.events.some(
    (event) => event.side === side && event.what === what && event.how === how && Math.abs(event.time - time) < twinMs,
  );
  if (!isKnown && attempt.events.length < mostEvents) attempt.events.push({ time, side, what, how, reason });
  if (sighting.isAnswer) {
    addAnswer(attempt, sighting, { side, node, reason });
    return;
  }
  if (how === "refused") attempt.refused = node;
  else if (how === "dropped") attempt.dropped ??= { side, node, reason };
  if (how === "left") attempt.left = true;
  if (how === "arrived") attempt.arrived = true;
  if (what === "SYN" || attempt.protocol !== "TCP") attempt.syns[side] += isTwin || how === "sent" ? 0 : 1;
  if (attempt.protocol === "TCP" && (what === "data" || what === "FIN") && how !== "dropped") attempt.went = true;
  if (what === "FIN" || what === "RST") attempt.finished = true;
}

function addAnswer(attempt: Attempt, { what, how }: Sighting, drop: Drop): void {
  if (how === "dropped") attempt.answerDropped ??= drop;
  if (what === "RST") attempt.reset = true;
  else attempt.answered = true;
  if (what === "SYN-ACK") attempt.synAck = true;
  if (what === "FIN" || what === "RST") attempt.finished = true;
}

export interface Verdict {
  readonly stage: Stage;
  readonly because: Because;
  readonly node: string;
  readonly reason: string;
}

/** `blind`: why records of the other node can be missing; "" when they cannot. */
export function verdictOf(attempt: Attempt, blind: (node: string) => Because, home: string): Verdict {
  const { nodes, dropped, answerDropped } = attempt;
  const at = (stage: Stage, node = "", reason = ""): Verdict => ({ stage, because: "", node, reason });
  const unknown = (because: Because, node = ""): Verdict => ({ stage: "unknown", because, node, reason: "" });
  if (attempt.refused !== "") return at("l7-refused", attempt.refused);
  if (answerDropped !== undefined && !attempt.went)
    return at("answer-dropped", answerDropped.node, answerDropped.reason);
  if (attempt.reset && !attempt.answered) return at("refused", nodes.destination);
  if (attempt.protocol === "TCP" && attempt.went && (attempt.answered || attempt.arrived))
    return at("established", nodes.destination);
  if (attempt.answered) return at("answered", nodes.destination);
  if (dropped?.reason === "SERVICE_BACKEND_NOT_FOUND") return at("no-backend", dropped.node, dropped.reason);
  if (dropped !== undefined)
    return at(dropped.side === "source" ? "dropped-at-source" : "dropped-at-destination", dropped.node, dropped.reason);
  if (attempt.isOutside) return attempt.left ? at("outside", nodes.source) : unknown("traces", nodes.source);
  if (attempt.arrived) {
    const because = blind(nodes.destination);
    return because === "" ? at("unanswered", nodes.destination) : unknown(because, nodes.destination);
  }
  if (!attempt.left) return unknown("traces", nodes.source);
  const because = blind(home);
  return because === "" ? at("lost", home) : unknown(because, home);
}

/** Flows → TraceSummary, while they stream, in bounded memory: so many attempts are open at once, and the oldest make room. */
import type { Coverage } from "../coverage.ts";
import { createEndpointNames, type WorkloadOf } from "../endpoint-name.ts";
import { EventType, type Flow } from "../flow.ts";
import { gapsOf } from "../gaps.ts";
import { defaultRedaction, type Redaction } from "../redact.ts";
import type { Window } from "../select.ts";
import type { Target } from "../target.ts";
import { type Attempt, addSighting, newAttempt, type Verdict, verdictOf } from "./attempt.ts";
import { createNames } from "./names.ts";
import { keyOf, sightingOf, tupleOf } from "./packet.ts";
import { createRows } from "./rows.ts";
import { createServices } from "./services.ts";
import type { Because, TraceSummary } from "./trace.ts";
import { createTranslations } from "./translations.ts";

export interface TraceOptions {
  readonly window: Window;
  readonly to: Target;
  /** Null: any port. */
  readonly port: number | null;
  readonly protocol: string;
  /** Namespace of the source, for names as it writes them; "" when it has none. */
  readonly sourceNamespace: string;
  /** The node of a pod's address, of either end, where the cluster knows it. */
  readonly nodeOf: ReadonlyMap<string, string>;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export interface TraceReducer {
  /**
   * Whose packet it is: the pair's, a lookup by the source, a connection to an outside address that may turn out to be the destination's, or one between a node
   * and the destination, which is the source's where its packets left with the node's address (SNAT). `reverse` is of a connection that the destination opened.
   */
  add(flow: Flow, what: "pair" | "reverse" | "lookup" | "outside" | "node"): void;
  finish(coverage: Coverage): TraceSummary;
}

const mostOpen = 4_000;
const atOnce = 1_000;
/** A client port that is used again after so long is another attempt, in milliseconds. */
const idleMs = 60_000;
const reuseMs = 5;
/** The last SYN of a client that gives up after a while; younger ones may yet be answered. */
const youngMs = 1_500;

export function createTraceReducer(options: TraceOptions): TraceReducer {
  const { window, to, port, protocol, sourceNamespace, nodeOf, workloadOf, redaction = defaultRedaction } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const lookups = createNames(to, sourceNamespace, redaction);
  const services = createServices(port);
  const open = new Map<string, Attempt>();
  /** Learnt from records of the destination's own node. */
  const homes = new Map<string, string>(nodeOf);
  const rows = createRows(names, lookups);
  const again = new Set<Attempt>();
  const translations = createTranslations();
  let reversed = false;

  function attemptOf(flow: Flow, answer: boolean, isOpening: boolean, isOwn: boolean): Attempt | undefined {
    const { serverIp, clientPort, serverPort, ...client } = tupleOf(flow, answer);
    const key = keyOf(flow.protocol, { ...client, serverIp, clientPort, serverPort });
    const known = open.get(key);
    // Relay's order is about right: a SYN that comes late lies before the end of its own connection.
    const isOther = known !== undefined && isOpening && flow.time > known.last + (known.finished ? reuseMs : idleMs);
    if (known !== undefined && !isOther) return known;
    if (known !== undefined) again.add(known);
    if (open.size + again.size >= mostOpen) makeRoom();
    const server = answer ? flow.source : flow.destination;
    const attempt = newAttempt({
      source: answer ? names.destination(flow) : names.source(flow),
      destination: answer ? names.source(flow) : names.destination(flow),
      ...{ serverIp, clientIp: client.clientIp, port: serverPort, clientPort, protocol: flow.protocol },
      isOutside: !isOwn || isWorld(server.identity),
    });
    open.set(key, attempt);
    return attempt;
  }

  /** Many at once, the oldest first: taking one away from the front of a map is slow. */
  function makeRoom(): void {
    const isLost = () => "lost" as const;
    for (const oldest of again) settle(oldest, isLost);
    again.clear();
    for (const [key, oldest] of open) {
      if (open.size <= mostOpen - atOnce) return;
      open.delete(key);
      settle(oldest, isLost);
    }
  }

  function settle(attempt: Attempt, blind: (attempt: Attempt, node: string) => Because): void {
    if (!isAsked(attempt)) return;
    const home = homes.get(attempt.serverIp) ?? "";
    const verdict: Verdict = verdictOf(attempt, (node) => blind(attempt, node), home);
    rows.add(attempt, verdict, isOnOneNode(attempt));
  }

  /** One of the two ends' nodes has no record, and it is the other's. */
  function isOnOneNode({ nodes, clientIp, serverIp }: Attempt): boolean {
    const [source, destination] = [nodes.source || homes.get(clientIp), nodes.destination || homes.get(serverIp)];
    return source !== undefined && destination !== undefined && short(source) === short(destination);
  }

  function isAsked(attempt: Attempt): boolean {
    if (port !== null && attempt.protocol !== protocol) return false;
    if (port !== null && attempt.port !== 0 && attempt.port !== port && !services.ports.has(attempt.port)) return false;
    return (
      !attempt.isOutside || to.kind !== "fqdn" || lookups.own.has(attempt.serverIp) || attempt.destination === to.name
    );
  }

  function addPacket(flow: Flow, isOwn: boolean, isTranslated = false): void {
    const sighting = sightingOf(flow);
    if (sighting === undefined) return;
    const isOpening = sighting.what === "SYN";
    const attempt = attemptOf(flow, sighting.isAnswer, isOpening, isOwn);
    if (attempt === undefined) return;
    addSighting(attempt, flow, sighting);
    if (isTranslated) attempt.translated = true;
    if (sighting.side === "destination" && !attempt.isOutside && homes.size < mostOpen)
      homes.set(attempt.serverIp, flow.node);
  }

  return {
    add(flow, what) {
      if (!(flow.time >= window.from && flow.time < window.to)) return;
      if (what === "lookup") return lookups.add(flow);
      if (what === "reverse") {
        reversed = true;
        return;
      }
      if (flow.eventType === EventType.socket) return what === "node" ? undefined : services.add(flow);
      const own = what === "node" ? translations.original(flow) : flow;
      if (own === undefined) return;
      addPacket(own, what !== "outside", what === "node");
      if (what === "pair") for (const waiting of translations.learn(flow)) addPacket(waiting, true, true);
    },
    finish(coverage) {
      const gaps = gapsOf(coverage, window);
      const missing = new Set(gaps.nodes.map(short));
      const oldest = coverage.oldest === null ? Number.POSITIVE_INFINITY : Date.parse(coverage.oldest);
      const blind = (attempt: Attempt, node: string): Because => {
        if (gaps.nodeCount > 0 && (node === "" || missing.size < gaps.nodeCount || missing.has(short(node))))
          return "node";
        if (gaps.lost > 0 || gaps.shed > 0 || gaps.truncated) return "lost";
        if (attempt.first < oldest) return "reach";
        return window.to - attempt.last < youngMs ? "young" : "";
      };
      for (const attempt of [...again, ...open.values()]) settle(attempt, blind);
      const whole = gaps.nodeCount === 0 && gaps.lost === 0 && gaps.shed === 0 && !gaps.truncated;
      return {
        ...rows.finish(whole),
        ...{ names: lookups.list(), services: services.list() },
        ...(reversed && { reversed }),
      };
    },
  };
}

/** `cluster/node` and `node` are the same one. */
function short(node: string): string {
  return node.slice(node.lastIndexOf("/") + 1);
}

function isWorld(identity: number): boolean {
  return identity === 2 || identity === 9 || identity === 10 || identity >>> 24 === 1;
}

/**
 * Flow → edge. Ends are named as in all answers, by workload and not by pod. An outside address without a DNS name is `world`, not its /24: the internet has 16 million
 * of them, and whoever scans a cluster would fill every sketch; the DNS names themselves are limited in number for the same reason.
 */

import { namespaceKey } from "../../policy/labels.ts";
import { createEndpointNames, type WorkloadOf } from "../endpoint-name.ts";
import { type Endpoint, EventType, type Flow, type NamespacedName, Verdict } from "../flow.ts";
import { isDenial } from "../l7-denials.ts";
import { reasonName } from "../reasons.ts";
import { isAddress } from "../redact/host.ts";
import type { Redaction } from "../redact.ts";
import type { Edge, EdgeVerdict } from "./edge.ts";

export interface EdgeReader {
  /** Undefined: the flow is none of what sketches count (the twin of a drop, a trace that opens nothing). */
  edge(flow: Flow): Edge | undefined;
  /** A pod's name as its workload's, where that became known since. */
  settled(name: string): string;
  /** Outside names that were taken for `world` because there were too many. */
  readonly unnamed: number;
}

export interface EdgeReaderOptions {
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

const mostOutside = 1_000;

export function createEdgeReader({ workloadOf, redaction }: EdgeReaderOptions = {}): EdgeReader {
  const names = createEndpointNames(workloadOf, redaction);
  const outside = new Set<string>();
  let unnamed = 0;

  function endName(name: string, { identity }: Endpoint): string {
    if (isAddress(name)) return isOutside(identity) ? "world" : "unknown";
    if (!isOutside(identity) || outside.has(name)) return name;
    if (outside.size < mostOutside) outside.add(name);
    else {
      unnamed += 1;
      return "world";
    }
    return name;
  }

  return {
    edge(flow) {
      const verdict = verdictOf(flow);
      if (verdict === undefined) return undefined;
      const from = endName(names.source(flow), flow.source);
      const to = endName(names.destination(flow), flow.destination);
      const fromNamespace = namespaceOfEnd(flow.source, flow.sourceService);
      const toNamespace = namespaceOfEnd(flow.destination, flow.destinationService);
      const { protocol } = flow;
      const reason = reasonOf(flow, verdict);
      // Written out: tens of thousands a second come by.
      const isBack = isAnswer(flow);
      return {
        source: isBack ? to : from,
        destination: isBack ? from : to,
        sourceNamespace: isBack ? toNamespace : fromNamespace,
        destinationNamespace: isBack ? fromNamespace : toNamespace,
        port: isBack ? flow.sourcePort : flow.destinationPort,
        protocol,
        verdict,
        reason,
      };
    },
    settled: names.settled,
    get unnamed() {
      return unnamed;
    },
  };
}

/** Drops are counted by their drop event, not by the verdict beside it. */
function verdictOf(flow: Flow): EdgeVerdict | undefined {
  if (flow.verdict === Verdict.dropped && flow.eventType === EventType.drop) return "dropped";
  if (isDenial(flow)) return "refused";
  return isOpening(flow) ? "forwarded" : undefined;
}

/** What the feed of openings asks Relay for: the first packet of a TCP connection, wherever it was seen. */
export function isOpening({ verdict, isReply, protocol, eventType }: Flow): boolean {
  return (
    (verdict === Verdict.forwarded || verdict === Verdict.redirected) &&
    (eventType === EventType.trace || eventType === EventType.policyVerdict) &&
    isReply === false &&
    protocol === "TCP"
  );
}

function reasonOf({ dropReason, l7 }: Flow, verdict: EdgeVerdict): string {
  if (verdict === "forwarded") return "";
  return verdict === "dropped" ? reasonName(dropReason) : (l7?.protocol ?? "").toUpperCase();
}

/** Linux gives clients ports from here on; NodePorts end below. */
const clientPorts = 32_768;

/** From the server: drops do not say, but their ports tell. */
function isAnswer({ isReply, sourcePort, destinationPort }: Flow): boolean {
  return isReply ?? (destinationPort >= clientPorts && sourcePort > 0 && sourcePort < clientPorts);
}

const prefix = `k8s:${namespaceKey}=`;

function namespaceOfEnd(end: Endpoint, service: NamespacedName | undefined): string {
  if (end.namespace !== "") return end.namespace;
  const label = end.labels.find((one) => one.startsWith(prefix));
  return label?.slice(prefix.length) ?? service?.namespace ?? "";
}

/** World, and the identities that a node gives to CIDRs and DNS names. */
function isOutside(identity: number): boolean {
  return identity === 2 || identity === 9 || identity === 10 || identity >>> 24 === 1;
}

/**
 * Did it get through in the end? A pair that was dropped and answered afterwards is no outage. A packet counts as through when it reached the receiver's pod, or when an answer came back:
 * what only left the sender's node may still be dropped at the other one.
 */
import { createEndpointNames, type WorkloadOf } from "./endpoint-name.ts";
import { EventType, type Flow, Verdict } from "./flow.ts";
import { isAddress } from "./redact/host.ts";
import type { Redaction } from "./redact.ts";
import type { FlowFilter } from "./select.ts";
import { reservedIdentities } from "./target-words.ts";

export interface LaterPair {
  /** As `DropPair` has them. */
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  readonly protocol: string;
  /** Epoch milliseconds of its last drop. */
  readonly last: number;
}

export interface Later {
  add(flow: Flow): void;
  /** By place. */
  through(): readonly boolean[];
}

/** TraceToLxc: handed to the pod. */
const toEndpoint = 0;

export function createLater(
  pairs: readonly LaterPair[],
  workloadOf: WorkloadOf | undefined,
  redaction: Redaction | undefined,
): Later {
  const names = createEndpointNames(workloadOf, redaction);
  /** The last time that each tuple was seen to work; names may be learnt better later, so they are settled at the end. */
  const seen = new Map<string, number>();

  return {
    add(flow) {
      if (!isThrough(flow)) return;
      const { time, protocol, isReply } = flow;
      const [from, to] = [names.source(flow), names.destination(flow)];
      const key =
        isReply === true
          ? tupleOf(to, from, flow.sourcePort, protocol)
          : tupleOf(from, to, flow.destinationPort, protocol);
      const before = seen.get(key);
      if (before === undefined ? seen.size < mostTuples : before < time) seen.set(key, time);
    },
    through() {
      const settled = new Map<string, number>();
      for (const [key, time] of seen) {
        const [from = "", to = "", port = "", protocol = ""] = key.split("\n");
        const name = tupleOf(names.settled(from), names.settled(to), Number(port), protocol);
        settled.set(name, Math.max(settled.get(name) ?? 0, time));
      }
      return pairs.map(
        ({ source, destination, port, protocol, last }) =>
          (settled.get(tupleOf(source, destination, port, protocol)) ?? 0) > last,
      );
    },
  };
}

/** Pairs are few; what else the filters let through has a bound. */
const mostTuples = 5_000;

function isThrough({ verdict, eventType, eventSubType, isReply, destination }: Flow): boolean {
  if (eventType !== EventType.trace || (verdict !== Verdict.forwarded && verdict !== Verdict.redirected)) return false;
  return isReply === true || (eventSubType === toEndpoint && destination.pod !== "");
}

function tupleOf(source: string, destination: string, port: number, protocol: string): string {
  return `${source}\n${destination}\n${port}\n${protocol}`;
}

/** What the server is to send: both ways of each pair. Names are prefixes to Hubble, and pods are not always called after their workload, so that these may be wider than the pairs. */
export function laterFilters(pairs: readonly LaterPair[]): FlowFilter[] {
  return pairs.flatMap(({ source, destination, port, protocol }): FlowFilter[] => {
    const common: FlowFilter = {
      verdict: [Verdict.forwarded, Verdict.redirected],
      eventType: [{ type: EventType.trace }],
      ...(protocol !== "" && { protocol: [protocol.toLowerCase()] }),
    };
    const [there, back] = port === 0 ? [{}, {}] : [{ destinationPort: [String(port)] }, { sourcePort: [String(port)] }];
    return [
      { ...common, ...there, ...endFilter("source", source), ...endFilter("destination", destination) },
      { ...common, ...back, ...endFilter("destination", source), ...endFilter("source", destination) },
    ];
  });
}

/** Nothing where a name is no more than a name: an address is one, a DNS name may have several. */
function endFilter(side: "source" | "destination", name: string): FlowFilter {
  const is = <Key extends string>(key: Key, value: unknown) => ({ [`${side}${key}`]: value }) as FlowFilter;
  const identity = reservedIdentities.get(name) ?? 0;
  if (identity !== 0) return is("Identity", [identity]);
  if (isAddress(name)) return is("Ip", [name]);
  const [namespace = "", rest] = name.split("/");
  return rest === undefined || namespace === "svc" ? {} : is("Pod", [`${namespace}/`]);
}

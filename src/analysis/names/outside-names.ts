/** Which DNS name a dropped packet's outside address had, and until when: from DNS answers that the flows show. Memory for the pairs asked about alone. */
import type { DropPair, OutsideName } from "../drops.ts";
import type { EndpointNames } from "../endpoint-name.ts";
import type { Flow } from "../flow.ts";
import { isAddress } from "../redact/host.ts";
import type { Redaction } from "../redact.ts";
import { timeText } from "../tally.ts";

export interface OutsideNames {
  add(flow: Flow): void;
  /** Of one of the pairs that were given. `whole`: no answer is missing, so that the last one seen is the last one there was. */
  of(pair: DropPair, whole: boolean): OutsideName | undefined;
}

interface Answer {
  readonly name: string;
  readonly time: number;
  /** Seconds. */
  readonly ttl: number;
  readonly until: number;
}

interface Asked {
  readonly source: string;
  readonly last: number;
  /** The answer to the pair's own source that held longest, of those before its last drop. */
  own: Answer | undefined;
  /** The newest answer to somebody else. */
  other: Answer | undefined;
}

/** Answers without a record carry the largest number. */
const mostTtl = 7 * 86_400;
/** Clocks, and a resolver's way, take this much, in milliseconds. */
const grace = 1_000;

/** A packet of a pod to an end outside of the cluster, known by its address or by its name. */
export function isToOutside({ source, destination, destinationLabels }: DropPair): boolean {
  const isWorld = destinationLabels.some((label) => label.startsWith("reserved:world") || label.startsWith("cidr:"));
  return isWorld && /^[^/]+\/[^/]+$/.test(source) && destination !== "world" && !destination.includes("/");
}

export function createOutsideNames(
  pairs: readonly DropPair[],
  ends: Pick<EndpointNames, "destination">,
  redaction: Pick<Redaction, "name">,
  /** Lower case: answers for other names are not looked at. Many names may share an address. */
  only?: string,
): OutsideNames {
  const byDestination = new Map<string, Asked[]>();
  const byPair = new Map<DropPair, Asked>();
  for (const pair of pairs) {
    const asked: Asked = { source: pair.source, last: Date.parse(pair.last), own: undefined, other: undefined };
    byPair.set(pair, asked);
    byDestination.set(pair.destination, [...(byDestination.get(pair.destination) ?? []), asked]);
  }

  function learn(destination: string, answer: Answer, flow: Flow): void {
    for (const asked of byDestination.get(destination) ?? []) {
      if (answer.time > asked.last) continue;
      if (!isOf(flow, asked.source, ends)) {
        if (asked.other === undefined || answer.time >= asked.other.time) asked.other = answer;
      } else if (asked.own === undefined || answer.until >= asked.own.until) asked.own = answer;
    }
  }

  return {
    add(flow) {
      const { l7, time } = flow;
      if (l7?.protocol !== "dns" || l7.kind !== "response" || l7.ips.length === 0) return;
      const query = l7.query.toLowerCase().replace(/\.$/, "");
      if (only !== undefined && query !== only) return;
      const name = redaction.name(query);
      const ttl = Math.min(l7.ttl, mostTtl);
      const answer = { name, time, ttl, until: time + ttl * 1_000 };
      for (const destination of new Set([name, ...l7.ips])) learn(destination, answer, flow);
    },
    of(pair, whole) {
      const asked = byPair.get(pair);
      const own = asked?.own;
      const isCalled = only !== undefined && pair.destination === redaction.name(only);
      if (asked === undefined) return undefined;
      if (own === undefined || !whole) {
        const name = (own ?? asked.other)?.name;
        // A name alone says nothing new of an end that is called by it, but that it is the one asked about.
        if (isCalled) return { name: pair.destination, answer: null };
        return name === undefined || !isAddress(pair.destination) ? undefined : { name, answer: null };
      }
      const late = asked.last - own.until;
      const answer = { at: timeText(own.time), ttl: own.ttl, lateMs: late > grace ? Math.round(late) : 0 };
      return { name: own.name, answer };
    },
  };
}

/** An answer travels to the one that asked. */
function isOf(flow: Flow, source: string, ends: Pick<EndpointNames, "destination">): boolean {
  const { namespace, pod } = flow.destination;
  return ends.destination(flow) === source || (pod !== "" && `${namespace}/${pod}`.startsWith(`${source}-`));
}

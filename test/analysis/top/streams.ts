/** Streams of keys, and flows that stand for a key, for the tests and the benchmark of rankings. */
import { Direction, EventType, type Flow, Verdict } from "../../../src/analysis/flow.ts";
import { endpoint, makeFlow, noon } from "../../fixtures/flows/make.ts";
import type { Random } from "../../fixtures/random.ts";

interface Stream {
  readonly name: string;
  readonly next: (random: Random, at: number) => number;
}

/** The usual, the worst for a sketch, and one made against it: what is largest comes last, when ever new keys have had all the rows. */
export function streamsOf(length: number, keys: number): readonly Stream[] {
  const late = Math.floor(length * 0.9);
  return [
    { name: "Zipf", next: (random) => Math.floor(keys ** (random.below(1_000_000) / 1_000_000)) - 1 },
    { name: "uniform", next: (random) => random.below(keys) },
    { name: "adversarial", next: (_, at) => (at < late ? 10 + at : at % 2 === 0 ? at % 10 : 10 + at) },
  ];
}

const end = (name: string) => endpoint({ identity: 9, namespace: "shop", pod: name, workload: { kind: "Pod", name } });
const destinations = Array.from({ length: 1_000 }, (_, at) => end(`server-${at}`));
const sources = new Map<number, Flow["source"]>();

/** A thousand servers, and as many clients as it takes: the same key is the same pair. */
export function pairOf(key: number): { readonly source: Flow["source"]; readonly destination: Flow["destination"] } {
  const at = Math.floor(key / destinations.length);
  const source = sources.get(at) ?? end(`client-${at}`);
  sources.set(at, source);
  return { source, destination: destinations[key % destinations.length] ?? source };
}

export function dropOf(key: number): Flow {
  return makeFlow({ ...pairOf(key), time: noon });
}

export function forwardedOf(key: number): Flow {
  const trace = { verdict: Verdict.forwarded, eventType: EventType.trace, dropReason: 0, isReply: false } as const;
  return makeFlow({ ...pairOf(key), ...trace, time: noon, direction: Direction.egress });
}

export function nameOf(key: number): string {
  return `shop/client-${Math.floor(key / destinations.length)} shop/server-${key % destinations.length}`;
}

/** What the `http` and `dns` reducers cost per flow and hold at most, with redaction: requests whose URL is new each, and lookups of names that are new each. */
import type { Flow, L7 } from "../../src/analysis/flow.ts";
import { createDnsReducer } from "../../src/analysis/l7/dns-reducer.ts";
import { createHttpReducer } from "../../src/analysis/l7/http-reducer.ts";
import type { Reducer } from "../../src/analysis/reduce.ts";
import { deathstar, http, makeFlow, noon, xwing } from "../fixtures/flows/make.ts";
import type { Row } from "./row.ts";

const options = { window: { from: noon, to: noon + 900_000 }, top: 20, buckets: 30 };
const pairs = 100_000;

export async function benchL7(): Promise<Row[]> {
  return [
    cost("http, 40 kinds of request", "≤ 5", createHttpReducer(options), (at) => request(at, `/v1/orders/${at % 40}`)),
    cost("http, a new URL each, one template", "≤ 25", createHttpReducer(options), (at) =>
      request(at, `/v1/orders/${at}`),
    ),
    cost("http, a new path each", "≤ 60", createHttpReducer(options), (at) => request(at, `/${word(at)}/login`)),
    cost("dns, 40 names", "≤ 5", createDnsReducer(options), (at) => lookUp(at, `${word(at % 40)}.example.com.`)),
    cost("dns, a new name each", "≤ 60", createDnsReducer(options), (at) => lookUp(at, `${word(at)}.example.com.`)),
  ].flat();
}

function cost(name: string, goal: string, reducer: Reducer<unknown>, make: (at: number) => readonly Flow[]): Row[] {
  let ms = 0;
  let heap = 0;
  for (let done = 0; done < pairs; done += 10_000) {
    const flows = Array.from({ length: 10_000 }, (_, at) => make(done + at)).flat();
    const before = performance.now();
    for (const flow of flows) reducer.add(flow);
    ms += performance.now() - before;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heap = Math.max(heap, heapUsed + arrayBuffers);
  }
  const before = performance.now();
  reducer.finish();
  const finish = performance.now() - before;
  return [
    { name, value: (ms * 1_000) / (2 * pairs), unit: "µs per flow", goal },
    { name: `  its end`, value: finish, unit: "ms", goal: "≤ 100" },
    { name: `  the process at most`, value: heap / 2 ** 20, unit: "MiB" },
  ];
}

const base = { eventType: 129, type: 2, verdict: 1, dropReason: 0 } as const;

function request(at: number, url: string): readonly Flow[] {
  const time = noon + at * 8;
  const answer = http({ kind: "response", url, code: at % 50 === 0 ? 503 : 200, latencyNs: 1e6 + (at % 977) * 1e5 });
  return [
    makeFlow({ ...base, time, l7: http({ url }) }),
    makeFlow({ ...base, time: time + 1, source: deathstar, destination: xwing, l7: answer }),
  ];
}

function lookUp(at: number, query: string): readonly Flow[] {
  const time = noon + at * 8;
  const l7 = (kind: "request" | "response"): L7 => ({
    ...{ kind, protocol: "dns", query, rcode: kind === "response" && at % 3 === 0 ? 3 : 0, ips: [], cnames: [] },
    ...{ qtypes: ["A"], ttl: 30, observationSource: "proxy", latencyNs: 0 },
  });
  const ends = { sourceIp: "10.0.0.1", destinationIp: "10.0.0.2" };
  return [
    makeFlow({ ...base, ...ends, time, direction: 2, sourcePort: 40_000, destinationPort: 53, l7: l7("request") }),
    makeFlow({
      ...{ ...base, time: time + 2, direction: 2, source: deathstar, destination: xwing, l7: l7("response") },
      ...{ sourceIp: ends.destinationIp, destinationIp: ends.sourceIp, sourcePort: 53, destinationPort: 40_000 },
    }),
  ];
}

/** Letters alone, so that no template folds them. */
function word(at: number): string {
  return [0, 1, 2, 3].map((place) => String.fromCharCode(97 + (Math.floor(at / 26 ** place) % 26))).join("");
}

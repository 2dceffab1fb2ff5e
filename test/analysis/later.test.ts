import { expect, test } from "vitest";
import { compileFilters } from "../../src/analysis/filter-match.ts";
import type { Flow } from "../../src/analysis/flow.ts";
import { createLater, type LaterPair, laterFilters } from "../../src/analysis/later.ts";
import { deathstar, endpoint, farDeathstar, makeFlow, noon, world, xwing } from "../fixtures/flows/make.ts";

const pair: LaterPair = {
  ...{ source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP", last: noon },
};
const trace = { verdict: 1, dropReason: 0, eventType: 4, eventSubType: 0, isReply: false, time: noon + 1_000 };
const arrived = makeFlow(trace);
const answered = makeFlow({
  ...{ ...trace, eventSubType: 3, isReply: true, source: deathstar, destination: xwing },
  ...{ sourcePort: 80, destinationPort: 33_141, sourceIp: "172.20.1.188", destinationIp: "172.20.1.61" },
});

function isThrough(flows: readonly Flow[], of: Partial<LaterPair> = {}): boolean | undefined {
  const asked = [{ ...pair, ...of }];
  const sent = compileFilters(laterFilters(asked), []);
  const later = createLater(asked, undefined, undefined);
  for (const flow of flows) if (sent(flow)) later.add(flow);
  return later.through()[0];
}

test.each<[string, readonly Flow[], boolean]>([
  ["it reached the pod", [arrived], true],
  ["an answer came back", [answered], true],
  ["handed to a proxy that answered", [{ ...answered, verdict: 5 }], true],
  ["nothing at all", [], false],
  ["it only left the sender's node", [{ ...arrived, eventSubType: 3 }], false],
  ["it was dropped again", [makeFlow({ time: noon + 1_000 })], false],
  ["before the last drop", [{ ...arrived, time: noon - 1 }], false],
  ["another port", [{ ...arrived, destinationPort: 443 }], false],
  ["another protocol", [{ ...arrived, protocol: "UDP" }], false],
  ["another sender", [{ ...arrived, source: endpoint({ namespace: "default", pod: "xwing-2" }) }], false],
  ["another cluster of names", [{ ...arrived, source: endpoint({ namespace: "other", pod: "xwing" }) }], false],
  ["the other way", [{ ...arrived, source: deathstar, destination: xwing }], false],
])("%s", (_, flows, expected) => {
  expect(isThrough(flows)).toBe(expected);
});

test("a pod that one node named without its workload is settled at the end", () => {
  const far = { ...arrived, destination: farDeathstar };
  expect(isThrough([far])).toBe(false);
  expect(isThrough([far, { ...arrived, time: noon - 60_000 }])).toBe(true);
});

test("ends outside the cluster count by answers alone", () => {
  const out = { ...arrived, destination: world, destinationIp: "104.198.14.52", destinationPort: 443 };
  const back = { ...answered, source: world, sourceIp: "104.198.14.52", sourcePort: 443 };
  const of = { destination: "104.198.14.52", port: 443 };
  expect(isThrough([out], of)).toBe(false);
  expect(isThrough([back], of)).toBe(true);
  expect(
    isThrough([{ ...back, sourceNames: ["api.example.com"] }], { destination: "api.example.com", port: 443 }),
  ).toBe(true);
});

test("packets without ports", () => {
  const ping = { ...arrived, protocol: "ICMPv4", sourcePort: 0, destinationPort: 0 } as const;
  expect(isThrough([ping], { port: 0, protocol: "ICMPv4" })).toBe(true);
  expect(isThrough([ping])).toBe(false);
});

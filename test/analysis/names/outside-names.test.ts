import { expect, test } from "vitest";
import type { DropPair } from "../../../src/analysis/drops.ts";
import { createEndpointNames } from "../../../src/analysis/endpoint-name.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createOutsideNames, isToOutside } from "../../../src/analysis/names/outside-names.ts";
import { createRedaction } from "../../../src/analysis/redact.ts";
import { outsidePair } from "../../commands/drops/outside-scenes.ts";
import { endpoint, makeFlow, noon } from "../../fixtures/flows/make.ts";

const address = "203.0.113.7";
const dropped = noon + 60_000;
const at = (time: number) => new Date(time).toISOString();

function droppedAt(time: number, change: Partial<DropPair> = {}): DropPair {
  return outsidePair(undefined, { first: at(time), last: at(time), ...change });
}

function answer(
  time: number,
  ttl: number,
  change: { readonly pod?: string; readonly query?: string; readonly ips?: string[] } = {},
): Flow {
  const { pod = "checkout-7d4b9c-x2x5q", query = "API.example.com.", ips = [address] } = change;
  return makeFlow({
    ...{ time, verdict: 1, eventType: 129, dropReason: 0 },
    destination: endpoint({ namespace: "payments", pod }),
    l7: {
      ...{ protocol: "dns", kind: "response", latencyNs: 0, rcode: 0, observationSource: "proxy" },
      ...{ query, ips, ttl, cnames: [], qtypes: ["A"] },
    },
  });
}

function outsideOf(pair: DropPair, flows: readonly Flow[], whole = true, only?: string) {
  const redaction = createRedaction();
  const names = createOutsideNames([pair], createEndpointNames(undefined, redaction), redaction, only);
  for (const flow of flows) names.add(flow);
  return names.of(pair, whole);
}

test("the answer before the drop that held longest, in whatever order they come", () => {
  const flows = [answer(dropped - 70_000, 30), answer(dropped - 300_000, 30), answer(dropped + 1_000, 300)];
  const expected = { name: "api.example.com", answer: { at: at(dropped - 70_000), ttl: 30, lateMs: 40_000 } };
  expect(outsideOf(droppedAt(dropped), flows)).toEqual(expected);
  expect(outsideOf(droppedAt(dropped), flows.toReversed())).toEqual(expected);
});

test("an answer that holds, or ran out less than a second before, is not late", () => {
  expect(outsideOf(droppedAt(dropped), [answer(dropped - 29_000, 30)])?.answer?.lateMs).toBe(0);
  expect(outsideOf(droppedAt(dropped), [answer(dropped - 30_900, 30)])?.answer?.lateMs).toBe(0);
  expect(outsideOf(droppedAt(dropped), [answer(dropped - 31_100, 30)])?.answer?.lateMs).toBe(1_100);
});

test("of an address that two names share: the one that was asked about", () => {
  const flows = [answer(dropped - 70_000, 30), answer(dropped - 10_000, 300, { query: "cdn.example.net." })];
  expect(outsideOf(droppedAt(dropped), flows)?.name).toBe("cdn.example.net");
  expect(outsideOf(droppedAt(dropped), flows, true, "api.example.com")).toMatchObject({
    ...{ name: "api.example.com", answer: { lateMs: 40_000 } },
  });
  expect(outsideOf(droppedAt(dropped), flows, true, "www.example.org")).toBeUndefined();
});

test("somebody else's answer gives the name and no time; so does a history with holes", () => {
  const other = answer(dropped - 70_000, 30, { pod: "report-5f-1" });
  expect(outsideOf(droppedAt(dropped), [other])).toEqual({ name: "api.example.com", answer: null });
  expect(outsideOf(droppedAt(dropped), [answer(dropped - 70_000, 30)], false)?.answer).toBeNull();
});

test("an end that is called by its name: when the answer for that name ran out", () => {
  const named = droppedAt(dropped, { destination: "api.example.com" });
  expect(outsideOf(named, [answer(dropped - 70_000, 30)])?.answer?.lateMs).toBe(40_000);
  expect(outsideOf(named, [answer(dropped - 70_000, 30)], false)).toBeUndefined();
});

test("other addresses and questions tell nothing, and a secret in a name is cut out", () => {
  expect(outsideOf(droppedAt(dropped), [answer(noon, 30, { ips: ["203.0.113.9"] })])).toBeUndefined();
  const secret = "sk-proj-4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyjWD";
  const found = outsideOf(droppedAt(dropped), [answer(noon, 30, { query: `${secret}.example.com.` })]);
  expect(found?.name).toMatch(/example\.com$/);
  expect(found?.name.toLowerCase()).not.toContain(secret.toLowerCase());
});

test("only packets of pods to ends outside are asked about", () => {
  expect(isToOutside(droppedAt(noon))).toBe(true);
  expect(isToOutside(droppedAt(noon, { destinationLabels: ["cidr:203.0.113.0/24"] }))).toBe(true);
  expect(isToOutside(droppedAt(noon, { destination: "world" }))).toBe(false);
  expect(isToOutside(droppedAt(noon, { source: "host" }))).toBe(false);
  expect(isToOutside(droppedAt(noon, { destination: "default/deathstar", destinationLabels: ["k8s:a=b"] }))).toBe(
    false,
  );
});

import { expect, test } from "vitest";
import type { Edge } from "../../../src/analysis/sketch/edge.ts";
import { createEdgeReader } from "../../../src/analysis/sketch/edge-of.ts";
import { createEdgeSketch } from "../../../src/analysis/sketch/edge-sketch.ts";
import { readHour, shrinkHour, writeHour } from "../../../src/analysis/sketch/encode.ts";
import { type EdgeTimes, type HourSketch, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { mergeHours } from "../../../src/analysis/sketch/merge-hours.ts";
import { shareOf } from "../../../src/analysis/sketch/observed.ts";
import { foldedOf, type Summary } from "../../../src/analysis/sketch/space-saving.ts";
import { endpoint, http, makeFlow, noon, xwing } from "../../fixtures/flows/make.ts";
import { randomFrom } from "../../fixtures/random.ts";
import { allowed, drop, opening, sketchOf } from "./hours.ts";

const shown = ({ entries }: Summary<EdgeTimes>) =>
  entries.map(({ count, value: { edge } }) => `${count} ${textOf(edge)}`).sort();

function textOf({ source, destination, port, protocol, verdict, reason }: Edge): string {
  return `${source} → ${destination}:${port}/${protocol} ${verdict} ${reason}`.trim();
}

test("drops, refused requests and openings are counted once, by workload", () => {
  const l7 = makeFlow({ eventType: 129, type: 2, dropReason: 0, l7: http(), isReply: false });
  const sketch = sketchOf(noon, [
    opening("shop/web", "shop/cart", 80),
    opening("shop/web", "shop/cart", 80),
    // What says the same again, or opens nothing.
    opening("shop/web", "shop/cart", 80, { isReply: true }),
    opening("shop/web", "shop/cart", 80, { isReply: undefined }),
    opening("shop/web", "shop/dns", 53, { protocol: "UDP" }),
    drop("shop/web", "bank/ledger", 5432),
    drop("shop/web", "bank/ledger", 5432, { eventType: 5 }),
    l7,
    { ...l7, l7: http({ kind: "response", code: 403 }), verdict: 1 },
    // An answer that was dropped belongs to the connection that it answers.
    drop("bank/ledger", "shop/web", 41_000, { sourcePort: 5432, dropReason: 136 }),
  ]);
  expect(shown(sketch.passed)).toEqual(["2 shop/web → shop/cart:80/TCP forwarded"]);
  expect(shown(sketch.stopped)).toEqual([
    "1 default/xwing → default/deathstar:80/TCP refused HTTP",
    "1 shop/web → bank/ledger:5432/TCP dropped CT_MISSING_TCP_ACK_FLAG",
    "1 shop/web → bank/ledger:5432/TCP dropped POLICY_DENIED",
  ]);
  expect(sketch.reasons).toEqual({ POLICY_DENIED: 1, CT_MISSING_TCP_ACK_FLAG: 1, HTTP: 1 });
  expect(sketch.namespaces).toContainEqual({ namespace: "bank", dropped: 2, refused: 0, forwarded: 0 });
  expect(sketch.namespaces).toContainEqual({ namespace: "shop", dropped: 2, refused: 0, forwarded: 2 });
});

test("outside addresses are the world, a DNS name stays, an address within is unknown", () => {
  const outside = endpoint({ identity: 2, labels: ["reserved:world"] });
  const sketch = sketchOf(noon, [
    ...["203.0.113.9", "203.0.113.10", "2001:db8::1"].map((destinationIp) =>
      opening("shop/web", "world", 443, { destination: outside, destinationIp }),
    ),
    opening("shop/web", "world", 443, { destination: outside, destinationNames: ["api.example.com"] }),
    opening("shop/web", "world", 443, { destination: endpoint(), destinationIp: "10.0.0.9" }),
  ]);
  expect(shown(sketch.passed)).toEqual([
    "1 shop/web → api.example.com:443/TCP forwarded",
    "1 shop/web → unknown:443/TCP forwarded",
    "3 shop/web → world:443/TCP forwarded",
  ]);
});

test("a scan of ports becomes one edge, and the others keep theirs", () => {
  const scan = Array.from({ length: 500 }, (_, at) => drop("shop/probe", "bank/ledger", 1_000 + at));
  const sketch = sketchOf(noon, [...scan, drop("shop/web", "bank/ledger", 5432)]);
  expect(shown(sketch.stopped)).toEqual([
    "1 shop/web → bank/ledger:5432/TCP dropped POLICY_DENIED",
    "500 shop/probe → bank/ledger:0/TCP dropped POLICY_DENIED",
  ]);
  expect(foldedOf(sketch.stopped)).toBe(0);
});

test("a flood of names is folded, and its sum is still exact", () => {
  const flood = Array.from({ length: 3_000 }, (_, at) =>
    opening("shop/web", "world", 443, {
      destination: endpoint({ identity: 2 }),
      destinationNames: [`host${at}.example.com`],
    }),
  );
  const usual = Array.from({ length: 200 }, () => opening("shop/web", "shop/cart", 80));
  const { passed, crowded } = sketchOf(noon, [...flood, ...usual], undefined, { stopped: 10, passed: 100 });
  expect(passed.entries).toHaveLength(100);
  expect(passed.total).toBe(3_200);
  expect(foldedOf(passed)).toBe(3_200 - passed.entries.reduce((sum, { count, error }) => sum + count - error, 0));
  expect(passed.entries.map(({ value }) => value.edge.destination)).toContain("world");
  const cart = passed.entries.find(({ value }) => value.edge.destination === "shop/cart");
  expect((cart?.count ?? 0) - (cart?.error ?? 0)).toBe(200);
  expect(crowded).toBe(true);
});

test("a pod whose workload another flow names becomes that workload", () => {
  const bare = endpoint({ ...xwing, pod: "cart-5d9c7b9f6d-abcde", namespace: "shop", workload: undefined });
  const sketch = sketchOf(noon, [
    opening("shop/web", "shop/cart", 80, { destination: bare }),
    opening("shop/web", "shop/cart", 80),
  ]);
  expect(shown(sketch.passed)).toEqual(["2 shop/web → shop/cart:80/TCP forwarded"]);
});

test("policies are counted by what they allowed and denied", () => {
  const deny = [{ kind: "CiliumNetworkPolicy", namespace: "bank", name: "no-shop" }];
  const { policies } = sketchOf(noon, [
    allowed("web-to-cart"),
    allowed("web-to-cart", { protocol: "UDP" }),
    drop("shop/web", "bank/ledger", 5432, { eventType: 5, deniedBy: deny }),
  ]);
  expect(policies).toMatchObject([
    { namespace: "shop", name: "web-to-cart", count: 2, last: noon + 60_000 },
    { namespace: "bank", name: "no-shop", count: 1 },
  ]);
});

function randomHour(seed: number, edges: number, capacity?: { stopped: number; passed: number }) {
  const random = randomFrom(seed);
  const flows = Array.from({ length: 400 }, () => {
    const ends = [`ns${random.below(5)}/a${random.below(edges)}`, `ns${random.below(5)}/b`] as const;
    return random.chance(0.3) ? drop(...ends, 80 + random.below(3)) : opening(...ends, 80);
  });
  return sketchOf(noon + seed * hourMs, [...flows, allowed(`p${seed % 4}`)], undefined, capacity);
}

function written(sketch: HourSketch): string {
  const writing = writeHour(sketch);
  for (;;) {
    const { done, value } = writing.next();
    if (done) return value;
  }
}

test("what is written is read again", () => {
  for (let seed = 0; seed < 8; seed++) {
    const sketch = randomHour(seed, 30, seed % 2 === 0 ? undefined : { stopped: 20, passed: 20 });
    const read = readHour(written(sketch));
    expect(read).toEqual({ ...sketch, hour: noon + seed * hourMs });
    expect(written(read as typeof sketch)).toBe(written(sketch));
  }
  expect(readHour("{}")).toBeUndefined();
  expect(readHour("no sketch")).toBeUndefined();
  expect(readHour(written(randomHour(1, 3)).replace('"v":1', '"v":2'))).toBeUndefined();
});

test("writing a large hour is in parts, between which others have their turn", () => {
  const flows = Array.from({ length: 4_000 }, (_, at) => opening(`ns${at % 90}/a${at}`, "shop/web", 80));
  const sketch = sketchOf(noon, flows);
  const parts = [...writeHour(sketch)].length;
  expect(parts).toBeGreaterThanOrEqual(30);
  expect(readHour(written(sketch))?.passed.entries).toHaveLength(4_000);
});

test("nodes count by the time that they were followed; an hour that was written before that has them as at its worst look", () => {
  const live = createEdgeSketch(noon, createEdgeReader());
  for (const connected of [3, 3, 1, 3]) live.observed({ openingSeconds: 900, connected, total: 3 });
  const { observed } = live.sketch();
  expect(observed).toMatchObject({ openingSeconds: 3_600, connected: 1, total: 3 });
  expect([observed.nodeSeconds, observed.knownNodeSeconds]).toEqual([9_000, 10_800]);
  expect(shareOf(observed, "openingSeconds", 3_600)).toBeCloseTo(10 / 12);
  const text = written(live.sketch());
  expect(readHour(text)?.observed).toEqual(observed);
  const old = readHour(text.replace(',"nodeSeconds":9000,"knownNodeSeconds":10800', ""));
  expect(old?.observed).toEqual({ ...observed, nodeSeconds: 3_600, knownNodeSeconds: 10_800 });
});

const sorted = (sketch: ReturnType<typeof randomHour>) => ({
  ...sketch,
  namespaces: [...sketch.namespaces].sort((one, other) => (one.namespace < other.namespace ? -1 : 1)),
});

test("hours merge in any order to the same, and exactly while they fit", () => {
  for (let seed = 0; seed < 6; seed++) {
    const [a, b, c] = [randomHour(seed, 8), randomHour(seed + 1, 8), randomHour(seed + 2, 8)] as const;
    expect(mergeHours(a, b)).toEqual(mergeHours(b, a));
    expect(mergeHours(mergeHours(a, b), c)).toEqual(mergeHours(a, mergeHours(b, c)));
    const whole = sorted(mergeHours(mergeHours(a, b), c));
    expect(whole.passed.total + whole.stopped.total).toBe(1_203);
    expect(foldedOf(whole.passed) + foldedOf(whole.stopped)).toBe(0);
    expect(whole.observed.openingSeconds).toBe(3 * 3_600);
  }
});

test("the same hour by two writers is one, and a smaller one keeps its sum", () => {
  const [a, b] = [randomHour(3, 20), randomHour(3, 20)];
  const live = createEdgeSketch(a.hour, createEdgeReader());
  live.merge(a);
  live.merge(b);
  const both = live.sketch();
  expect(both.passed).toEqual(mergeHours(a, b).passed);
  const small = shrinkHour(both, 0.2);
  expect(small.passed.entries.length).toBeLessThan(both.passed.entries.length);
  expect(small.passed.total).toBe(both.passed.total);
  expect(foldedOf(small.passed)).toBeGreaterThan(0);
});

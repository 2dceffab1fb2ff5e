import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { dayMs, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { answerEdges } from "../../../src/sources/edges/answer.ts";
import type { Edge } from "../../../src/sources/question-edges.ts";
import { closeRedis, connectProducer, type Redis, waitForRedis } from "../../../src/store/redis.ts";
import { allowed, drop, opening, wholeHour } from "../../analysis/sketch/hours.ts";
import { startTestRedis, type TestRedis } from "../../support/redis.ts";
import { ask, cluster, day, nine, windowOf, writeHours } from "./days.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = connectProducer(server.url, () => undefined);
  await waitForRedis(redis, 15_000);
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  await closeRedis(redis);
  await server[Symbol.asyncDispose]();
});

const times = (count: number, flow: Flow) => Array.from({ length: count }, () => flow);

/** Every hour of every day. */
const usual: readonly Flow[] = [
  ...times(5, opening("shop/web", "shop/cart", 80)),
  opening("shop/cart", "bank/ledger", 5432),
  opening("shop/web", "world", 443),
  drop("shop/batch", "bank/ledger", 5432),
  allowed("web-to-cart"),
];

const textOf = ({ source, destination, port, verdict, reason }: Edge) =>
  `${source} → ${destination}:${port} ${verdict} ${reason}`.trim();

test("two days: exactly the planted differences, and nothing else", async () => {
  const yesterday = [...usual, opening("shop/web", "shop/legacy", 8080), allowed("legacy")];
  const today = (hour: number) => [
    ...usual,
    ...(hour === 7 ? times(4, opening("shop/web", "shop/search", 9200)) : []),
    ...(hour >= 20 ? times(30, drop("shop/web", "bank/vault", 8443, { dropReason: 181 })) : []),
  ];
  await writeHours(redis, [...day(2, () => yesterday), ...day(1, () => yesterday), ...day(0, today)]);
  const finding = await ask(redis, { days: [windowOf(1), windowOf(2)] });
  const { newEdges, vanishedEdges, firstDrops, drops, policies, now, before, history, openings } = finding;

  expect(newEdges.rows).toHaveLength(1);
  expect(newEdges.rows[0]).toMatchObject({ source: "shop/web", destination: "shop/search", port: 9200, count: 4 });
  expect(newEdges.rows[0]).toMatchObject({ first: windowOf(0).from + 7 * hourMs + 60_000, unsure: false });
  expect(vanishedEdges.rows).toHaveLength(1);
  expect(vanishedEdges.rows[0]).toMatchObject({
    ...{ destination: "shop/legacy", port: 8080, before: 24, days: { had: 2, of: 2 } },
    ...{ last: windowOf(1).to - hourMs + 60_000, unsure: false },
  });
  expect(firstDrops.rows.map(textOf)).toEqual(["shop/web → bank/vault:8443 dropped POLICY_DENY"]);
  expect(firstDrops.rows[0]).toMatchObject({ count: 120, first: windowOf(0).from + 20 * hourMs + 60_000 });
  expect(drops.total).toEqual({ now: 144, before: 24, median: 24 });
  expect(drops.byReason.rows).toEqual([
    { key: "POLICY_DENY", now: 120, before: 0, median: 0 },
    { key: "POLICY_DENIED", now: 24, before: 24, median: 24 },
  ]);
  expect(drops.byNamespace.rows).toEqual([
    { key: "bank", now: 144, before: 24, median: 24 },
    { key: "shop", now: 144, before: 24, median: 24 },
  ]);
  expect(drops.pairs.rows.map(({ now: count, before: then, median }) => [count, then, median])).toEqual([
    [120, 0, 0],
    [24, 24, 24],
  ]);
  expect(openings).toEqual({ now: 24 * 8 + 4, before: 24 * 10, median: 24 * 10 });
  const lastOf = (back: number) => (windowOf(back).to - hourMs + 60_000) / 1_000;
  expect(Object.values(policies.matched)).toEqual([{ "shop/legacy": lastOf(1), "shop/web-to-cart": lastOf(0) }]);
  expect(policies.listedFrom).toBe(0);
  expect(policies.since).toBe(Math.floor(windowOf(2).from / dayMs) * dayMs);
  expect(history).toEqual({ from: windowOf(2).from, dropsFrom: Math.floor(windowOf(2).from / dayMs) * dayMs });
  expect(now).toMatchObject({ hours: 24, sketched: 24, seconds: 86_400, dropSeconds: 86_400, openingSeconds: 86_400 });
  expect(now).toMatchObject({ folded: 0, nodes: { connected: 3, total: 3 }, unreadable: 0 });
  expect(before.sketched).toBe(24);
});

test("an identical second day has nothing new", async () => {
  await writeHours(redis, [...day(1, () => usual), ...day(0, () => usual)]);
  const { newEdges, vanishedEdges, firstDrops, drops } = await ask(redis, { days: [windowOf(1)] });
  for (const { rows, folded } of [newEdges, vanishedEdges, firstDrops]) {
    expect(rows).toEqual([]);
    expect(folded).toEqual({ rows: 0, count: 0 });
  }
  expect(drops.total).toEqual({ now: 24, before: 24, median: 24 });
});

test("a day that was watched for half its time has no vanished edges, and says what it saw", async () => {
  const half = day(0, () => usual.filter(({ destinationPort }) => destinationPort !== 80)).filter((_, at) => at < 12);
  await writeHours(redis, [...day(2, () => usual), ...day(1, () => usual), ...half]);
  const { vanishedEdges, now, drops, newEdges } = await ask(redis, { days: [windowOf(1), windowOf(2)] });
  expect(vanishedEdges.rows).toEqual([]);
  expect(newEdges.rows).toEqual([]);
  expect(now).toMatchObject({ hours: 24, sketched: 12, seconds: 86_400, openingSeconds: 43_200 });
  // Half of the time, half of the drops: all earlier days are brought to that share.
  expect(drops.total).toEqual({ now: 12, before: 12, median: 12 });
});

test("a node that was away for an hour takes a part of that hour alone from what was before", async () => {
  const noisy = (at: number) => times(at === 5 ? 90 : 10, drop("shop/batch", "bank/ledger", 5432));
  const observed = (at: number) => ({ ...wholeHour, connected: at === 5 || at === 6 ? 1 : 3 });
  const today = day(0, noisy).map((one, at) => ({ ...one, observed: observed(at) }));
  await writeHours(redis, [...day(2, noisy), ...day(1, noisy), ...today]);
  const { drops, now } = await ask(redis, { days: [windowOf(1), windowOf(2)] });
  // 22 hours of 10 and one of 10 and of 90, of which a third.
  const then = Math.round(22 * 10 + 100 / 3);
  expect(drops.total).toEqual({ now: 23 * 10 + 90, before: then, median: then });
  expect(drops.byReason.rows).toEqual([{ key: "POLICY_DENIED", ...drops.total }]);
  expect(drops.pairs.rows).toMatchObject([drops.total]);
  expect((now.nodeShare ?? 0) * 24 * 3).toBeCloseTo(22 * 3 + 2);
  expect(now.nodes).toEqual({ connected: 1, total: 3 });
});

test("without an earlier day nothing is called new or first", async () => {
  await writeHours(
    redis,
    day(0, () => usual),
  );
  const { newEdges, vanishedEdges, firstDrops, drops, before, history } = await ask(redis);
  expect([newEdges.rows, vanishedEdges.rows]).toEqual([[], []]);
  expect(drops.total).toEqual({ now: 24, before: null, median: null });
  expect(before).toMatchObject({
    hours: 24,
    sketched: 0,
    seconds: 86_400,
    dropSeconds: 0,
    nodes: { connected: 0, total: 0 },
  });
  // The window's first day (UTC) is partly its own: it proves nothing.
  expect(history.dropsFrom).toBeNull();
  expect(firstDrops.rows).toEqual([]);
});

test("a drop of an hour between the last whole day and the window is no first one", async () => {
  const seven = { from: nine - 2 * hourMs, to: nine };
  const early = [...usual, drop("shop/web", "bank/vault", 8443)];
  const today = day(0, (at) => (at === 16 || at === 23 ? early : usual));
  await writeHours(redis, [...day(1, () => usual), ...today]);
  const before = { from: seven.from - dayMs, to: seven.to - dayMs };
  // 01:00 UTC and 08:00 UTC: the window sees the second one only.
  const { firstDrops, drops } = await ask(redis, { window: seven, before });
  expect(drops.pairs.rows.map(textOf)).toContain("shop/web → bank/vault:8443 dropped POLICY_DENIED");
  expect(firstDrops.rows).toEqual([]);
});

test("nodes that were away, openings shed and days of which little was seen make it unsure", async () => {
  const withOld = [...usual, opening("shop/web", "shop/legacy", 8080)];
  const blind = { ...wholeHour, connected: 2 };
  const shedding = { ...wholeHour, openings: 10, shed: 90 };
  const today = [...usual, opening("shop/web", "shop/search", 9200)];
  await writeHours(redis, [...day(1, () => withOld, shedding), ...day(0, () => today, blind)]);
  const { newEdges, vanishedEdges, now, before } = await ask(redis);
  expect(newEdges.rows.map(({ unsure }) => unsure)).toEqual([true]);
  expect(vanishedEdges.rows.map(({ unsure }) => unsure)).toEqual([true]);
  expect(now.nodes).toEqual({ connected: 2, total: 3 });
  expect(before).toMatchObject({ openings: 240, shed: 2_160 });
});

test("a day that nobody watched ends what is known of earlier ones", async () => {
  const back = (days: number) => day(days, () => usual);
  const probe = drop("shop/web", "bank/vault", 8443);
  await writeHours(redis, [...back(5), ...back(4), ...back(1), ...day(0, () => [...usual, probe])]);
  const { policies, history, firstDrops } = await ask(redis);
  // Nine hours of the 16th, none of the 17th, fifteen of the 18th.
  const known = Math.floor(windowOf(1).from / dayMs) * dayMs;
  expect(policies.since).toBe(known);
  expect(history).toEqual({ from: windowOf(5).from, dropsFrom: known });
  expect(firstDrops.rows.map(textOf)).toEqual(["shop/web → bank/vault:8443 dropped POLICY_DENIED"]);
  // What was seen before that day is known all the same.
  expect(Object.values(policies.matched).map(Object.keys)).toEqual([["shop/web-to-cart"]]);
});

test("a day of which an hour was watched is none that was", async () => {
  const hour = day(1, () => usual).slice(10, 11);
  await writeHours(redis, [...day(2, () => usual), ...hour, ...day(0, () => usual)]);
  const { policies, history } = await ask(redis, { days: [windowOf(1)] });
  expect(history.dropsFrom).toBeNull();
  expect(policies.since).toBe(Math.floor(windowOf(0).from / dayMs) * dayMs);
});

test("a scan of ports is no first drop where some of these ports were dropped before", async () => {
  const scan = (first: number, count: number) =>
    Array.from({ length: count }, (_, at) => drop("shop/web", "bank/vault", first + at));
  await writeHours(redis, [
    ...day(1, (at) => (at === 3 ? scan(100, 20) : usual)),
    ...day(0, (at) => (at === 3 ? scan(100, 60) : usual)),
  ]);
  expect((await ask(redis)).firstDrops.rows).toEqual([]);
  // And the other way round: of yesterday's many ports one.
  await redis.flushall();
  await writeHours(redis, [
    ...day(1, (at) => (at === 20 ? scan(100, 60) : usual)),
    ...day(0, (at) => (at === 3 ? scan(500, 1) : usual)),
  ]);
  expect((await ask(redis)).firstDrops.rows).toEqual([]);
});

test("a scan that is all new is told, but not as sure: records of days do not tell its ports", async () => {
  const scan = Array.from({ length: 60 }, (_, at) => drop("shop/web", "bank/vault", 100 + at));
  await writeHours(redis, [...day(1, () => usual), ...day(0, (at) => (at === 3 ? scan : usual))]);
  expect((await ask(redis)).firstDrops.rows).toMatchObject([
    { destination: "bank/vault", port: 0, count: 60, unsure: true },
  ]);
});

test("more policies than a day has room for: that one is not listed proves nothing, also where few of them may be seen", async () => {
  const bank = (at: number) => ({ kind: "CiliumNetworkPolicy", namespace: "bank", name: `policy-${at}` });
  const many = Array.from({ length: 2_100 }, (_, at) => allowed("", { allowedBy: [bank(at)] }));
  const [first, second] = day(0, (at) => (at === 0 ? usual : many));
  await writeHours(redis, first ? [first] : []);
  expect((await ask(redis, { visible: ["shop"] })).policies.listedFrom).toBe(0);
  await writeHours(redis, second ? [second] : []);
  // Until the end of that day any may have matched.
  const end = (Math.floor(windowOf(0).from / dayMs) + 1) * dayMs;
  expect((await ask(redis, { visible: ["shop"] })).policies.listedFrom).toBe(end);
});

test("of a thousand policies it is known of each when it matched last, in a full finding", async () => {
  const policy = (at: number) => ({
    ...{ kind: at % 3 === 0 ? "NetworkPolicy" : "CiliumNetworkPolicy", namespace: `team-${at % 200}-production` },
    name: `allow-frontend-to-backend-${at}`,
  });
  const all = Array.from({ length: 1_000 }, (_, at) => policy(at));
  const name = (at: number) => `${"n".repeat(60)}${at % 50}/${"workload-with-a-long-name-".repeat(5)}${at}`;
  const busy = Array.from({ length: 1_000 }, (_, at) => [
    opening(name(at), name(at + 1), 80),
    drop(name(at), name(at + 7), 443, { dropReason: 133 + (at % 40) }),
  ]).flat();
  // Three of them are seen once, twenty days ago.
  const [old] = day(20, () => all.map((one) => allowed("", { allowedBy: [one] })));
  const [hour] = day(0, () => [...busy, ...all.slice(3).map((one) => allowed("", { allowedBy: [one] }))]);
  await writeHours(redis, [...(old ? [old] : []), ...day(1, () => usual), ...(hour ? [hour] : [])]);
  const finding = await ask(redis, { top: 100 });
  const { matched, listedFrom } = finding.policies;
  const rows = Object.entries(matched).flatMap(([kind, names]) =>
    Object.entries(names).map(([path, last]) => ({ kind, path, last })),
  );
  expect(listedFrom).toBe(0);
  expect(rows).toHaveLength(1_001);
  const lately = rows.filter(({ last }) => last * 1_000 >= windowOf(1).from);
  expect(lately).toHaveLength(998);
  expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
  const paths = new Set(lately.map(({ kind, path }) => `${kind} ${path}`));
  const quiet = all.filter((one) => !paths.has(`${one.kind} ${one.namespace}/${one.name}`));
  expect(quiet).toEqual(all.slice(0, 3));
});

test("where not all policies find room those that matched longest ago are left out, and it is said until when", async () => {
  const policy = (at: number) => ({
    kind: "CiliumNetworkPolicy",
    namespace: "n".repeat(63),
    name: `${"p".repeat(100)}${at}`,
  });
  const seen = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => allowed("", { allowedBy: [policy(from + at)] }));
  const [old] = day(20, () => seen(0, 900));
  const [fresh] = day(0, () => seen(900, 1_500));
  await writeHours(redis, [...(old ? [old] : []), ...day(1, () => usual), ...(fresh ? [fresh] : [])]);
  const { policies, ...finding } = await ask(redis);
  expect(policies.listedFrom).toBe(windowOf(20).from + 60_000);
  const last = Object.values(policies.matched).flatMap((names) => Object.values(names));
  expect(last.filter((time) => time * 1_000 >= windowOf(1).from)).toHaveLength(601);
  expect(last.length).toBeLessThan(1_501);
  expect(Buffer.byteLength(JSON.stringify({ ...finding, policies }))).toBeLessThan(256 * 1024);
});

test("of a week what is gone is sure where all of both was observed", async () => {
  const yesterday = [...usual, opening("shop/web", "shop/legacy", 8080)];
  await writeHours(redis, [...day(1, () => yesterday), ...day(0, () => usual)]);
  expect((await ask(redis, { days: [] })).vanishedEdges.rows.map(({ unsure }) => unsure)).toEqual([false]);
  // Of a day: was it there on one day alone?
  expect((await ask(redis, { days: [windowOf(2)] })).vanishedEdges.rows.map(({ unsure }) => unsure)).toEqual([true]);
});

test("a place that may see some namespaces is told of nothing that only others have", async () => {
  const today = [
    ...usual,
    opening("bank/ledger", "bank/archive", 5432),
    drop("bank/ledger", "ops/backup", 22),
    drop("bank/ledger", "shop/cart", 80),
    allowed("secret", { allowedBy: [{ kind: "CiliumNetworkPolicy", namespace: "bank", name: "secret" }] }),
  ];
  await writeHours(redis, [...day(1, () => usual), ...day(0, () => today)]);
  const seen = await ask(redis, { visible: ["shop"] });
  expect(seen.drops.total).toEqual({ now: 48, before: 24, median: null });
  expect(seen.drops.byNamespace.rows.map(({ key }) => key)).toEqual(["shop"]);
  expect(seen.firstDrops.rows.map(textOf)).toEqual(["bank/ledger → shop/cart:80 dropped POLICY_DENIED"]);
  expect(JSON.stringify(seen)).not.toMatch(/archive|backup|secret|ops\//);
  const asked = await ask(redis, { namespaces: ["ops"] });
  expect(asked.drops.pairs.rows.map(textOf)).toEqual(["bank/ledger → ops/backup:22 dropped POLICY_DENIED"]);
  expect(asked.policies.matched).toEqual({});
  const none = await ask(redis, { visible: [] });
  expect(none.drops).toMatchObject({ total: { now: 0 }, pairs: { rows: [] } });
});

test("a cluster full of names stays within a finding and within its bytes, and says what is folded", async () => {
  const name = (at: number) => `${"n".repeat(60)}${at % 50}/${"workload-with-a-long-name-".repeat(5)}${at}`;
  const many = Array.from({ length: 3_000 }, (_, at) => [
    opening(name(at), name(at + 1), 80),
    drop(name(at), name(at + 7), 443, { dropReason: 133 + (at % 40) }),
    allowed(name(at)),
  ]).flat();
  const [hour] = day(0, () => many);
  await writeHours(redis, [...day(1, () => usual), ...(hour ? [hour] : [])], 24 * 30_000);
  const finding = await ask(redis, { top: 100 });
  expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
  expect(finding.now.folded).toBeGreaterThan(1_000);
  expect(finding.drops.total.now).toBe(3_000);
  expect(finding.drops.pairs.folded.rows).toBeGreaterThan(0);
  expect(await redis.strlen(`{edges-test}:edges-hour:${cluster}:${windowOf(0).from}`)).toBeLessThanOrEqual(30_000);
  expect(await redis.pttl(`{edges-test}:edges-hour:${cluster}:${windowOf(0).from}`)).toBeGreaterThan(34 * dayMs);
});

test("where no sketches are kept the answer says what to set", async () => {
  const question = {
    source: "hubble",
    ask: "edges",
    cluster,
    window: windowOf(0),
    before: windowOf(1),
    days: [],
    top: 5,
  } as const;
  const asking = answerEdges({ history: undefined }, question, AbortSignal.timeout(1_000));
  await expect(asking).rejects.toMatchObject({
    code: "NOT_CONFIGURED",
    say: expect.stringContaining("recorder.edges"),
  });
  // In a terminal nothing that is set would help.
  const terminal = answerEdges({ history: "terminal" }, question, AbortSignal.timeout(1_000));
  await expect(terminal).rejects.toMatchObject({
    code: "NOT_CONFIGURED",
    say: expect.not.stringMatching(/recorder\.|\bset\b/),
  });
});

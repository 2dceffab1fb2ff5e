import { afterAll, beforeAll, expect, test } from "vitest";
import { messageText } from "../../src/message/text.ts";
import { waitFor } from "../support/chat.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { channel, conversation, startAlerting } from "./alerting.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const pod = (name: string) => ({ labels: { pod: name, severity: "critical" }, startsAt: Date.now() - 60_000 });
const calm = () => new Promise((resolve) => setTimeout(resolve, 500));

test("both of a pair at once, and again: one root, its thread below it", async () => {
  await using alerting = await startAlerting(redis.url);
  alerting.openWorker();
  const given = { alerts: [pod("a")] };

  const sent = await Promise.all(
    ["http://am-0", "http://am-1", "http://am-0"].map((externalURL) => alerting.post({ ...given, externalURL })),
  );
  await waitFor(() => alerting.shown.length >= 3, 5_000);
  await alerting.post(given);
  await calm();

  expect(sent).toEqual(["stored", "stored", "stored"]);
  const [root, ...rest] = alerting.shown;
  expect(root).toMatchObject({ conversation, place: {}, message: { title: "Firing: Drops · a" } });
  expect(alerting.roots()).toHaveLength(1);
  expect(rest.every(({ place }) => place.under === root?.subject)).toBe(true);
});

test("what changes quickly is one edit after a while, and the end is one line", async () => {
  await using alerting = await startAlerting(redis.url, { debounceMs: 2_000 });
  const alert = pod("a");
  await alerting.post({ alerts: [alert] });
  await waitFor(() => alerting.roots().length === 1, 15_000);
  for (const name of ["b", "c", "d"]) await alerting.post({ alerts: [alert, pod(name)] });
  await waitFor(() => alerting.roots().length === 2, 15_000);
  await calm();
  await alerting.post({ alerts: [{ ...alert, status: "resolved", endsAt: Date.now() }] });
  await waitFor(() => alerting.roots().length === 3, 15_000);
  await calm();

  expect(alerting.roots().map(({ message }) => message.tone)).toEqual(["bad", "bad", "good"]);
  expect(new Set(alerting.roots().map(({ subject }) => subject)).size).toBe(1);
  expect(alerting.shown.filter(({ message }) => message.title.startsWith("Resolved after"))).toHaveLength(2);
}, 40_000);

test("an outbox that is away for a while loses nothing and doubles nothing", async () => {
  await using alerting = await startAlerting(redis.url, { fails: 4, bindings: [] });
  const alert = pod("a");
  await alerting.post({ alerts: [alert] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await alerting.post({ alerts: [{ ...alert, status: "resolved", endsAt: Date.now() }] });
  await waitFor(() => alerting.roots().at(-1)?.message.tone === "good", 20_000);
  await waitFor(() => alerting.shown.some(({ place, message }) => place.under && message.tone === "good"), 5_000);
  await calm();

  const ids = alerting.shown.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  expect(new Set(alerting.roots().map(({ subject }) => subject)).size).toBe(1);
}, 40_000);

test("what nobody routes and what the channel may not ask is told, not asked", async () => {
  await using alerting = await startAlerting(redis.url, {
    bindings: [{ match: channel, clusters: ["*"], namespaces: ["payments"], commands: ["drops"] }],
  });
  await alerting.post({ alerts: [{ labels: { namespace: "secret" } }] });
  await waitFor(() => alerting.shown.length >= 3, 5_000);

  const said = alerting.shown.slice(1).map(({ message }) => messageText(message));
  expect(said.every((text) => text.includes("Flows could not be asked for"))).toBe(true);
  expect(said[0]).toContain("only these namespaces may be seen here: payments, not secret");
  expect(said[1]).toContain("not capture");
});

test("1,000 groups at once: ten threads and one for all the others, in which each is counted", async () => {
  await using alerting = await startAlerting(redis.url, { bindings: [] });
  alerting.openWorker();
  const groups = Array.from({ length: 1_000 }, (_, n) => ({
    groupKey: `g${n}`,
    alerts: [{ labels: { namespace: `ns-${n % 7}`, pod: `p${n}` }, startsAt: 1_000 + n }],
  }));
  const subjects = () => new Set(alerting.roots().map(({ subject }) => subject));
  const storm = () => alerting.roots().findLast(({ subject }) => subject.startsWith("storm:"));

  const twice = [...groups, ...groups].map((group) => alerting.post(group));
  expect(new Set(await Promise.all(twice))).toEqual(new Set(["stored"]));
  await waitFor(
    () => storm()?.message.title.includes("990 groups") ?? false,
    60_000,
    () => storm()?.message.title ?? "",
  );

  expect(subjects().size).toBe(11);
  expect(alerting.roots().filter(({ subject }) => subject.startsWith("incident:"))).toHaveLength(10);
}, 90_000);

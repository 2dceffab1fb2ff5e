import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChangesResult } from "../../src/commands/changes/result.ts";
import { waitFor } from "../support/chat.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { channel, startAlerting } from "./alerting.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const alert = { labels: { namespace: "shop", workload: "web", severity: "critical" }, startsAt: Date.now() - 60_000 };

test("an alert's thread says what changed, about the target of its labels", async () => {
  await using alerting = await startAlerting(redis.url);
  await alerting.post({ alerts: [alert] });
  const found = () => alerting.shown.find(({ answer }) => answer?.command === "changes");
  await waitFor(() => found() !== undefined, 20_000);

  expect(found()?.place.under).toBe(alerting.roots()[0]?.subject);
  expect((found()?.answer?.result as ChangesResult | undefined)?.target).toBe("shop/web");
}, 30_000);

test("where the channel may not ask for changes, nothing is said of it", async () => {
  await using alerting = await startAlerting(redis.url, {
    bindings: [{ match: channel, clusters: ["*"], namespaces: ["*"], commands: ["drops", "capture"] }],
  });
  await alerting.post({ alerts: [alert] });
  await waitFor(() => alerting.shown.some(({ answer }) => answer?.command === "capture"), 20_000);

  expect(JSON.stringify(alerting.shown)).not.toContain("changes");
}, 30_000);

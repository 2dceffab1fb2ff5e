import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { acknowledge } from "../../src/alerts/acts.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import type { Delivery } from "../../src/message/delivery.ts";
import { messageText } from "../../src/message/text.ts";
import { createPerforming, perform, performBelow } from "../../src/queue/effects.ts";
import { createDigestAlerts } from "../../src/queue/effects-digest-alerts.ts";
import type { CommandRecord } from "../../src/queue/jobs.ts";
import { createDeliveryLog } from "../../src/store/delivery-log.ts";
import { createIncidents, type Incidents } from "../../src/store/incidents.ts";
import { fires, notified } from "../alerts/incidents.ts";
import { cluster, startQueue } from "../support/queue.ts";
import { useTestRedis } from "../support/redis-client.ts";

const use = useTestRedis();
const hour = 3_600_000;
let incidents: Incidents<Incident>;
beforeEach(() => {
  incidents = createIncidents<Incident>(use.redis, `{test-${randomUUID().slice(0, 8)}}`);
});

async function stored(pod: string, given: Partial<Incident> = {}): Promise<void> {
  const at = Date.now();
  const opened = notified(undefined, at, [fires(pod, at)], { groupKey: randomUUID() });
  const incident = { ...acknowledge(opened, { by: { name: "ann", at }, command: pod }), ...given };
  expect(await incidents.write(incident.key, incident, "")).toBe(true);
}

async function below(clusters: readonly string[] = ["lab"], conversation = "slack:T1/C1"): Promise<string[]> {
  const effects = [
    {
      kind: "digestAlerts",
      window: { from: Date.now() - hour, to: Date.now() + hour },
      zone: "UTC",
      clusters,
    } as const,
  ];
  const performing = createPerforming({
    ...{ cancel: async () => undefined, alertRoutes: [], deliveryLog: createDeliveryLog(use.redis, "{test}") },
    digestAlerts: createDigestAlerts(incidents),
  });
  const record = { id: "0".repeat(32), conversation, place: {} } as CommandRecord;
  // It takes nothing from the answer.
  expect(await perform(effects, record, performing)).toBeUndefined();
  return (await performBelow(effects, record, performing)).map((message) => messageText(message, 10_000));
}

test("one message of this conversation's incidents, of the clusters that the digest is about", async () => {
  await stored("mine");
  await stored("elsewhere", { conversation: "slack:T1/C2" });
  await stored("another", { cluster: "prod" });
  const [text = "", ...more] = await below();

  expect(more).toEqual([]);
  expect(text).toContain("Noisiest alert here: Drops · default/mine, 1 change");
  expect(text).toContain("ann");
  expect(text).not.toMatch(/elsewhere|another/);
});

test("nothing where there were no incidents", async () => {
  await stored("mine");
  expect(await below(["prod"])).toEqual([]);
  expect(await below(["lab"], "slack:T1/C9")).toEqual([]);
});

test("the latest, as many as are asked for, and none from before", async () => {
  for (const pod of ["a", "b", "c"]) await stored(pod);
  const titles = async (since: number, most: number) =>
    (await incidents.recent("slack:T1/C1", since, most)).map(({ title }) => title);

  expect(await titles(Date.now() - hour, 9)).toHaveLength(3);
  expect(await titles(Date.now() - hour, 2)).toHaveLength(2);
  expect(await titles(Date.now() + hour, 9)).toEqual([]);
});

test("stands in the digest's thread", async () => {
  await stored("mine", { cluster });
  const shown: Delivery[] = [];
  const platforms = [{ name: "slack", post: async (delivery: Delivery) => void shown.push(delivery) }];
  const digestAlerts = createDigestAlerts(incidents);
  await using bench = await startQueue(use.url, {}, { platforms, digestAlerts });
  const dispatched = await bench.dispatch("digest now", { conversation: "slack:T1/C1" });
  const under = "id" in dispatched ? dispatched.id : "";
  const found = () => shown.find(({ message }) => message.title.startsWith("Noisiest alert here: "));

  await expect.poll(() => found()?.place, { timeout: 20_000 }).toEqual({ under });
  expect(shown[0]).toMatchObject({ place: {}, message: { title: expect.stringContaining(cluster) } });
}, 30_000);

/** What an alert asks when it fires, on the real queue without any source behind it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageText } from "../../src/message/text.ts";
import type { Invocation } from "../../src/queue/dispatch.ts";
import { waitFor } from "../support/chat.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";
import { channel, startAlerting } from "./alerting.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const generatorURL = "http://prom:9090/graph?g0.expr=up%7Bjob%3D%22a%22%7D+%3D%3D+0&g0.tab=1";
const alert = { labels: { namespace: "default" }, startsAt: Date.now() - 60_000, generatorURL };

async function askedBy(
  given: Partial<{ namespaces: readonly string[]; commands: readonly string[] }>,
  alerts: readonly (typeof alert)[] = [alert],
) {
  const asked: Invocation[] = [];
  const bindings = [{ match: channel, clusters: ["*"], namespaces: ["*"], commands: ["*"], ...given }];
  await using alerting = await startAlerting(redis.url, {
    bindings,
    dispatch: async (invocation) => {
      asked.push(invocation);
      return { status: "working", id: "0".repeat(32), command: "", deadlineAt: 0 };
    },
  });
  await alerting.post({ alerts: [...alerts] });
  await waitFor(() => asked.some(({ text }) => text.startsWith("capture")), 15_000);
  // The root is written down once all was asked: another notification comes after it.
  await alerting.post({ alerts: alerts.map((one) => ({ ...one, status: "resolved", endsAt: Date.now() })) });
  await waitFor(() => alerting.roots().at(-1)?.message.tone === "good", 15_000);
  return { asked, said: alerting.shown.map(({ message }) => messageText(message)) };
}

test("its own expression is drawn in its thread, without anybody's permission to ask query", async () => {
  const { asked, said } = await askedBy({ commands: ["drops", "capture"] });
  const picture = asked.find(({ text }) => text.startsWith("expression"));

  expect(picture?.text).toMatch(/^expression --since \S+ --cluster lab -- up\{job="a"\} == 0$/);
  expect(picture?.visible).toEqual({});
  expect(picture?.place).toMatchObject({ under: expect.stringMatching(/^incident:/) });
  expect(picture?.place.silent).toBeUndefined();
  expect(said.join("\n")).not.toContain("could not be asked for");
}, 40_000);

test("where only some namespaces may be seen, that goes along with it", async () => {
  const { asked } = await askedBy({ namespaces: ["default"] });
  expect(asked.find(({ text }) => text.startsWith("expression"))?.visible).toEqual({ lab: ["default"] });
}, 40_000);

test("an alert that says nothing of its expression gets no picture, nor does a channel that may not see the flows", async () => {
  const { asked } = await askedBy({}, [{ ...alert, generatorURL: "https://grafana.example/alerting/x/view" }]);
  const words = (all: readonly Invocation[]) => all.map(({ text }) => text.split(" ")[0]);
  expect(words(asked)).toEqual(expect.arrayContaining(["verdict", "capture", "top"]));
  expect(words(asked)).not.toContain("expression");

  const { asked: refused, said } = await askedBy({ commands: ["capture"] });
  expect(words(refused)).toContain("capture");
  expect(words(refused)).not.toContain("top");
  expect(said.join("\n")).toContain("drops ns/default");
}, 40_000);

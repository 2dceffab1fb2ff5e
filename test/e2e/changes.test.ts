/** A step of the lab applies a policy, and the whole bot says what changed, when, by whom, and what was dropped after it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import type { ChangesResult } from "../../src/commands/changes/result.ts";
import { checkConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { askOnce } from "../../src/verbs/ask.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
let app: App;
beforeAll(async () => {
  ground = await startTestLab({ steps: [] });
  app = await open();
}, 60_000);
afterAll(async () => {
  await app.close();
  await ground[Symbol.asyncDispose]();
});

async function open(): Promise<App> {
  const opened = await startApp({ config: checkConfig(ground.lab.config()), role: "all", log: createLog("silent") });
  await opened.connected(5_000);
  return opened;
}

async function ask(text: string) {
  const outcome = await askOnce(app, text);
  if (outcome.status !== "answered" || outcome.delivery.answer === null) throw new Error(JSON.stringify(outcome));
  const { message, answer } = outcome.delivery;
  const words = renderTerminal(message, { width: 400, color: false });
  const { result, files } = answer as AnswerDocument & { readonly result: ChangesResult };
  return { message, words, files, cluster: result.clusters[0] };
}

const until = (what: () => Promise<unknown>) => expect.poll(what, { timeout: 30_000, interval: 200 });

test("rule1 is applied: who, when, what, and the first drop after it; deleted while the bot is away, it is found", {
  timeout: 120_000,
}, async () => {
  const quiet = await ask("changes deathstar");
  expect(quiet.message.title).toMatch(/^deathstar: nothing changed in 1h/);
  expect(quiet.words).toMatch(/Watched: policies, workloads, labels of namespaces, nodes.* since \d\d:\d\d:\d\d UTC/);

  const at = Date.now();
  ground.lab.world.setStep("l3-l4", at);
  await until(async () => (await ask("changes deathstar")).cluster?.changes?.length).toBe(1);
  await until(async () => (await ask("changes deathstar")).cluster?.firstDrop).not.toBeNull();
  const { message, words, cluster, files } = await ask("changes deathstar");
  const [change] = cluster?.changes ?? [];
  expect(change).toMatchObject({
    ...{ object: "CiliumNetworkPolicy", namespace: "default", name: "rule1", action: "created", after: null },
    ...{ at: Math.floor(at / 1_000) * 1_000, by: "kubectl-client-side-apply" },
  });
  expect(message.title).toMatch(
    /^deathstar: first drop (\d+|less than 1)s after default\/rule1 was created by kubectl$/,
  );
  expect(words).toContain("First dropped: default/xwing → default/deathstar:80/TCP at ");
  expect(words).toContain("ingress from org=empire");
  expect(cluster?.firstDrop).toMatchObject({ change: change?.id, source: "default/xwing" });
  const body = files?.[0] && (await app.file(files[0].id))?.body;
  expect(String(body)).toMatch(/^# .* CiliumNetworkPolicy default\/rule1 created by kubectl\n--- \/dev\/null\n/);
  expect((await ask("changes xwing")).cluster?.changes).toEqual([]);

  ground.lab.world.setStep("l7", Date.now());
  await until(async () => (await ask("changes deathstar")).cluster?.changes?.[0]?.what).toEqual([
    "ingress POST /v1/request-landing added",
  ]);

  await app.close();
  ground.lab.world.setStep("deleted", Date.now());
  app = await open();
  await until(async () => (await ask("changes deathstar")).cluster?.changes?.[0]?.action).toBe("deleted");
  expect((await ask("changes deathstar")).cluster?.changes?.map(({ action }) => action)).toEqual([
    ...["deleted", "changed", "created"],
  ]);
});

/** Star Wars step by step, asked of the whole bot: each step's verdict, with the rule or the label or request that it lacks, held against the lab's flows. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import type { WhyResult } from "../../src/commands/why/result.ts";
import { checkConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { renderSlack } from "../../src/platforms/slack/render.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { askOnce } from "../../src/verbs/ask.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
let app: App;
beforeAll(async () => {
  ground = await startTestLab({ scenarios: ["webpod"], steps: [] });
  app = await startApp({ config: checkConfig(ground.lab.config()), role: "all", log: createLog("silent") });
  await app.connected(5_000);
});
afterAll(async () => {
  await app.close();
  await ground[Symbol.asyncDispose]();
});

async function ask(text: string) {
  const outcome = await askOnce(app, text);
  if (outcome.status !== "answered" || outcome.delivery.answer === null) throw new Error(JSON.stringify(outcome));
  const { message, answer } = outcome.delivery;
  const words = renderTerminal(message, { width: 400, color: false }).replaceAll(/\s+/g, " ");
  return { message, result: (answer as AnswerDocument & { readonly result: WhyResult }).result, words };
}

/** Applies the step and waits until the bot's index has it and there is traffic under it. */
async function step(name: "none" | "l3-l4" | "l7" | "deleted", policies: number): Promise<number> {
  const at = Date.now();
  ground.lab.world.setStep(name, at);
  await expect
    .poll(async () => (await ask("why xwing deathstar:80")).result.clusters[0]?.policies.length, { timeout: 10_000 })
    .toBe(policies);
  for (const ship of ["xwing", "tiefighter"])
    await expect
      .poll(async () => (await ask(`why ${ship} deathstar:80 ${since(at)}`)).result.clusters[0]?.seen.verdict, {
        timeout: 20_000,
      })
      .not.toBe("nothing");
  return at;
}

/** A second later, because a packet may be on its way while the policy changes. */
const since = (at: number) => `--since ${new Date(at + 1_000).toISOString()}`;

test("each step of the demo is explained right", { timeout: 120_000 }, async () => {
  const none = await step("none", 0);
  const open = await ask(`why xwing deathstar:80 ${since(none)}`);
  expect(open.message.title).toBe("xwing → deathstar:80/TCP is allowed: no policy applies to it");
  expect(open.result.clusters[0]?.seen).toMatchObject({ denied: 0, verdict: "agrees" });

  const l4 = await step("l3-l4", 1);
  const xwing = await ask(`why xwing deathstar:80 ${since(l4)}`);
  expect(xwing.message.title).toBe(
    "xwing → deathstar:80/TCP is denied on ingress: rule1 admits org=empire; default/xwing has org=alliance",
  );
  expect(xwing.result.clusters[0]?.seen).toMatchObject({ passed: 0, verdict: "agrees" });
  expect(xwing.result.clusters[0]?.seen.denied).toBeGreaterThan(0);
  const tie = await ask(`why tiefighter deathstar:80 --http 'PUT /v1/exhaust-port' ${since(l4)}`);
  expect(tie.message.title).toBe("tiefighter → deathstar:80/TCP is allowed by rule1");
  expect(tie.result.clusters[0]?.seen).toMatchObject({ denied: 0, verdict: "agrees" });
  expect((await ask("why tiefighter deathstar:8080")).message.title).toContain(
    "port 8080 asked, rule1 allows 80 (TCP)",
  );

  const l7 = await step("l7", 1);
  await expect
    .poll(async () => (await ask(`why tiefighter deathstar:80 ${since(l7)}`)).result.clusters[0]?.seen.refused, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  const put = await ask(`why tiefighter deathstar:80 --http 'PUT /v1/exhaust-port' ${since(l7)}`);
  expect(put.message.title).toBe(
    "tiefighter → deathstar:80/TCP is allowed, and PUT /v1/exhaust-port is refused by rule1 (403)",
  );
  expect(put.words).toContain("rule1 admits method POST; the request has PUT");
  expect(put.words).toContain("It lets pass: POST /v1/request-landing");
  expect(put.result.clusters[0]?.seen.verdict).toBe("agrees");
  const post = await ask("why tiefighter deathstar:80 --http 'POST /v1/request-landing'");
  expect(post.message.title).toBe("tiefighter → deathstar:80/TCP is allowed, and so is POST /v1/request-landing");
  expect((await ask("why xwing deathstar:80 --http 'POST /v1/request-landing'")).message.title).toContain(
    "org=alliance",
  );

  const drops = await ask(`drops deathstar ${since(l7)}`);
  expect(drops.words).toContain("Default deny: rule1 admits org=empire; default/xwing has org=alliance.");
  expect(drops.words).toContain("Nearest: rule1 admits method POST; the request has PUT.");
  const buttons = drops.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
  const pressed = buttons.find(({ command }) => command.startsWith("why default/xwing"));
  expect((await ask(pressed?.command ?? "")).message.title).toContain("is denied on ingress: rule1 admits org=empire");

  const policies = await ask("policies deathstar");
  expect(policies.words).toContain("ingress allow from org=empire to 80/TCP: POST /v1/request-landing");
  expect(policies.words).toContain("kubectl-client-side-apply");
  const blocks = renderSlack(put.message, { actionValue: () => "button" });
  expect(JSON.stringify(blocks)).toContain("rule1 admits method");

  await step("deleted", 0);
  const after = await ask(`why xwing deathstar:80 --since ${new Date(l4).toISOString()}`);
  expect(after.message.title).toContain("is allowed: no policy applies to it");
  expect(after.message.tone).toBe("warn");
  expect(after.words).toContain(
    "packets were denied that the policies now allow. Likely a policy that has been deleted since",
  );
});

test("the outside is explained on egress, by the policy of the pod that asks", async () => {
  const { message, result } = await ask("why curl-pod www.example.com:443 --since 5m");
  expect(message.title).toBe(
    "curl-pod → www.example.com:443/TCP is denied on egress: port 443 asked, l7-visibility allows 53 (TCP)",
  );
  expect(result.clusters[0]?.seen).toMatchObject({ verdict: "agrees" });
  expect((await ask("why curl-pod webpod:80 --http 'GET /'")).message.title).toContain("is allowed, and so is GET /");
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startApp } from "../../src/app.ts";
import { checkConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { renderSlack } from "../../src/platforms/slack/render.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { askOnce } from "../../src/verbs/ask.ts";
import { plantedLines, plantedSecrets } from "../fixtures/flows/secrets.ts";
import { type Ran, run } from "../support/cli.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
let directory = "";
beforeAll(async () => {
  // Everything that can be logged is.
  vi.stubEnv("DEBUG", "1");
  directory = mkdtempSync(join(tmpdir(), "secrets-"));
  ground = await startTestLab();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await ground[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

let folders = 0;

/** All that an `ask` gave: both outputs and every file in --out. */
async function everythingOf(args: readonly string[]): Promise<Ran & { readonly all: string }> {
  const out = join(directory, `out-${++folders}`);
  const ran = await run("ask", ...args, "--out", out);
  const files = readdirSync(out).map((file) => readFileSync(join(out, file), "utf8"));
  expect(files.length).toBeGreaterThan(0);
  return { ...ran, all: [ran.stdout, ran.stderr, ...files].join("\n") };
}

describe("the lab's flows carry a user in their queries", () => {
  // Every second request that puts something has a user, and Slack shows the last few lines alone: all of them have to be such requests.
  const questions = ["drops deathstar --since 10m", "observe -t l7 --http-method PUT --last 60"];

  test.each(questions)(
    "and no answer tells it, in no format: %s",
    async (text) => {
      const args = ["--config", ground.configFile, text, "--format", "json"];
      const { code, all, stdout, stderr } = await everythingOf(args);
      expect([0, 3], stderr).toContain(code);
      expect(stderr).toContain('"msg":"kubernetes watch"');
      for (const shown of [stdout, ...otherFormats(stdout)]) expect(shown).toContain("/v1/exhaust-port?…");
      for (const shown of [all, ...otherFormats(stdout)]) expect(/user_id|=\d{4}\b/.exec(shown)?.[0]).toBeUndefined();
    },
    60_000,
  );

  test("unless the configuration allows the parameter; and what it denies is hidden too", async () => {
    const redaction = { allow: ["query:user_id"], deny: ["path:/v1/*"] };
    const config = checkConfig({ ...ground.lab.config(), redaction });
    const app = await startApp({ config, role: "all", log: createLog("silent") });
    onTestFinished(() => app.close());
    await app.connected(5_000);
    for (const text of questions) {
      const outcome = await askOnce(app, text);
      if (outcome.status !== "answered") throw new Error(outcome.say);
      const shown = JSON.stringify(outcome.delivery.answer);
      expect(shown).toMatch(/\/v1\/…\?user_id=\d{4}&…/);
      expect(shown).not.toContain("exhaust-port");
    }
  }, 60_000);
});

describe("recorded flows with a secret in every place", () => {
  const secrets = Object.entries(plantedSecrets);
  const file = () => join(directory, "planted.jsonl");
  beforeAll(() => writeFileSync(file(), plantedLines.join("\n")));

  test("have each of them", () => {
    const text = plantedLines.join("\n");
    expect(secrets.filter(([, secret]) => !text.includes(secret))).toEqual([]);
  });

  test.each([
    ["drops", ["/reset/…?…", "password=…", "….evil.example"]],
    ["observe --all", ["http://deathstar/reset/…?…", "….evil.example", "token=…"]],
    ["observe --all -o json", ["http://deathstar/reset/…?…", "….evil.example", "token=…"]],
  ] as const)(
    "%s tells none, in no format",
    async (text, rests) => {
      const { code, all, stdout } = await everythingOf(["--flows", file(), text, "--format", "json"]);
      expect(code).toBe(0);
      for (const rest of rests) expect(stdout).toContain(rest);
      for (const shown of [all, ...otherFormats(stdout)]) {
        expect(shown).toContain("…");
        expect(secrets.filter(([, secret]) => shown.includes(secret)).map(([place]) => place)).toEqual([]);
      }
    },
    60_000,
  );
});

/** The other formats are made of the same document; that the program prints them so is told in stories.test.ts, with what Redis is told. */
function otherFormats(json: string): string[] {
  const { message, result } = JSON.parse(json) as AnswerDocument & { readonly result: { readonly lines?: string[] } };
  const slack = renderSlack(message, { actionValue: () => "button" });
  return [
    renderTerminal(message, { width: 120, color: false }),
    JSON.stringify(slack),
    ...(result.lines === undefined ? [] : [result.lines.join("\n")]),
  ];
}

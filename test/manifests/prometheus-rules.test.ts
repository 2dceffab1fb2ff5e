/** The rule pack by Prometheus' own tool, and its runbooks by the bot's own grammar. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { evidenceOf } from "../../src/alerts/evidence.ts";
import { parseCommand } from "../../src/commands/grammar.ts";
import { findProgram } from "../../src/lab/programs/find.ts";
import type { Program } from "../../src/lab/programs/program.ts";
import { type RuleCase, ruleCases } from "./rules-cases.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const source = readFileSync(join(import.meta.dirname, "../../manifests/prometheus/rules.yaml"), "utf8");
const { groups } = parse(source) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-rules-"));
const file = join(directory, "rules.yaml");
let promtool: Program;

beforeAll(async () => {
  writeFileSync(file, source);
  promtool = await findProgram("promtool", { say: () => undefined });
}, 300_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Rejects with what it printed. */
async function runPromtool(...args: readonly string[]): Promise<string> {
  const [binary = "", ...rest] = promtool.command(args, directory);
  const { stdout } = await promisify(execFile)(binary, rest, { cwd: directory });
  return stdout;
}

test("Prometheus takes the file", async () => {
  expect(await runPromtool("check", "rules", file)).toContain(`SUCCESS: ${rules.length} rules found`);
});

test("each alert has its case, and each case its alert", () => {
  expect(ruleCases.map(({ alert }) => alert).sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

/** The labels of the series, as far as the alert keeps them, are promtool's to compare: the number of alerts is what is checked. */
async function firing({ alert, at }: RuleCase, series: RuleCase["fires"]): Promise<string> {
  const name = join(directory, `${alert}-${Object.keys(series).length}-${Math.random()}.yaml`);
  const input = Object.entries(series).map(([key, values]) => ({ series: key, values }));
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"}) or vector(0)`;
  const tests = [0, 1, 2, 3].map((count) => ({
    ...{ interval: "1m", name: String(count), input_series: input },
    promql_expr_test: [{ expr, eval_time: at, exp_samples: [{ labels: "{}", value: count }] }],
  }));
  for (const [count, one] of tests.entries()) {
    writeFileSync(name, stringify({ rule_files: [file], evaluation_interval: "1m", tests: [one] }));
    const matches = await runPromtool("test", "rules", name).then(
      () => true,
      () => false,
    );
    if (matches) return String(count);
  }
  return "more than 3";
}

test.each(ruleCases.map((each) => [each.alert, each] as const))(
  "%s fires when it should, and only then",
  async (_, each) => {
    expect([await firing(each, each.fires), await firing(each, each.silent)]).toEqual([String(each.count ?? 1), "0"]);
  },
);

test.each(rules.map((rule) => [rule.alert, rule] as const))("%s says what it means and what to type", (_, rule) => {
  const { summary, description, runbook, cilium_chatops: asked } = rule.annotations;
  const options = { clusters: ["lab"], defaultCluster: "lab" };

  expect(rule.for).toMatch(/^\d+m$/);
  expect(["critical", "warning", "info"]).toContain(rule.labels["severity"]);
  expect([summary?.length ?? 0, description?.length ?? 0].every((length) => length > 20)).toBe(true);
  expect(runbook).toMatch(/^\/cilium /);
  expect(parseCommand(runbook ?? "", options)).toMatchObject({ ok: true });
  if (asked === undefined) return;
  const { labels, annotations } = rule;
  const alert = { fingerprint: "", firing: true, labels, annotations, startsAt: 0, endsAt: 0, generatorUrl: "" };
  const { summary: line, from } = evidenceOf([alert], "lab", 1_800_000_000_000);
  expect(from).toBe("annotation cilium_chatops");
  expect(parseCommand(line, options)).toMatchObject({ ok: true });
});

import { describe, expect, test } from "vitest";
import type { AuditResult } from "../../../src/commands/audit/result.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { Action } from "../../../src/message/message.ts";
import { answerOf, questionOf } from "./asking.ts";
import { scenes } from "./scenes.ts";

const known = { clusters: ["lab", "prod"], defaultCluster: "lab" };
const hour = 3_600_000;

describe("what is asked", () => {
  test("is a day of the namespace, by either spelling and either name", () => {
    for (const text of ["audit shop", "audit ns/shop", "coach shop"]) {
      const { select, window, cluster } = questionOf(text);
      expect([select.target, window.to - window.from, cluster]).toEqual([
        { kind: "namespace", name: "shop" },
        24 * hour,
        "lab",
      ]);
    }
  });

  test("keeps the cluster, the time, and what may be seen", () => {
    const question = questionOf("audit shop --since 2h --cluster prod", { visible: { prod: ["shop"] } });
    expect(question).toMatchObject({ cluster: "prod", visible: ["shop"] });
    expect(question.window.to - question.window.from).toBe(2 * hour);
  });

  test.each([
    ["audit", "NAMESPACE"],
    ["audit default/web", "audit payments"],
    ["audit shop --since 0s", "24h"],
    ["audit shop --cluster lab,prod", "--cluster NAME"],
    ["audit Shop!", "lower-case"],
  ])("%s is refused, with what to type", (text, advice) => {
    const parsed = parseCommand(text, known);
    expect(parsed.ok ? "" : parsed.say).toContain(advice);
  });

  test("names its namespace, so that it can be refused where that may not be seen", () => {
    const parsed = parseCommand("audit payments", known);
    expect(parsed.ok && parsed.command.namespaces?.(parsed.args)).toEqual(["payments"]);
  });
});

function answerIn(scene: string) {
  const found = scenes[scene];
  if (found === undefined) throw new Error("no such scene");
  return answerOf(found.text, found.given);
}

function actionsOf(scene: string): readonly Action[] {
  return answerIn(scene).message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
}

describe("buttons", () => {
  test.each(Object.keys(scenes))("%s: each is a command of the same cluster", (scene) => {
    const cluster = scenes[scene]?.text.includes("prod") ? "prod" : "lab";
    for (const { command } of actionsOf(scene))
      expect(parseCommand(command, known)).toMatchObject({ ok: true, clusters: [cluster] });
  });

  test("suggest is for whoever lacks most, with what was audited", () => {
    const commands = (scene: string) => actionsOf(scene).map(({ command }) => command);
    expect(commands("two would break")[0]).toBe("suggest shop/web --since 1d");
    expect(commands("audit mode arrives")[0]).toBe("suggest shop/cart --audit");
    expect(commands("nothing would break")).toEqual(["policies ns/shop"]);
  });
});

test("the summary says the same in numbers", () => {
  const { summary } = answerIn("the rings are short").result as AuditResult;
  expect(summary).toEqual({
    headline: "shop: 6 of 7 edges have a rule; 1 would break (seen in 42m of 1d)",
    ...{ cluster: "lab", namespace: "shop" },
    workloads: { total: 4, enforced: { ingress: 2, egress: 3 }, untested: 1 },
    edges: { seen: 7, ruled: 6, missing: 1, unknown: 0, refused: 1, always: 1 },
    audit: { status: "enforced", flows: 0, unexplained: 0 },
    worst: {
      ...{ direction: "ingress", from: "edge/gateway", to: "shop/web", port: 443, protocol: "TCP", flows: 1_204 },
    },
    ...{ observedMs: 42 * 60_000, windowMs: 24 * hour },
  });
});

test("without flows there is nothing to sum up", () => {
  expect(answerOf("audit shop", { down: true }).result).toMatchObject({ summary: null, edges: null, workloads: [] });
});

test("a time that is none is asked back", () => {
  const parsed = parseCommand("audit shop --since 2030-01-01T00:00Z", known);
  if (!parsed.ok) throw new Error(parsed.say);
  const asked = { args: parsed.args, askedAt: Date.parse("2026-11-20T12:00Z"), clusters: ["lab"], visible: {} };
  const step = parsed.command.step({ ...asked, outcomes: [], round: 0 });
  expect(JSON.stringify(step)).toContain("audit shop --since 1h");
});

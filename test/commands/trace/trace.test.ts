import { afterAll, describe, expect, test } from "vitest";
import { stages } from "../../../src/analysis/trace/trace.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { tracePairLine } from "../../../src/commands/trace/line.ts";
import type { TraceResult } from "../../../src/commands/trace/result.ts";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { found, row, scenes, summary } from "./scenes.ts";

const golden = goldenFolder("trace");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);
const clusters = ["prod-eu", "prod-us"];

describe("the answer to trace", () => {
  test.each(answers)("%s, at 80 columns", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });
});

describe("every answer of trace", () => {
  test.each(answers)("%s: nothing that strangers wrote reaches a reader as it is", (_, __, { message }) => {
    for (const text of [renderTerminal(message, { width: 80, color: false }), messageText(message, 20_000)])
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test.each(answers)("%s: is JSON, fits, and its buttons are commands", (_, __, { message, result }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    for (const block of message.blocks) {
      if (block.kind === "table") expect(block.rows.every((cells) => cells.length === block.columns.length)).toBe(true);
      if (block.kind !== "actions") continue;
      for (const { command } of block.actions)
        expect(parseCommand(command, { clusters, defaultCluster: "prod-eu" })).toMatchObject({ ok: true });
    }
  });

  test.each(stages)("a title says that attempts are %s", (stage) => {
    const long = { source: `${"n".repeat(60)}/x`, destination: `${"m".repeat(60)}/y`, reason: "POLICY_DENIED" };
    for (const change of [{}, { attempts: 1 }, long]) {
      const { message } = play({
        text: "trace xwing deathstar:80",
        reply: () => found(summary([row(stage, change)])),
      }).answer;
      expect(message.title.length).toBeLessThanOrEqual(150);
      expect(message.title).toMatch(/1?\d of 1?\d attempts? /);
    }
  });
});

test("the worst stage is the title, also of the cluster that is not first", () => {
  const reply: Scene["reply"] = ({ cluster }) =>
    found(summary(cluster === "prod-us" ? [row("lost"), row("established", { attempts: 90 })] : [row("established")]));
  const { answer } = play({ text: scenes["two clusters"].text, clusters, reply });
  expect(answer.message.title).toBe(
    "prod-us: default/xwing → default/deathstar:80: 12 of 102 attempts leave the source's node and never arrive at k8s-w2",
  );
  expect((answer.result as TraceResult).clusters.map(({ trace }) => trace?.attempts)).toEqual([12, 102]);
});

test("a pair as answers name it becomes a line, where its ends can be typed", () => {
  const rest = { since: { kind: "ago", ms: 600_000 }, until: { kind: "ago", ms: 0 } } as const;
  const pair = { source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP" };
  expect(tracePairLine(pair, rest)).toBe("trace default/xwing default/deathstar:80 --since 10m");
  expect(tracePairLine({ ...pair, destination: "unknown thing" }, rest)).toBeUndefined();
});

test("a cluster that knows an end not, or twice, is named: nothing was looked for there", () => {
  const unknown = { status: "unknown", text: "xwing", near: [] } as const;
  const ambiguous = { status: "ambiguous", text: "deathstar", candidates: ["a/deathstar", "b/deathstar"] } as const;
  const reply: Scene["reply"] = ({ cluster }) =>
    cluster === "prod-us"
      ? found(null, { from: unknown, resolution: ambiguous, coverage: null })
      : found(summary([row("established")]));
  const { message } = play({ text: scenes["two clusters"].text, clusters, reply }).answer;
  expect(message.blocks).toContainEqual({
    ...{ kind: "note", tone: "warn" },
    text: "prod-us: nothing is called xwing there and several things are called deathstar there.",
  });
});

test("connections the other way are none of these, and one line away", () => {
  const { message } = play({
    text: "trace xwing deathstar:53/udp",
    reply: () => found(summary([], { reversed: true })),
  }).answer;
  expect(message.title).toBe("xwing → deathstar:53/UDP: no attempt seen in 5m, only connections the other way");
  const actions = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
  expect(actions[0]).toEqual({ label: "the other way", command: "trace deathstar xwing" });
});

test("the line to copy asks for the protocol that was asked for", () => {
  const lineOf = (text: string) =>
    play({ text, reply: () => found(summary([row("answered")])) }).answer.copyAs[0]?.text;
  expect(lineOf("trace xwing deathstar:53/udp")).toContain("--to-port 53 --protocol udp ");
  expect(lineOf("trace xwing deathstar:8/icmp")).toContain("--protocol icmpv4 ");
  expect(lineOf("trace xwing deathstar:80")).not.toContain("--protocol");
});

test.each([
  ["trace xwing:80 deathstar", "type trace xwing DESTINATION:80"],
  ["trace xwing deathstar:80 --http 'GET /'", "no flag"],
  ["trace xwing", "DST"],
  ["trace xwing *.example.com:443", "one DNS name"],
])("%s is refused with what to type", (text, say) => {
  expect(parseCommand(text, { clusters: ["prod-eu"], defaultCluster: "prod-eu" })).toMatchObject({
    ok: false,
    say: expect.stringContaining(say) as string,
  });
});

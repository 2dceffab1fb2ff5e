import { afterAll, describe, expect, test } from "vitest";
import { drawSvg } from "../../../src/charts/draw.ts";
import { openFont } from "../../../src/charts/font.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { MapResult } from "../../../src/commands/map/result.ts";
import type { Message } from "../../../src/message/message.ts";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { coverage, play, type Scene, timeBack } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { edge, found, scenes, serviceMap } from "./scenes.ts";

const golden = goldenFolder("map");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);
const charts = ({ blocks }: Message) => blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));

describe("the answer to map", () => {
  test.each(answers)("%s, at 80 columns", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });
});

describe("every answer of map", () => {
  test.each(answers)("%s: nothing that strangers wrote reaches a reader as it is", (_, __, { message }) => {
    for (const text of [renderTerminal(message, { width: 80, color: false }), messageText(message, 20_000)])
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test.each(answers)("%s: is JSON, has a title for a lock screen, and can be drawn", (_, __, { message, result }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(message.title.length).toBeLessThanOrEqual(150);
    for (const chart of charts(message))
      expect(drawSvg(chart, { height: 400, theme: "light" }, openFont())).toContain("<rect");
  });

  test.each(answers)("%s: its buttons and what it repeats are commands", (_, __, { message }) => {
    const actions = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    const clusters = ["prod-eu", "prod-us"];
    for (const { command } of actions)
      expect(parseCommand(command, { clusters, defaultCluster: "prod-eu" })).toMatchObject({ ok: true });
  });
});

const resultOf = (scene: Scene) => play(scene).answer.result as MapResult;

test("a cluster that knows the target not is named, where others know it", () => {
  const unknown = { status: "unknown", text: "scout", near: [] } as const;
  const scene: Scene = {
    ...{ text: "map scout --cluster '*'", clusters: ["prod-eu", "prod-us"] },
    reply: ({ cluster }) =>
      cluster === "prod-us"
        ? found(null, { resolution: unknown, coverage: null })
        : found(serviceMap([edge()]), { resolution: null }),
  };
  const { blocks } = play(scene).answer.message;
  expect(blocks).toContainEqual({ kind: "note", tone: "warn", text: "prod-us: nothing is called scout there." });
  const alone = play({ ...scene, clusters: ["prod-eu"] }).answer.message;
  expect(messageText(alone, 20_000)).not.toContain("is called");
});

describe("the result", () => {
  test("has verdicts and rates over the part of the window that flows reach", () => {
    const { edges, hidden } = resultOf(scenes["a namespace"]);
    expect(edges?.map(({ verdict, rate, lostRate }) => [verdict, rate, lostRate])).toEqual([
      ["dropped", 0, 0.52],
      ["partly", 1, 0.08],
      ["forwarded", 0.11, 0],
      ["forwarded", 0.22, 0],
    ]);
    expect(edges?.[1]?.l7Share).toBeCloseTo(144 / 444);
    expect(hidden.probe).toEqual({ edges: 12, flows: 480 });
  });

  test("tells what has no answer from what passed", () => {
    const { edges } = resultOf(scenes["what leaves and never arrives"]);
    expect(edges?.map(({ verdict, flows, unanswered }) => [verdict, flows, unanswered])).toEqual([
      ["unanswered", 0, 76],
      ["partly", 100, 4],
      ["forwarded", 20, 0],
    ]);
    expect(edges?.[0]?.unansweredRate).toBeCloseTo(76 / 300);
  });

  test("offers to trace it, but not into a namespace that is not shown here", () => {
    const commands = (visible?: Scene["visible"]) =>
      play({ ...scenes["what leaves and never arrives"], ...(visible && { visible }) }).answer.message.blocks.flatMap(
        (block) => (block.kind === "actions" ? block.actions.map(({ command }) => command) : []),
      );
    expect(commands()[0]).toBe("trace hoth/scout hoth/outpost:80 --since 5m");
    expect(commands({ "prod-eu": ["default"] })).toEqual([]);
  });

  test("shares out over no less than the time it was counted in, where only some nodes reach back so far", () => {
    // From 290 s ago on; all nodes have the last 120 s.
    expect(resultOf(scenes["poor coverage"]).edges?.[1]?.rate).toBeCloseTo(300 / 290);
    const young = edge({ first: timeBack(60_000), flows: 240 });
    const scene = {
      ...scenes["poor coverage"],
      reply: () => found(serviceMap([young]), { coverage: coverage({ oldest: timeBack(120_000) }) }),
    };
    expect(resultOf(scene).edges?.[0]?.rate).toBe(2);
  });

  test("is unknown, not empty, when nobody answers", () => {
    expect(resultOf(scenes["nobody answers"]).edges).toBeNull();
    expect(resultOf(scenes["nothing there"]).edges).toEqual([]);
  });
});

describe("a word", () => {
  const targets = (scene: Scene) =>
    play(scene).questions.map((question) => (question.ask === "map" ? question.select.target : undefined));

  test("is a namespace where there is one, else a name", () => {
    expect(targets(scenes["a namespace"])).toEqual([{ kind: "namespace", name: "default" }]);
    expect(targets(scenes["a workload"])).toEqual([
      { kind: "namespace", name: "deathstar" },
      { kind: "name", namespace: undefined, name: "deathstar" },
    ]);
    expect(resultOf(scenes["a workload"]).target).toBe("deathstar");
    const silent = found(serviceMap([]), { resolution: scenes["a namespace"].reply().resolution });
    expect(targets({ text: "map default", reply: () => silent })).toHaveLength(1);
  });

  test("goes by the flows where nobody knows the cluster's names", () => {
    const unresolved = (edges: number): Scene => ({
      text: "map default",
      reply: (question) => {
        if (question.ask !== "map" || question.select.target === undefined) throw new Error("not asked");
        const { target } = question.select;
        const because = "Kubernetes is not configured";
        return found(serviceMap(Array.from({ length: edges }, () => edge())), {
          resolution: { status: "unresolved", target, because },
        });
      },
    });
    expect(targets(unresolved(1))).toHaveLength(1);
    expect(targets(unresolved(0)).map((target) => target?.kind)).toEqual(["namespace", "name"]);
  });
});

test("each cluster that answered has a picture of its own", () => {
  const both: Scene = { ...scenes["two clusters"], reply: () => found(serviceMap([edge()])) };
  expect(charts(play(both).answer.message).map(({ title }) => title)).toEqual([
    "prod-eu: who talks to whom in 5m",
    "prod-us: who talks to whom in 5m",
  ]);
  expect(charts(play(scenes["two clusters"]).answer.message)).toHaveLength(1);
});

test.each([
  ["map --since 5s --until 10s", "That ends before it begins"],
  ["map --top 300", "from 1 to 200"],
  ["map --reason POLICY_DENIED", "no flag"],
])("%s is refused with what to type", (text, say) => {
  expect(parseCommand(text, { clusters: ["prod-eu"], defaultCluster: "prod-eu" })).toMatchObject({
    ok: false,
    say: expect.stringContaining(say) as string,
  });
});

import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { StatusResult } from "../../../src/commands/status/result.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import type { NodesFinding, PolicyRulesFinding } from "../../../src/sources/question.ts";
import { askedAt, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { rule1 } from "../../fixtures/outcomes/policies.ts";
import { scenes } from "./scenes.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

function textOf(scene: Scene): string {
  return renderTerminal(play(scene).answer.message, { width: 1_000, color: false });
}

function resultOf(scene: Scene): StatusResult["clusters"][number] {
  const [first] = (play(scene).answer.result as StatusResult).clusters;
  if (first === undefined) throw new Error("no cluster");
  return first;
}

describe("its arguments", () => {
  test.each(["status", "nodes", "/cilium status", "cilium nodes", "STATUS"])("%j takes nothing", (typed) => {
    expect(parseCommand(typed, options)).toMatchObject({
      ok: true,
      command: { name: "status" },
      args: {},
      clusters: ["prod-eu"],
      text: "status",
    });
  });

  test("--cluster is repeated by buttons", () => {
    expect(parseCommand("nodes --cluster prod-us", options)).toMatchObject({
      args: { clusters: ["prod-us"] },
      clusters: ["prod-us"],
    });
    const { message } = play({ ...scenes["two clusters"], text: "status --cluster prod-us" }).answer;
    const actions = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    for (const { command } of actions) expect(command).toMatch(/ --cluster prod-us$/);
  });

  test.each([
    ["status k8s-w1", 'status takes nothing, and "k8s-w1" is one too many.'],
    ["nodes --wide", 'status has no flag "--wide". It takes none.'],
  ])("%j is refused", (typed, say) => {
    expect(parseCommand(typed, options)).toMatchObject({ ok: false, say: expect.stringContaining(say) as string });
  });
});

test("each cluster is asked six questions at once, and nothing after them", () => {
  const { questions } = play(scenes["all is well"]);
  expect(questions.map(({ source, ask }) => `${source} ${ask}`)).toEqual([
    ...["hubble nodes", "kubernetes agents", "kubernetes policyRules"],
    ...["prometheus panel", "prometheus panel", "prometheus panel"],
  ]);
  expect(questions).toContainEqual({
    ...{ source: "prometheus", ask: "panel", cluster: "prod-eu", panel: "lost-events" },
    window: { from: askedAt - 3_600_000, to: askedAt },
  });
});

describe("where only some namespaces may be seen", () => {
  const { answer, questions } = play(scenes["a part may be seen"]);
  const text = renderTerminal(answer.message, { width: 200, color: false });

  test("policies are asked for with what may be seen, and nodes are asked for as ever", () => {
    expect(questions.filter((question) => "visible" in question)).toMatchObject([
      { ask: "policyRules", visible: ["default"] },
    ]);
  });

  test("the others are counted and not named", () => {
    expect(answer.message.title).toBe("prod-eu: 3 policies are invalid");
    expect(text).toContain("2 policies are invalid in namespaces that are not shown here");
    expect(text).toContain("k8s-w2");
    expect(answer.result).toMatchObject({
      clusters: [{ invalidPolicies: [{ namespace: "default", name: "rule1" }], otherInvalidPolicies: 2 }],
    });
  });

  test("what is refused there is not offered", () => {
    const actions = answer.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(actions.map(({ label }) => label)).toEqual(["policies", "drops", "digest now"]);
  });

  test("what is hidden stays so when nothing at all may be seen", () => {
    const empty: PolicyRulesFinding = { ask: "policyRules", resolution: null, policies: [], folded: 0, notes: [] };
    const base = scenes["a part may be seen"];
    const reply: Scene["reply"] = (question) => (question.ask === "policyRules" ? empty : base.reply(question));
    const shown = JSON.stringify(play({ ...base, visible: { "prod-eu": [] }, reply }).answer);
    expect(shown).toContain("3 policies are invalid in namespaces that are not shown here");
    expect(shown).not.toContain(rule1().name);
  });
});

describe("nothing is called well that is not known", () => {
  test.each([
    ["all is well", "good", "nothing is wrong"],
    ["Relay alone is configured", "info", "nothing is wrong as far as is known"],
    ["no word of what is measured", "info", "nothing is wrong as far as is known"],
    ["Prometheus is late", "bad", "Prometheus gives no answer"],
    ["nobody answers", "bad", "Prometheus gives no answer"],
    ["Kubernetes answers in part", "info", "nothing is wrong as far as is known"],
    ["policies are not told", "info", "nothing is wrong as far as is known"],
    ["Prometheus answers in part", "info", "nothing is wrong as far as is known"],
    ["a Prometheus of several clusters", "info", "nothing is wrong as far as is known"],
    ["a worker that does not know the question", "warn", "Hubble Relay could not be asked"],
    ["a state that nobody knows", "warn", "k8s-w1 is in a state that is not known here"],
  ] as const)("%s", (name, tone, end) => {
    const { message } = play(scenes[name]).answer;
    expect(message.tone).toBe(tone);
    expect(message.title.endsWith(end), message.title).toBe(true);
  });

  test.each([
    ["Kubernetes answers in part", "Kubernetes: no answer in 5 s. Whether nodes and agents are ready is not known."],
    ["policies are not told", "Kubernetes: no answer in 5 s. Policies that are not valid are not named."],
    ["Prometheus answers in part", "Prometheus: no answer in 5 s. How full maps are is not known."],
    ["a Prometheus of several clusters", "none of them called prod-eu: the numbers are of all."],
  ] as const)("%s: says what", (name, text) => {
    expect(textOf(scenes[name])).toContain(text);
  });

  test("what the catalogue says of a panel is nothing that is lacking", () => {
    expect(textOf(scenes["a Prometheus of several clusters"])).not.toContain("policy maps from 10% on");
  });
});

describe("lists that do not hold all", () => {
  test.each([
    [
      "an older Relay, and more are away than it names",
      "12 of 100 nodes give no answer, the agent on node-50 is not ready",
    ],
    ["more are not ready than are listed", "150 of 1,200 nodes are not ready"],
    ["nodes by the hundreds are away", "400 of 1,000 nodes give no answer, at least 50 of 1,000 nodes are not ready"],
    ["a large cluster", "4 of 1,000 nodes give no answer"],
  ] as const)("%s: the title counts those too", (name, title) => {
    expect(play(scenes[name]).answer.message.title).toBe(`prod-eu: ${title}`);
  });

  test.each([
    ["an older Relay, and more are away than it names", "89 more nodes"],
    ["more are not ready than are listed", "perhaps something wrong with them"],
    ["nodes by the hundreds are away", "80 more nodes"],
  ] as const)("%s: nobody is called well for not being among them", (name, _) => {
    const text = textOf(scenes[name]);
    expect(text).not.toContain("nothing wrong with them");
    // Relay has more than it lists: that one is not among them means nothing.
    expect(text).not.toContain("not known to Relay");
  });

  test("how far back flows reach is of all nodes", () => {
    expect(textOf(scenes["more are not ready than are listed"])).toMatch(/Flows reach back +5s to 9m/);
    expect(textOf(scenes["an older Relay, and more are away than it names"])).toMatch(/Flows reach back +1m1s to 4m/);
  });

  test("a ring of which nobody told what is in it has no rate", () => {
    const { list } = resultOf(scenes["more are not ready than are listed"]);
    expect(new Set(list.map(({ flowsPerSecond }) => flowsPerSecond))).toEqual(new Set([null]));
  });
});

test("of two clusters behind one Relay no node is called unknown to it that has the name in both", () => {
  const text = textOf(scenes["two clusters behind one Relay"]);
  expect(text).not.toContain("not known to Relay");
  const relay: Scene["reply"] = (question) => {
    const found = scenes["two clusters behind one Relay"].reply(question);
    if (!("ask" in found) || found.ask !== "nodes") return found;
    return {
      ...found,
      connected: 1,
      unavailable: 1,
      nodes: [{ ...found.nodes[0], state: "unavailable" }, found.nodes[1]],
    } as NodesFinding;
  };
  const { title } = play({ ...scenes["two clusters behind one Relay"], reply: relay }).answer.message;
  expect(title).toBe("prod-eu: a/w1 gives no answer, w1 is not ready");
});

test("a node that all miss is told once", () => {
  const { wrong } = resultOf(scenes["everything at once"]);
  expect(wrong.map(({ kind }) => kind)).toEqual(["nodes", "policies", "map", "lost", "recorder"]);
});

test("the result has the numbers", () => {
  expect(resultOf(scenes["a node is away and a policy invalid"])).toMatchObject({
    sources: { hubble: "ok", prometheus: "ok", kubernetes: "ok" },
    nodes: { answering: 2, total: 3 },
    ready: { nodes: 2, agents: 2, total: 3 },
    list: [
      { name: "k8s-w2", well: false, state: "unavailable", notReady: "NodeStatusUnknown", agent: "not ready" },
      { name: "k8s-ctr", well: true, reachMs: 252_000, ring: { flows: 4_095, max: 4_095 } },
      { name: "k8s-w1" },
    ],
    lost: { counted: 0, inRings: 0 },
    recordedSince: askedAt - 30 * 60_000,
  });
  expect(resultOf(scenes["a large cluster"])).toMatchObject({ nodes: { answering: 996, total: 1_000 } });
  expect(resultOf(scenes["a Relay that lists no nodes"])).toMatchObject({ nodes: { answering: 2, total: 3 } });
});

import { describe, expect, test } from "vitest";
import type { Question } from "../../../src/sources/question.ts";
import { askedAt, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { scenes } from "../../fixtures/outcomes/scenes.ts";

const window = { from: askedAt - 600_000, to: askedAt };

function asked(scene: Scene): string[] {
  return play(scene).questions.map(({ cluster, source, ask }) => `${cluster} ${source} ${ask}`);
}

describe("the first round", () => {
  test("asks all three sources at once about a target", () => {
    expect(asked(scenes["after rule1"])).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
      "prod-eu kubernetes policies",
    ]);
    expect(play(scenes["after rule1"]).questions).toMatchObject([
      { ask: "drops", window, top: 20, select: { target: { kind: "name", name: "deathstar" } } },
      { ask: "dropTotals", window },
      { ask: "policies", subject: { target: { kind: "name", name: "deathstar" } } },
    ]);
  });

  test("asks every chosen cluster", () => {
    expect(asked(scenes["several clusters"]).filter((text) => text.endsWith("drops"))).toEqual([
      "prod-eu hubble drops",
      "prod-us hubble drops",
      "staging hubble drops",
    ]);
  });

  test.each(["world", "*.example.com", "10.0.0.0/8"])("does not ask for policies that select %s", (target) => {
    const scene = scenes["noise listed"];
    expect(asked({ ...scene, text: `drops ${target} --all` })).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
    ]);
  });

  test("hands over --last and --top", () => {
    const [first] = play({ ...scenes["noise listed"], text: "drops --all --last 7 --top 3" }).questions;
    expect(first).toMatchObject({ last: 7, top: 13 });
  });
});

describe("the second round", () => {
  test("asks what got through when nothing was dropped", () => {
    expect(asked(scenes["before rule1"])).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
      "prod-eu kubernetes policies",
      "prod-eu hubble forwarded",
    ]);
  });

  test("does not ask forwarded flows for a drop reason", () => {
    const { questions } = play({ ...scenes["before rule1"], text: "drops deathstar --since 10m --reason 133" });
    expect(questions[0]).toMatchObject({ select: { reasons: [133] } });
    expect(questions.at(-1)).toMatchObject({ ask: "forwarded", select: { reasons: [] } });
  });

  test("asks for the policies of the denied end when no target was given", () => {
    const last = play(scenes["cluster's worst"]).questions.at(-1) as Extract<Question, { ask: "policies" }>;
    expect(last.subject).toEqual({
      labels: ["k8s:class=deathstar", "k8s:io.kubernetes.pod.namespace=default", "k8s:org=empire"],
    });
  });

  test("asks for the policies of the denied end when the target is the other end", () => {
    expect(asked(scenes["xwing asked"])).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
      "prod-eu kubernetes policies",
      "prod-eu kubernetes policies",
    ]);
  });

  test.each([
    "after rule1",
    "l7 only",
    "relay failed",
    "all failed",
    "ambiguous",
    "unknown target",
    "not a policy",
    "noise listed",
  ] as const)("is not needed: %s", (name) => {
    expect(asked(scenes[name]).length).toBeLessThanOrEqual(3);
  });
});

test("nothing more is asked when a question has waited for the whole deadline", () => {
  const scene = scenes["before rule1"];
  const late = {
    ended: "late",
    ms: 10_000,
    error: { code: "TIMEOUT", say: "Prometheus: no answer in 10 s." },
  } as const;
  const asks = asked({ ...scene, reply: (question) => (question.ask === "dropTotals" ? late : scene.reply(question)) });
  expect(asks).not.toContain("prod-eu hubble forwarded");
});

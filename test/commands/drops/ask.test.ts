import { describe, expect, test } from "vitest";
import {
  askedAt,
  coverage,
  deathstar,
  denial,
  pair,
  play,
  type Scene,
  summary,
} from "../../fixtures/outcomes/build.ts";
import { scenes } from "../../fixtures/outcomes/scenes.ts";

const window = { from: askedAt - 600_000, to: askedAt };

function asked(scene: Scene): string[] {
  return play(scene).questions.map(({ cluster, source, ask }) => `${cluster} ${source} ${ask}`);
}

describe("the first round", () => {
  test("asks all three sources at once about a target, the second the policies about the worst pair", () => {
    expect(asked(scenes["after rule1"])).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
      "prod-eu kubernetes policies",
      "prod-eu kubernetes why",
    ]);
    expect(play(scenes["after rule1"]).questions.slice(0, 3)).toMatchObject([
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
    const labels = ["k8s:class=deathstar", "k8s:io.kubernetes.pod.namespace=default", "k8s:org=empire"];
    expect(play(scenes["cluster's worst"]).questions.slice(-2)).toMatchObject([
      { ask: "policies", subject: { labels } },
      { ask: "why", from: { name: "default/xwing" }, to: { name: "default/deathstar", labels }, port: 80, http: null },
    ]);
  });

  test("asks why a request was refused by the names of its ends, without its query", () => {
    const scene = scenes["l7 only"];
    const { questions } = play({
      ...scene,
      reply: (question) =>
        question.ask === "drops"
          ? {
              ask: "drops",
              resolution: deathstar(),
              drops: summary([], { l7Denials: [denial({ path: "/v1/exhaust-port?…" })] }),
              coverage: coverage(),
            }
          : scene.reply(question),
    });
    expect(questions.at(-1)).toMatchObject({
      ask: "why",
      from: { target: { namespace: "default", name: "tiefighter" } },
      to: { target: { namespace: "default", name: "deathstar" } },
      http: { method: "PUT", path: "/v1/exhaust-port" },
    });
  });

  test.each([
    ["no labels are known", { sourceLabels: [] }],
    ["labels may be missing", { sourceLabels: Array.from({ length: 20 }, (_, at) => `k8s:l${at}=x`) }],
    ["a deny rule decided, which names itself", { reason: "POLICY_DENY" }],
    ["it is no matter of policy", { reason: "CT_MAP_INSERTION_FAILED" }],
    ["the type of an ICMP message is not known", { protocol: "ICMPv4", port: 0 }],
  ])("does not ask why when %s", (_, change) => {
    const scene = scenes["after rule1"];
    const worst: Scene = {
      ...scene,
      reply: (question) =>
        question.ask === "drops"
          ? { ask: "drops", resolution: deathstar(), drops: summary([pair(change)]), coverage: coverage() }
          : scene.reply(question),
    };
    expect(asked(worst)).not.toContain("prod-eu kubernetes why");
  });

  test("asks for the policies of the denied end when the target is the other end", () => {
    expect(asked(scenes["xwing asked"])).toEqual([
      "prod-eu hubble drops",
      "prod-eu prometheus dropTotals",
      "prod-eu kubernetes policies",
      "prod-eu kubernetes policies",
      "prod-eu kubernetes why",
    ]);
  });

  test.each(["relay failed", "all failed", "ambiguous", "unknown target", "not a policy", "noise listed"] as const)(
    "is not needed: %s",
    (name) => {
      expect(asked(scenes[name]).length).toBeLessThanOrEqual(3);
    },
  );
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

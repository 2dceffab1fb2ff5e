import { describe, expect, test } from "vitest";
import type { DropsResult } from "../../../src/commands/drops/result.ts";
import {
  askedAt,
  coverage,
  deathstar,
  denial,
  noisePair,
  pair,
  play,
  policies,
  type Scene,
  summary,
  timeBack,
  totals,
} from "../../fixtures/outcomes/build.ts";
import { type SceneName, scenes } from "../../fixtures/outcomes/scenes.ts";

function result(scene: Scene): DropsResult {
  return play(scene).answer.result as DropsResult;
}

describe("the result", () => {
  test("counts as the reducer counted, noise included", () => {
    expect(result(scenes["after l7 rule1"])).toMatchObject({
      target: "deathstar",
      resolved: [
        {
          cluster: "prod-eu",
          status: "resolved",
          text: "deploy/default/deathstar",
          title: "Deployment default/deathstar",
          pods: 2,
        },
      ],
      candidates: [],
      packets: 160,
      noise: 40,
      byReason: { POLICY_DENIED: 120, UNSUPPORTED_L3_PROTOCOL: 40 },
      byDirection: { INGRESS: 120, EGRESS: 40 },
      l7Denials: [{ path: "/v1/exhaust-port", count: 24 }, { count: 2 }],
      metrics: [{ cluster: "prod-eu", packets: 163, agents: 3, forwarded: 81_200, warnings: [] }],
      policies: [{ cluster: "prod-eu", subject: "deploy/default/deathstar", name: "rule1", valid: true }],
      forwarded: [],
    });
  });

  test("has a pair with all that is known of it, but its labels", () => {
    expect(result(scenes["after rule1"]).pairs).toEqual([
      {
        cluster: "prod-eu",
        source: "default/xwing",
        destination: "default/deathstar",
        port: 80,
        protocol: "TCP",
        reason: "POLICY_DENIED",
        direction: "INGRESS",
        packets: 312,
        first: timeBack(541_500),
        last: timeBack(4_200),
        deniedBy: [],
        noise: false,
      },
    ]);
  });

  test("does not say 0 packets when the flows could not be read", () => {
    expect(result(scenes["relay failed"])).toMatchObject({ packets: null, pairs: [], metrics: [{ packets: 359 }] });
    expect(result(scenes["all failed"])).toMatchObject({ packets: null, metrics: [] });
    expect(result(scenes["before rule1"])).toMatchObject({ packets: 0 });
  });

  test.each([
    ["ambiguous", ["deploy/default/deathstar", "svc/default/deathstar", "deploy/staging/deathstar"]],
    ["unknown target", ["deploy/default/deathstar", "svc/default/deathstar"]],
  ] as const)("has the candidates: %s", (name, candidates) => {
    expect(result(scenes[name])).toMatchObject({ candidates, packets: null });
  });

  test("adds clusters up, and each row says where it is from", () => {
    const { answer } = play(scenes["several clusters"]);
    expect(answer.result).toMatchObject({
      packets: 332,
      byReason: { POLICY_DENIED: 332 },
      pairs: [
        { cluster: "prod-eu", packets: 312 },
        { cluster: "prod-us", packets: 20 },
      ],
      policies: [{ cluster: "prod-eu" }, { cluster: "prod-us" }, { cluster: "staging" }],
    });
    expect(answer.coverage).toMatchObject({ nodes: { answered: 7, total: 8, missing: ["prod-us/ip-10-0-0-5"] } });
  });

  test("comes with the window that the sources were asked for", () => {
    const { answer, questions } = play(scenes["after rule1"]);
    expect(answer.window).toEqual({ from: askedAt - 600_000, to: askedAt });
    for (const question of questions) if ("window" in question) expect(question.window).toEqual(answer.window);
  });

  test("has what got through when nothing was dropped", () => {
    expect(result(scenes["before rule1"]).forwarded).toMatchObject([
      { source: "default/tiefighter", flows: 411 },
      { source: "default/xwing", flows: 207 },
    ]);
  });
});

describe("the answer", () => {
  const title = (name: SceneName) => play(scenes[name]).answer.message.title;
  const tone = (name: SceneName) => play(scenes[name]).answer.message.tone;

  test("says in its title who, how many, how long and why", () => {
    expect(title("after rule1")).toBe("deathstar: 312 packets dropped in 10m, policy denied");
    expect(title("l7 only")).toBe("deathstar: 1 request refused in 10m, L7 policy");
    expect(title("several clusters")).toBe(
      "deathstar in 3 clusters: at least 332 packets dropped in 10m, policy denied",
    );
  });

  test.each([
    ["after rule1", "bad"],
    ["before rule1", "good"],
    ["noise only", "good"],
    ["noise listed", "warn"],
    ["nothing, poor coverage", "warn"],
    ["relay failed", "warn"],
    ["all failed", "bad"],
    ["ambiguous", "warn"],
  ] as const)("of %s has the tone %s", (name, expected) => {
    expect(tone(name)).toBe(expected);
  });

  test.each(["drops --since 2030-01-01", "drops --since 02:00 --until 01:00", "drops --since 2020-01-01"])(
    "%j is answered with what to type",
    (text) => {
      const { answer, questions } = play({ text, reply: scenes.ambiguous.reply });
      expect(questions).toEqual([]);
      expect(answer).toMatchObject({ result: null, window: null, message: { tone: "warn" } });
    },
  );

  test("repeats filters, times and clusters in the lines of its buttons", () => {
    const text =
      "drops deathstar --since 23:50 --to-port 80 --reason 'policy denied' --direction egress --top 3 --cluster prod-us";
    const { answer } = play({ ...scenes.ambiguous, text, clusters: ["prod-eu", "prod-us"] });
    const actions = answer.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(actions[0]).toEqual({
      label: "deploy/default/deathstar",
      command:
        "drops deploy/default/deathstar --since 23:50 --to-port 80 --drop-reason-desc POLICY_DENIED --traffic-direction egress --top 3 --cluster prod-us",
    });
  });
});

describe("the lines to copy", () => {
  const lines = (scene: Scene) => Object.fromEntries(play(scene).answer.copyAs.map(({ label, text }) => [label, text]));
  const someDrops = (change: Parameters<typeof pair>[0], text: string): Scene => ({
    text,
    reply: (question) => {
      if (question.ask === "drops")
        return {
          ask: "drops",
          resolution: null,
          drops: summary([pair(change), noisePair()], { l7Denials: [denial()] }),
          coverage: coverage(),
        };
      return question.ask === "policies" ? policies([]) : totals([]);
    },
  });

  test("have Hubble's flags for the same window and filters", () => {
    const text =
      "drops --since 10m --to-port 80 --from-label 'app in (a,b)' --protocol tcp --direction ingress --node 'k8s-*'";
    expect(lines(someDrops({}, text))["Hubble"]).toBe(
      "hubble observe --type drop --type l7 --verdict DROPPED --since 2026-11-20T03:04:05Z --until 2026-11-20T03:14:05Z --from-label 'app in (a,b)' --to-port 80 --protocol tcp --traffic-direction ingress --node-name 'k8s-*'",
    );
  });

  test.each([
    ["world", "--label reserved:world"],
    ["10.0.0.0/8", "--ip 10.0.0.0/8"],
    ["api.example.com", "--fqdn api.example.com"],
    ["identity/55683", "--identity 55683"],
    ["ns/payments", "--namespace payments"],
    ["svc/a/b", "--service a/b"],
    ["pod/b", "--pod default/b"],
    ["deploy/a/b", "--pod a/b-"],
    ["-l org=empire", "--label org=empire"],
  ])("spell the target %s as %s", (target, flags) => {
    const scene = someDrops({ reason: "STALE_OR_UNROUTABLE_IP" }, `drops ${target}`);
    expect(lines(scene)["Hubble"]).toContain(` --until 2026-11-20T03:14:05Z ${flags}`);
  });

  test("ask kubectl for the policy that a flow named, quoted for a shell", () => {
    const name = "a'; rm -rf ~; echo '$(id)";
    const scene = someDrops(
      { reason: "POLICY_DENY", deniedBy: [{ kind: "CiliumNetworkPolicy", namespace: "default", name }] },
      "drops",
    );
    expect(lines(scene)["Kubernetes"]).toBe("kubectl get cnp 'a'\\''; rm -rf ~; echo '\\''$(id)' -n default -o yaml");
  });

  test("have --last instead of times when only the newest were asked for", () => {
    expect(lines(someDrops({}, "drops --last 20"))["Hubble"]).toBe(
      "hubble observe --type drop --type l7 --verdict DROPPED --last 20",
    );
  });

  test("have the pods of a workload, gone ones too", () => {
    expect(lines(scenes["after rule1"])["Hubble"]).toContain("--pod default/deathstar-8c4c77fb7-");
    expect(deathstar()).toMatchObject({ target: { generations: ["deathstar-8c4c77fb7"] } });
  });
});

describe("names that are properties of every object", () => {
  test.each(["constructor", "__proto__", "toString"])("%s is a name like any other", (name) => {
    const deniedBy = [{ kind: name, namespace: "", name }];
    const scene: Scene = {
      text: "drops",
      reply: (question) => {
        if (question.ask === "drops")
          return {
            ask: "drops",
            resolution: null,
            drops: summary([pair({ reason: "POLICY_DENY", deniedBy }), pair({ reason: name })]),
            coverage: coverage(),
          };
        return question.ask === "policies" ? policies([]) : totals([{ reason: name, text: name, packets: 7 }]);
      },
    };
    const { answer } = play(scene);
    const text = JSON.stringify(answer);
    expect(text).not.toMatch(/NaN|native code|\[object/);
    expect(text).toContain(`${name} ${name}`);
  });
});

test("a target of a thousand characters leaves a title that fits", () => {
  const selector = Array.from(
    { length: 12 },
    (_, index) => `app.kubernetes.io/a-rather-long-key-${index}=a-value`,
  ).join(",");
  const { answer } = play({ ...scenes["after rule1"], text: `drops -l '${selector}'` });
  expect(answer.message.title.length).toBeLessThanOrEqual(150);
});

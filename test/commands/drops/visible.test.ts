import { describe, expect, test } from "vitest";
import type { Visible } from "../../../src/access/access.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";
import type { Finding } from "../../../src/sources/question.ts";
import { coverage, denial, pair, play, policies, policy, type Scene, summary } from "../../fixtures/outcomes/build.ts";
import { clusterWith } from "../../fixtures/outcomes/policies.ts";
import { type SceneName, scenes } from "../../fixtures/outcomes/scenes.ts";

const inDefault: Visible = { "prod-eu": ["default"] };

function seen(name: SceneName, visible: Visible, change: Partial<Scene> = {}) {
  const { answer, questions } = play({ ...scenes[name], ...change, visible });
  return { answer, questions, title: answer.message.title, text: messageText(answer.message, 20_000) };
}

/** A channel of `payments`, whose pod is denied by somebody else. */
const outside = pair({
  source: "payments/api",
  destination: "ledger/db",
  sourceLabels: ["k8s:app=api", "k8s:io.kubernetes.pod.namespace=payments"],
  destinationLabels: ["k8s:app=db", "k8s:io.kubernetes.pod.namespace=ledger"],
});
const noPolicies = clusterWith({ pods: [] });

function asked(finding: Partial<Extract<Finding, { ask: "drops" }>>, text = "drops", namespaces = ["payments"]) {
  const reply: Scene["reply"] = (question) => {
    if (question.ask === "drops")
      return { ask: "drops", resolution: null, drops: null, coverage: coverage(), ...finding };
    if (question.ask === "forwarded")
      return { ask: "forwarded", resolution: null, forwarded: { flows: 0, pairs: [] }, coverage: coverage() };
    if (question.ask === "policies") return policies([policy({ namespace: "payments", name: "mine" })]);
    if (question.ask === "why") return noPolicies(question);
    throw new Error(`${question.ask} may not be asked here`);
  };
  return seen("before rule1", { "prod-eu": namespaces }, { text, reply });
}

describe("the questions of a place where only some namespaces may be seen", () => {
  test.each(Object.keys(scenes) as SceneName[])("carry these and leave the cluster's counters out: %s", (name) => {
    const clusters: readonly string[] = (scenes[name] as Scene).clusters ?? ["prod-eu"];
    const visible = Object.fromEntries(clusters.map((cluster) => [cluster, ["default"]]));
    const { questions } = seen(name, visible);
    expect(questions.length).toBeGreaterThan(0);
    for (const question of questions) {
      expect(question.source).not.toBe("prometheus");
      expect(question).toMatchObject({ visible: ["default"] });
    }
  });

  test("are the old ones to a cluster that may be seen whole", () => {
    const { questions } = seen("several clusters", inDefault);
    const restricted = questions.filter((question) => "visible" in question);
    expect(new Set(restricted.map(({ cluster }) => cluster))).toEqual(new Set(["prod-eu"]));
    const prometheus = questions.filter(({ source }) => source === "prometheus").map(({ cluster }) => cluster);
    expect(prometheus).toEqual(["prod-us", "staging"]);
  });

  test("do not look up policies of an end that may not be seen", () => {
    expect(asked({ drops: summary([outside]) }).questions.map(({ ask }) => ask)).toEqual(["drops"]);
    const inside = { ...outside, direction: "EGRESS" };
    expect(asked({ drops: summary([inside]) }).questions.slice(1)).toMatchObject([
      { ask: "policies", subject: { labels: outside.sourceLabels }, visible: ["payments"] },
      { ask: "why", from: { labels: outside.sourceLabels }, visible: ["payments"] },
    ]);
    const refused = (destination: string) =>
      summary([], { l7Denials: [denial({ source: "payments/api", destination })] });
    expect(asked({ drops: refused("ledger/db") }).questions.map(({ ask }) => ask)).toEqual(["drops"]);
    expect(asked({ drops: refused("payments/db") }).questions.map(({ ask }) => ask)).toEqual([
      "drops",
      "policies",
      "why",
    ]);
  });
});

describe("the answer there", () => {
  test.each(Object.keys(scenes) as SceneName[])("says what it shows: %s", (name) => {
    const clusters: readonly string[] = (scenes[name] as Scene).clusters ?? ["prod-eu"];
    const visible = Object.fromEntries(clusters.map((cluster) => [cluster, ["default"]]));
    const { text, answer } = seen(name, visible);
    expect(text).toContain("Only flows from or to namespace default are shown here.");
    expect(text).not.toMatch(/Prometheus|counters/);
    expect(answer.result).toMatchObject({ metrics: [] });
    expect(answer.copyAs.map(({ label }) => label).join()).not.toContain("PromQL");
  });

  test("does not say it where everything may be seen", () => {
    expect(seen("before rule1", {}).text).not.toContain("shown here");
    expect(seen("before rule1", { elsewhere: ["default"] }).text).not.toContain("shown here");
  });

  test("says it of each cluster where they differ", () => {
    const { text } = seen("several clusters", { ...inDefault, "prod-us": ["a", "b", "c", "d", "e", "f", "g"] });
    expect(text).toContain("Of prod-eu, only flows from or to namespace default are shown here.");
    expect(text).toContain("Of prod-us, only flows from or to namespaces a, b, c, d, e and 2 more are shown here.");
    expect(text).not.toContain("Of staging");
  });

  test("claims nothing of what is not shown", () => {
    expect(seen("before rule1", inDefault).title).toBe("deathstar: nothing dropped in 10m");
    expect(seen("before rule1", inDefault).text).toContain("No packet from or to namespace default was dropped, and");
    const quiet = { drops: summary([]) };
    expect(asked(quiet).title).toBe("prod-eu (only namespace payments): nothing dropped in 15m");
    expect(asked(quiet, "drops world").title).toBe("world (only namespace payments): nothing dropped in 15m");
    expect(asked(quiet, "drops", ["a", "b"]).title).toBe("prod-eu (only 2 namespaces): nothing dropped in 15m");
    expect(asked(quiet, "drops", ["a", "b"]).text).toContain("No packet from or to namespaces a and b was dropped");
    const gone = coverage({ nodes: { answered: 1, total: 3, missing: ["a", "b"] } });
    expect(asked({ ...quiet, coverage: gone }).text).toContain(
      "No drops from or to namespace payments were seen, but that is no proof",
    );
    expect(asked(quiet, "drops", []).text).toContain("No flows are shown here.");
  });

  test("tells whose policies it does not show, and offers nothing that would be refused", () => {
    const { text, answer } = asked({ drops: summary([outside]) });
    expect(text).toContain("Its policies are not shown here, because its namespace is not.");
    expect(text).not.toContain("No policy that selects it");
    const offered = answer.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(offered.map(({ label }) => label)).toEqual(["show flows"]);
    expect(answer.copyAs.map(({ label }) => label)).toEqual(["Hubble"]);
    expect(asked({ drops: summary([{ ...outside, reason: "POLICY_DENY" }]) }).text).toContain(
      "The policy is not shown here, because its namespace is not.",
    );
  });

  test("of a name that is not there says where it looked", () => {
    expect(seen("unknown target", inDefault).title).toBe(
      "deathstor: nothing has that name in namespace default of prod-eu",
    );
    expect(seen("unknown target", {}).title).toBe("deathstor: nothing has that name in prod-eu");
  });

  test("does not miss counters that nobody asked for", () => {
    expect(seen("all failed", inDefault).title).toContain("no answer, because flows could not be read");
    expect(seen("all failed", {}).title).toContain("no answer, because neither flows nor counters could be read");
  });
});

describe("the lines to copy", () => {
  const lines = (text: string, namespaces = ["payments"]) =>
    asked(
      { drops: summary([{ ...outside, destination: "payments/db", destinationLabels: outside.sourceLabels }]) },
      text,
      namespaces,
    )
      .answer.copyAs.filter(({ label }) => label.startsWith("Hubble"))
      .map(({ label, text: line }) => [label, line.replace(/^.* --until \S+/, "…")]);

  test.each<[string, (readonly [string, string])[]]>([
    ["drops", [["Hubble", "… --namespace payments"]]],
    ["drops --from-label app=x", [["Hubble", "… --from-label app=x --namespace payments"]]],
    [
      "drops -l app=x",
      [
        ["Hubble", "… --label app=x --from-namespace payments"],
        ["Hubble", "… --label app=x --to-namespace payments"],
      ],
    ],
    ["drops payments/api", [["Hubble", "… --pod payments/api"]]],
    ["drops ns/payments", [["Hubble", "… --namespace payments"]]],
    ["drops 10.0.0.1", [["Hubble, which shows other namespaces too", "… --ip 10.0.0.1"]]],
    ["drops --to-pod /db", [["Hubble, which shows other namespaces too", "… --to-pod /db"]]],
  ])("show what the answer shows, or say that they show more: %s", (text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  test("name every visible namespace, and ask for policies in each", () => {
    expect(lines("drops", ["payments", "shop"])).toEqual([["Hubble", "… --namespace payments --namespace shop"]]);
    const { answer } = asked(
      { drops: summary([{ ...outside, destination: "10.0.0.1", destinationLabels: [] }]) },
      "drops",
      ["payments", "shop"],
    );
    expect(answer.copyAs.filter(({ label }) => label === "Kubernetes").map(({ text }) => text)).toEqual([
      "kubectl get cnp,ccnp,netpol -n payments",
      "kubectl get cnp,ccnp,netpol -n shop",
    ]);
  });
});

describe("the namespaces that a command names", () => {
  test.each<[string, string[]]>([
    ["drops", []],
    ["drops deathstar", []],
    ["drops kube-system/coredns", ["kube-system"]],
    ["drops pod/shop/web", ["shop"]],
    ["drops svc/shop/web", ["shop"]],
    ["drops deploy/shop/web", ["shop"]],
    ["drops ns/kube-system", ["kube-system"]],
    ["drops web.shop.svc.cluster.local", ["shop"]],
    ["drops -n kube-system", ["kube-system"]],
    ["drops coredns -n kube-system", ["kube-system"]],
    ["drops -n a,b", ["a", "b"]],
    ["drops --from-namespace a --to-namespace b --to-namespace c", ["a", "b", "c"]],
    ["drops --pod shop/web --from-pod a/ --to-service b/x", ["shop", "a", "b"]],
    ["drops --to-pod /web --from-ip 10.0.0.1 world", []],
    ["drops --to-pod web", ["default"]],
    ["drops --to-pod web --to-namespace shop", ["shop"]],
    ["drops --service web", ["default"]],
  ])("%s", (text, expected) => {
    const parsed = parseCommand(text, { clusters: ["prod-eu"], defaultCluster: "prod-eu" });
    if (!parsed.ok) throw new Error(parsed.say);
    expect(parsed.command.namespaces?.(parsed.args)).toEqual(expected);
  });
});

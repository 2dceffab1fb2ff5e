import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ChangeKind } from "../../../src/analysis/changes/change.ts";
import { diffText } from "../../../src/analysis/changes/diff.ts";
import { stateOf } from "../../../src/analysis/changes/state.ts";
import { changedWords, contentWords } from "../../../src/analysis/changes/words.ts";
import { redactText } from "../../../src/analysis/redact.ts";

const tools = { text: redactText, hash: (text: string) => createHash("sha256").update(text).digest("hex") };
const tree = (kind: ChangeKind, object: unknown) => stateOf(object, kind, tools);
const words = (kind: ChangeKind, before: unknown, after: unknown) =>
  changedWords(kind, tree(kind, before), tree(kind, after));
const diff = (kind: ChangeKind, before: unknown, after: unknown) =>
  diffText("x", tree(kind, before), tree(kind, after));

const port = (number: string) => ({ port: number, protocol: "TCP" });
const policy = (change: object = {}) => ({
  spec: {
    endpointSelector: { matchLabels: { class: "deathstar" } },
    ingress: [
      { fromEndpoints: [{ matchLabels: { "any:org": "empire" } }], toPorts: [{ ports: [port("80"), port("8080")] }] },
    ],
    ...change,
  },
});
const ingress = (item: object) => policy({ ingress: [item] });
const org = (value: string) => [{ matchLabels: { "any:org": value } }];

describe("a policy, in words", () => {
  test.each<[string, object, string[]]>([
    [
      "a port gone",
      ingress({ fromEndpoints: org("empire"), toPorts: [{ ports: [port("80")] }] }),
      ["ingress port 8080/TCP removed"],
    ],
    [
      "another peer",
      ingress({ fromEndpoints: org("alliance"), toPorts: [{ ports: [port("80"), port("8080")] }] }),
      ["ingress from org=empire → org=alliance"],
    ],
    [
      "a request",
      ingress({
        fromEndpoints: org("empire"),
        toPorts: [{ ports: [port("80"), port("8080")], rules: { http: [{ method: "POST", path: "/v1/x" }] } }],
      }),
      ["ingress POST /v1/x added"],
    ],
    [
      "another subject",
      policy({ endpointSelector: { matchLabels: { class: "xwing" } } }),
      ["selects class=deathstar → class=xwing"],
    ],
    ["a direction", policy({ egress: [{ toEntities: ["world"] }] }), ["egress to world added"]],
    [
      "a name and a block",
      policy({ egress: [{ toFQDNs: [{ matchName: "a.example" }] }, { toCIDRSet: [{ cidr: "10.0.0.0/8" }] }] }),
      ["egress to a.example added", "egress to 10.0.0.0/8 added"],
    ],
    ["default deny", policy({ enableDefaultDeny: { ingress: false } }), ["default deny on ingress false added"]],
    ["what has no word of its own", policy({ description: "why" }), ["spec.description added"]],
  ])("%s", (_, after, expected) => {
    expect(words("policy", policy(), after)).toEqual(expected);
  });

  test("Kubernetes' own kind too", () => {
    const own = (item: object) => ({ spec: { podSelector: {}, ingress: [item] } });
    const from = [{ podSelector: { matchLabels: { app: "a" } }, namespaceSelector: { matchLabels: { team: "x" } } }];
    expect(words("policy", own({ from }), own({ from, ports: [{ port: 53, protocol: "UDP" }] }))).toEqual([
      "ingress port 53/UDP added",
    ]);
    expect(contentWords("policy", tree("policy", own({ from })))).toEqual([
      "selects everything",
      "ingress from app=a in namespaces team=x",
    ]);
  });

  test("a hundred differences are six", () => {
    const many = policy({ egress: [{ toCIDR: Array.from({ length: 100 }, (__, n) => `10.0.0.${n}/32`) }] });
    const found = words("policy", policy(), many);
    expect(found).toHaveLength(6);
    expect(found.at(-1)).toBe("95 more");
  });
});

const deployment = (container: object, more: object = {}) => ({
  spec: {
    replicas: 2,
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", ...container }] } },
    ...more,
  },
});

describe("a rollout, in words", () => {
  const before = deployment({
    image: "r.example/web:1.2",
    env: [{ name: "PASSWORD", value: "hunter2" }],
    args: ["--key=abc"],
  });
  test.each<[string, object, string[]]>([
    [
      "an image",
      deployment({
        image: "r.example/web:1.3",
        env: [{ name: "PASSWORD", value: "hunter2" }],
        args: ["--key=abc"],
      }),
      ["image web:1.2 → web:1.3"],
    ],
    [
      "a value that nobody may see",
      deployment({ image: "r.example/web:1.2", env: [{ name: "PASSWORD", value: "other" }], args: ["--key=abc"] }),
      ["env PASSWORD of web changed"],
    ],
    [
      "arguments",
      deployment({ image: "r.example/web:1.2", env: [{ name: "PASSWORD", value: "hunter2" }], args: ["--key=abcd"] }),
      ["args of web changed"],
    ],
    ["replicas", { spec: { ...before.spec, replicas: 5 } }, ["scaled 2 → 5"]],
  ])("%s", (_, after, expected) => {
    expect(words("workload", before, after)).toEqual(expected);
  });

  test("values are in no diff, and still differ there", () => {
    const after = deployment({ image: "web:1.3", env: [{ name: "PASSWORD", value: "longer-secret" }] });
    const text = diff("workload", before, after);
    expect(text).not.toMatch(/hunter2|longer-secret|abc/);
    expect(text).toContain("-        PASSWORD: (hidden, before)\n");
    expect(text).toContain("+        PASSWORD: (hidden, after)");
    expect(text).toContain("+      image: web:1.3");
  });
});

test("labels, nodes and settings, in words", () => {
  const namespace = (labels: object) => ({ metadata: { labels } });
  expect(words("namespace", namespace({ org: "empire", a: "1" }), namespace({ org: "alliance", b: "2" }))).toEqual([
    "label a=1 removed",
    "label b=2 added",
    "label org=empire → org=alliance",
  ]);
  const node = (status: string, unschedulable = false) => ({
    spec: { unschedulable },
    status: { conditions: [{ type: "Ready", status }], nodeInfo: { kubeletVersion: "v1.30.2" } },
  });
  expect(words("node", node("True"), node("Unknown"))).toEqual(["not ready (no word from it)"]);
  expect(words("node", node("False"), node("True", true))).toEqual(["ready again", "cordoned"]);
  const config = (data: object) => ({ data });
  expect(
    words(
      "config",
      config({ "enable-policy": "default", token: "a1" }),
      config({ "enable-policy": "always", token: "b2" }),
    ),
  ).toEqual(["enable-policy default → always", "token changed"]);
});

test("headers of HTTP rules are hidden", () => {
  const rule = (secret: string) =>
    ingress({
      toPorts: [
        {
          ports: [port("80")],
          rules: {
            http: [{ headers: [`X-Key: ${secret}`], headerMatches: [{ name: "X-Own", value: secret }] }],
          },
        },
      ],
    });
  const text = diff("policy", rule("first-value"), rule("second-value-longer"));
  expect(text).not.toMatch(/first-value|second-value/);
  expect(text).toContain("X-Key");
  expect(text).toContain("(hidden, after)");
});

describe("hostile objects", () => {
  test("huge, deep and wide ones come out small, and quickly enough", () => {
    let deep: object = {};
    for (let at = 0; at < 50_000; at++) deep = { deep };
    const labels = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, n) => [`l${n}`.repeat(50), "v".repeat(5_000)]),
    );
    for (const spec of [
      { deep },
      { endpointSelector: { matchLabels: labels } },
      { ingress: [["x".repeat(5_000_000)]] },
    ]) {
      const kept = stateOf({ spec }, "policy", tools);
      expect(JSON.stringify(kept).length).toBeLessThan(120_000);
      expect(diffText("x", tree("policy", policy()), kept).length).toBeLessThanOrEqual(8 * 1024);
    }
  });

  test("what cannot be seen is written out, and no line can be forged", () => {
    const text = diff(
      "namespace",
      { metadata: { labels: {} } },
      {
        metadata: { labels: { a: "x\n+++ forged\u202e\u001b[5m", __proto__x: "\u0001abc" } },
      },
    );
    expect(text.split("\n").filter((line) => line.startsWith("+++"))).toHaveLength(1);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

test("a diff has hunks with three lines around them, numbered as `patch` wants it", () => {
  const data = (change: object) => ({
    data: { ...Object.fromEntries([...Array(20).keys()].map((n) => [`k${10 + n}`, "v"])), ...change },
  });
  expect(diff("config", data({}), data({ k15: "w", k28: "w" })).split("\n")).toEqual([
    "--- x",
    "+++ x",
    ...["@@ -4,7 +4,7 @@", "   k12: v", "   k13: v", "   k14: v", "-  k15: v", "+  k15: w"],
    ...["   k16: v", "   k17: v", "   k18: v"],
    ...["@@ -17,5 +17,5 @@", "   k25: v", "   k26: v", "   k27: v", "-  k28: v", "+  k28: w", "   k29: v"],
  ]);
});

import { describe, expect, test } from "vitest";
import { mostText, readPolicies } from "../../../src/policy/document/read.ts";
import { writePolicy } from "../../../src/policy/document/write.ts";
import { cnp } from "../../support/policies.ts";

const rule1 = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: rule1
spec:
  endpointSelector: {matchLabels: {org: empire}}
  ingress:
  - fromEndpoints: [{matchLabels: {org: empire}}]
`;
const say = (text: string) => {
  const read = readPolicies(text);
  return read.ok ? `${read.policies.length} policies` : read.say;
};

describe("what is read", () => {
  test("one policy, in namespace default when it names none", () => {
    const read = readPolicies(rule1);
    expect(read).toMatchObject({
      ok: true,
      policies: [{ kind: "CiliumNetworkPolicy", namespace: "default", name: "rule1" }],
      others: [],
    });
  });

  test("several documents, lists, JSON, and what is no policy is named", () => {
    const other = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
    const second = rule1.replace("rule1", "rule2").trimEnd().replace(/^/gm, "  ").replace("  api", "- api");
    const list = `apiVersion: v1\nkind: List\nitems:\n${second}\n`;
    const clusterWide = rule1.replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy");
    const read = readPolicies([rule1, other, list, clusterWide].join("---\n"));
    expect(read.ok && read.policies.map(({ kind, namespace, name }) => [kind, namespace, name])).toEqual([
      ["CiliumNetworkPolicy", "default", "rule1"],
      ["CiliumNetworkPolicy", "default", "rule2"],
      ["CiliumClusterwideNetworkPolicy", "", "rule1"],
    ]);
    expect(read.ok && read.others).toEqual(["Deployment web"]);
    if (!read.ok) return;
    const [first] = read.policies;
    const json = readPolicies(JSON.stringify({ apiVersion: "cilium.io/v2", metadata: { name: "rule1" }, ...first }));
    expect(json.ok && json.policies[0]).toEqual(first);
  });

  test("what is written is read again", () => {
    const policy = cnp("a", { endpointSelector: {}, ingress: [{ fromCIDR: ["10.0.0.0/8"] }] }, "shop");
    const text = writePolicy(policy, ["seen in lab", "a line\nkind: Secret\u2028kind: Secret"]);
    expect(text.split("\n").filter((line) => line.includes("Secret"))).toEqual(["# kind: Secret", "# kind: Secret"]);
    expect(readPolicies(text)).toEqual({ ok: true, policies: [policy], others: [] });
  });
});

test.each([
  ["", "There is no policy in it"],
  ["hello", "It is no Kubernetes object"],
  ["- 1", "It is no Kubernetes object"],
  ["kind: Deployment\nmetadata: {name: web}", "What was pasted is Deployment web"],
  ["apiVersion: v1\nspec: {}", "It has no kind"],
  ["kind: __proto__", "What was pasted is __proto__"],
  [rule1.replace("cilium.io/v2", "v1"), "with apiVersion v1. Write cilium.io/v2"],
  [rule1.replace("rule1", "Rule 1"), "no metadata.name that Kubernetes would take"],
  [rule1.replace("rule1", "[]"), "no metadata.name"],
  [rule1.replace("  name: rule1", "  name: rule1\n  namespace: A/B"), "no metadata.namespace"],
  [`${rule1}---\n${rule1}`, "CiliumNetworkPolicy rule1 is there twice"],
  [`${rule1}\nspec: {}`, "the key spec twice"],
  ["a: [", "line 1, column"],
  ["a: *nowhere", "cannot be read"],
])("%j is refused with a sentence", (text, expected) => {
  expect(say(text)).toContain(expected);
  expect(say(text).length).toBeLessThan(400);
});

/** Each of these takes a plain reader seconds, gigabytes or its stack; none may get that far. */
describe("hostile texts are refused before they cost anything", () => {
  const nested = "bcdefghij".split("").map((name, at) => {
    const inner = Array(9).fill(`*${"abcdefghij"[at]}`).join(",");
    return `${name}: &${name} [${inner}]`;
  });
  test.each([
    ["5 MB", `a: ${"x".repeat(5_000_000)}`, "At most 256 KB"],
    ["just too long", `#${"x".repeat(mostText)}`, "At most 256 KB"],
    ["an alias of what is around it", `${rule1}x: &x [*x]`, "contains itself"],
    ["aliases of aliases", ["a: &a [x,x]", ...nested].join("\n"), "anchors and aliases|resource exhaustion"],
    ["ten thousand anchors", Array.from({ length: 10_000 }, (_, at) => `a${at}: &a${at} 1`).join("\n"), "anchors and"],
    ["ten thousand aliases", `a: &a 1\n${"- *a\n".repeat(10_000)}`, "anchors and"],
    ["brackets", "[".repeat(200_000), "brackets deep"],
    ["dashes", "- ".repeat(100_000), "too much YAML|nests too deeply"],
    ["few dashes", "- ".repeat(20_000), "nests too deeply"],
    ["question marks", "? ".repeat(20_000), "nests too deeply"],
    ["indentation", Array.from({ length: 600 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""), "nests too deeply"],
    ["keys", Array.from({ length: 24_000 }, (_, at) => `k${at}: 1`).join("\n"), "too much YAML"],
    ["documents", "---\n".repeat(60_000), "too much YAML"],
    ["a long list", `[${"a,".repeat(100_000)}]`, "too much YAML"],
    ["a thousand objects", `[${Array(1_000).fill("{}").join(",")}]`, "1000 objects"],
  ])("%s", (_, text, expected) => {
    expect(say(text)).toMatch(new RegExp(expected));
  });
});

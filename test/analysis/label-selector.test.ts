import { describe, expect, test } from "vitest";
import { matchesLabels, parseLabelSelector, selectorText } from "../../src/analysis/label-selector.ts";

const deathstar = [
  "k8s:app.kubernetes.io/name=deathstar",
  "k8s:class=deathstar",
  "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=default",
  "k8s:io.kubernetes.pod.namespace=default",
  "k8s:org=empire",
];
const world = ["reserved:world"];

function matches(text: string, labels: readonly string[]): boolean {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw new Error(parsed.say);
  return matchesLabels(parsed.selector, labels);
}

describe("a label selector", () => {
  test.each([
    ["org=empire", true],
    ["org==empire", true],
    ["org = empire", true],
    ["org=alliance", false],
    ["org!=alliance", true],
    ["org!=empire", false],
    ["class in (deathstar, xwing)", true],
    ["class in (tiefighter,xwing)", false],
    ["class notin (xwing)", true],
    ["org", true],
    ["legacy", false],
    ["!legacy", true],
    ["! org", false],
    ["org=empire,class=deathstar", true],
    ["org=empire , class in (a,b)", false],
    ["app.kubernetes.io/name=deathstar", true],
    ["io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=default", true],
    ["k8s:org=empire", true],
    ["any:org=empire", true],
    ["reserved:org=empire", false],
    ["or=empire", false],
    ["org=", false],
  ])("%s fits the deathstar: %s", (text, expected) => {
    expect(matches(text, deathstar)).toBe(expected);
  });

  test("!= and notin hold where the key is missing", () => {
    expect(matches("org!=empire", world)).toBe(true);
    expect(matches("org notin (empire)", world)).toBe(true);
  });

  test("reserved labels have a key and no value", () => {
    expect(matches("reserved:world", world)).toBe(true);
    expect(matches("world", world)).toBe(true);
    expect(matches("k8s:world", world)).toBe(false);
    expect(matches("!reserved:world", world)).toBe(false);
  });

  test("CIDR labels are matched by their key", () => {
    expect(matches("cidr:10.0.0.0/8", ["cidr:10.0.0.0/8", "reserved:world"])).toBe(true);
  });

  test("a colon in a value does not make a source", () => {
    expect(matches("image", ["k8s:image=registry:5000"])).toBe(true);
    expect(matches("any:image", ["image=registry:5000"])).toBe(true);
  });

  test("an equals sign in a value belongs to the value", () => {
    expect(matches("k8s:note", ["k8s:note=a=b"])).toBe(true);
    expect(matches("note=a", ["k8s:note=a=b"])).toBe(false);
  });

  test.each([
    ["a===b", "a===b"],
    ["org=empire,", "empty"],
    ["", "empty"],
    ["org=emp ire", "org=emp ire"],
    ["org in empire", "org in empire"],
    ["org in (empire", "org in (empire"],
    ["-org=empire", "no label key"],
    ["org=-empire", "no label value"],
    ["Example.com/org=empire", "lower-case DNS name"],
    ["8s!:org", "8s!:org"],
    ["K8S:org=empire", "source"],
    [`org=${"a".repeat(64)}`, "at most 63"],
    ["a".repeat(1001), "1000 characters"],
    [Array.from({ length: 21 }, (_, at) => `k${at}`).join(","), "20 conditions"],
  ])("%s is refused with a sentence", (text, part) => {
    const parsed = parseLabelSelector(text);
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed.ok ? "" : parsed.say).toContain(part);
    expect(parsed.ok ? "" : parsed.say).toMatch(/^[A-Z"].*\.$/);
    expect(parsed.ok ? "" : parsed.say.length).toBeLessThan(250);
  });

  test.each([
    ["org==empire", "org=empire"],
    ["class in ( b , a )", "class in (b,a)"],
    ["class in (a)", "class=a"],
    ["class notin (a,b), ! c", "class notin (a,b),!c"],
    ["k8s:org!=empire", "k8s:org!=empire"],
    ["any:org", "org"],
    ["a in ()", "a="],
    ["a in (,b)", "a in (,b)"],
  ])("%s is written %s", (text, canonical) => {
    const parsed = parseLabelSelector(text);
    if (!parsed.ok) throw new Error(parsed.say);
    expect(selectorText(parsed.selector)).toBe(canonical);
    expect(parseLabelSelector(canonical)).toEqual(parsed);
  });

  test("hostile text is refused in linear time", () => {
    const started = performance.now();
    for (const text of [
      " ".repeat(1000),
      "(".repeat(1000),
      `a ${"in (".repeat(240)}`,
      `${"a ".repeat(499)}!`,
      "=".repeat(1000),
    ])
      expect(parseLabelSelector(text).ok).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { checkPromql } from "../../../src/analysis/promql/check.ts";
import { type Comparison, comparisonIn } from "../../../src/analysis/promql/comparison.ts";

const is = (left: string, comparator: Comparison["comparator"], limit: number) => ({ left, comparator, limit });

test.each<[string, Comparison | undefined]>([
  ["sum by (a) (rate(x[5m])) > 0.1", is("sum by (a) (rate(x[5m]))", ">", 0.1)],
  ["x/y >= 1e-3", is("x/y", ">=", 0.001)],
  ["x < -1", is("x", "<", -1)],
  ["x <= 2.", is("x", "<=", 2)],
  ["up == 0", is("up", "==", 0)],
  ["x != (1)", is("x", "!=", 1)],
  ["((x > 1))", is("x", ">", 1)],
  ["0.9 < x", is("x", ">", 0.9)],
  ["x > 1 # because", is("x", ">", 1)],
  ["x > y", undefined],
  ["x > on (a) y", undefined],
  ["x > bool 1", undefined],
  ["x > 1 and y > 2", undefined],
  ["x > 1 or y > 2", undefined],
  ["x > 0.8 * 2", undefined],
  ["x > 5m", undefined],
  ["1 > 2", undefined],
  ["absent(up == 1)", undefined],
  ["x + 1", undefined],
])("%s", (text, expected) => {
  expect(comparisonIn(text)).toEqual(expected);
});

test("of the shipped rules, what is left is an expression too", () => {
  const file = new URL("../../../manifests/prometheus/rules.yaml", import.meta.url);
  const { groups } = parseYaml(readFileSync(file, "utf8")) as { groups: { rules: { expr?: string }[] }[] };
  const expressions = groups.flatMap(({ rules }) => rules.flatMap(({ expr = "" }) => (expr === "" ? [] : [expr])));
  const split = expressions.flatMap((text) => comparisonIn(text) ?? []);
  for (const { left } of split) expect(checkPromql(left)).toMatchObject({ ok: true });
  expect(split.length).toBeGreaterThan(expressions.length / 2);
});

import { describe, expect, test } from "vitest";
import { fill, metricsOf, type Scope } from "../../../src/analysis/catalogue/expression.ts";
import { catalogue } from "../../../src/analysis/catalogue/index.ts";
import { type Dashboard, dashboards } from "../../../src/analysis/catalogue/panel.ts";
import { checkPromql } from "../../../src/analysis/promql/check.ts";
import { divided, ours, retired, shipped } from "./shipped.ts";

const empty: Scope = { agent: "", pod: "", to: "", from: "", back: "", owner: "", cluster: "" };
const full: Scope = {
  agent: 'k8s_app="cilium", pod=~"cilium-a\\\\.b|cilium-c", cluster="a{b}, c"',
  pod: 'pod="x{}"',
  to: 'destination_namespace="[1m]", reporter="server"',
  from: 'source_namespace="a"',
  back: 'destination_namespace="a"',
  owner: 'namespace="a", workload="b"',
  cluster: 'cluster="prod, eu"',
};
const rates = { scrapeMs: 15_000, stepMs: 20_000 };
const all = catalogue.flatMap((panel) =>
  panel.ways.flatMap((way) => way.series.map((one) => ({ panel, way, ...one }))),
);

/** Each as often as it is there. */
function counts(values: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const value of values) found[value] = (found[value] ?? 0) + 1;
  return found;
}

describe("the catalogue", () => {
  test.each(Object.keys(dashboards) as Dashboard[])("has every panel of the dashboard %s, and no other", (name) => {
    const wanted = counts([...shipped[name], ...(name === "agent" ? [...retired, ...divided] : [])]);
    const titles = catalogue.filter(({ dashboard }) => dashboard === name).flatMap((panel) => panel.titles);

    expect(counts(titles)).toEqual(wanted);
  });

  test("has as many panels as the dashboards have", () => {
    const sizes = Object.fromEntries(Object.entries(shipped).map(([name, titles]) => [name, titles.length]));

    expect(sizes).toEqual({
      agent: 70,
      operator: 9,
      hubble: 33,
      "hubble-http": 11,
      "hubble-dns": 4,
      "hubble-network": 8,
    });
    expect(catalogue.filter(({ titles }) => titles.length === 0).map(({ name }) => name)).toEqual(ours);
  });

  test("has names that can be typed, each once, and a question in one line", () => {
    const names = catalogue.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    for (const { name, question } of catalogue) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(question, name).toMatch(/^[A-Z][^\n]{10,110}[?.]$/);
    }
    for (const dashboard of Object.keys(dashboards)) expect(names).not.toContain(dashboard);
  });

  test.each(all.map((one) => [one.panel.name, one.promql, one] as const))("%s: %s is PromQL", (_, promql, { way }) => {
    for (const scope of [empty, full]) {
      const text = fill(promql, scope, rates);

      expect(checkPromql(text)).toMatchObject({ ok: true, expression: { type: "vector" } });
      expect(text.replaceAll(/"(\\.|[^"\\])*"/g, "''")).not.toMatch(/\$|\{\}|, [,}]/);
    }
    expect(metricsOf(way).length).toBeGreaterThan(0);
    // Every selector has a place where it can be narrowed, and every window grows.
    expect(promql.replaceAll(/[a-z][\w:]*\{\$\w+(, [^}]*)?\}/g, "")).not.toMatch(/\{|cilium_|hubble_/);
  });

  test("groups by what a failed operation can be told from others", () => {
    const outcomes = all.flatMap(({ promql }) => promql.match(/outcome[=!][^,}]*/g) ?? []);

    expect(outcomes).toEqual(['outcome=~"fail(ure)?"', 'outcome=~"fail(ure)?"']);
  });
});

describe("an expression", () => {
  test("takes matchers where there are some, and none where not", () => {
    expect(fill('a{$agent, b="c"}', empty, rates)).toBe('a{b="c"}');
    expect(fill('a{$agent, b="c"}', { ...empty, agent: 'pod="$pod"' }, rates)).toBe('a{pod="$pod", b="c"}');
    expect(fill("a{$agent} + b{$pod}", empty, rates)).toBe("a + b");
  });

  test.each([
    ["[$rate]", 15, 20, "[1m]"],
    ["[$rate]", 10, 300, "[310s]"],
    ["[1m]", 5, 20, "[1m]"],
    ["[1m]", 30, 20, "[2m]"],
    ["[1m]", 60, 60, "[4m]"],
    ["[5m]", 60, 60, "[5m]"],
    ["[30s]", 5, 5, "[30s]"],
    ["[10m]", 15, 3_585, "[60m]"],
  ])("the window %s, scraped every %i s and drawn every %i s, is %s", (written, scrape, step, wanted) => {
    expect(fill(`rate(a${written})`, empty, { scrapeMs: scrape * 1_000, stepMs: step * 1_000 })).toBe(
      `rate(a${wanted})`,
    );
  });
});

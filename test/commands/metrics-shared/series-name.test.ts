import { expect, test } from "vitest";
import { seriesChart } from "../../../src/commands/metrics-shared/series-chart.ts";
import { seriesNames } from "../../../src/commands/metrics-shared/series-name.ts";

const series = (...labels: Readonly<Record<string, string>>[]) => labels.map((one) => ({ labels: one, points: [] }));

test("series are called by what differs, and what they share is said once", () => {
  const given = series(
    { __name__: "cilium_bpf_map_ops_total", job: "cilium", map_name: "ct4_global", operation: "update" },
    { __name__: "cilium_bpf_map_ops_total", job: "cilium", map_name: "lxc", operation: "delete" },
  );
  expect(seriesNames(given)).toEqual({
    shared: [
      ["__name__", "cilium_bpf_map_ops_total"],
      ["job", "cilium"],
    ],
    keys: ["map_name", "operation"],
    names: ["ct4_global · update", "lxc · delete"],
  });
});

test("a label that one of them lacks differs, and so does an empty one", () => {
  expect(seriesNames(series({ a: "x", b: "1" }, { a: "x" }, { a: "x", b: "" }))).toEqual({
    shared: [["a", "x"]],
    keys: ["b"],
    names: ["1", "–", "–"],
  });
});

test("a single series is called by all its labels, one without labels is a value, and none has no name", () => {
  expect(seriesNames(series({ pod: "cilium-a", __name__: "up" }))).toEqual({
    shared: [],
    keys: ["__name__", "pod"],
    names: ["up · cilium-a"],
  });
  expect(seriesNames(series({})).names).toEqual(["value"]);
  expect(seriesNames([])).toEqual({ shared: [], keys: [], names: [] });
});

test("names are bounded, and labels may be called like what every object has", () => {
  const { names } = seriesNames(series({ a: "x".repeat(500) }, { a: "y" }));
  expect(names[0]).toHaveLength(60);
  expect(seriesNames(series({ constructor: "x" }, { toString: "y" })).names).toEqual(["x · –", "– · y"]);
});

test("a picture has their names in their order", () => {
  const given = series({ pod: "a", job: "x" }, { pod: "b", job: "x" });
  const window = { from: 0, to: 60_000 };
  expect(seriesChart({ series: given, stepMs: 15_000 }, "Title", "ops/s", window)).toEqual({
    kind: "lines",
    title: "Title",
    unit: "ops/s",
    window,
    stepMs: 15_000,
    series: [
      { name: "a", points: [] },
      { name: "b", points: [] },
    ],
  });
});

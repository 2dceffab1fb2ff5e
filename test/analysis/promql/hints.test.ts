import { expect, test } from "vitest";
import { hintsOn } from "../../../src/analysis/promql/hints.ts";

test("topk's own grouping over an aggregation without one is the mistake of many write-ups", () => {
  const wrong = 'topk(5, avg(rate(cilium_bpf_map_ops_total{k8s_app="cilium"}[5m]))) by (pod, map_name, operation)';
  expect(hintsOn(wrong, false)).toEqual([
    "The grouping behind topk(…) is topk's own, and avg(…) inside it has none: it gives one series. Write topk(5, avg by (…) (…)) for the first of several.",
  ]);
  expect(hintsOn("topk(5, avg(rate(x[5m])) by (pod))", false)).toEqual([]);
  expect(hintsOn("topk by (pod) (5, avg by (pod, map) (rate(x[5m])))", false)).toEqual([]);
});

test("topk over time may give more", () => {
  expect(hintsOn("topk(5, up)", true)).toEqual([
    "topk picks anew at each point, so that there may be more lines than it is told to give.",
  ]);
  expect(hintsOn("topk(5, up)", false)).toEqual([]);
});

test("a counter is drawn as it rises", () => {
  const hint = [
    "cilium_drop_count_total looks like a counter, which only rises: rate(cilium_drop_count_total[5m]) draws how fast.",
  ];
  expect(hintsOn('cilium_drop_count_total{pod="a"}', true)).toEqual(hint);
  expect(hintsOn("cilium_drop_count_total > 5", true)).toEqual(hint);
  expect(hintsOn("cilium_drop_count_total", false)).toEqual([]);
  expect(hintsOn("rate(cilium_drop_count_total[5m])", true)).toEqual([]);
});

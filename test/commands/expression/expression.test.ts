import { afterAll, describe, expect, test } from "vitest";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import type { MetricSeries, PromqlFinding, PromqlQuestion } from "../../../src/sources/question.ts";
import { askedAt, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";

const golden = goldenFolder("expression");
afterAll(() => golden.expectNoOthers());

const stepMs = 60_000;
const line = (labels: MetricSeries["labels"], value: (minute: number) => number | null, until = 60): MetricSeries => ({
  labels,
  points: Array.from({ length: until + 1 }, (_, minute) => [askedAt - (60 - minute) * stepMs, value(minute)] as const),
});
const found =
  (series: readonly MetricSeries[], change: Partial<PromqlFinding> = {}): Scene["reply"] =>
  (question) => ({
    ...{ ask: "promql", type: "vector", series, folded: 0, cannot: null, notes: [], stepMs },
    queries: [(question as PromqlQuestion).expression],
    ...change,
  });
const drops = [
  line({ pod: "cilium-x7k2p", reason: "Policy denied" }, (minute) => (minute < 40 ? 0 : 2.4)),
  line({ pod: "cilium-9q8zd", reason: "Policy denied" }, () => 0.02),
];
const rule = "sum by (pod, reason) (rate(cilium_drop_count_total[5m])) > 0.1";
const say = "Prometheus at http://prometheus:9090 could not be reached (ECONNREFUSED).";

const scenes: Readonly<Record<string, Scene>> = {
  "above a limit": { text: `expression --since 1h -- ${rule}`, reply: found(drops) },
  "too little": {
    text: "expression -- sum by (job) (up) < 3",
    reply: found([line({ job: "cilium" }, () => 3), line({ job: "hubble" }, (minute) => (minute < 30 ? 3 : 1))]),
  },
  "a value": {
    text: "expression -- up == 0",
    reply: found([line({ pod: "a" }, () => 1), line({ pod: "b" }, (minute) => (minute < 30 ? 1 : 0))]),
  },
  "no comparison at the end": {
    text: "expression -- max(a) > 1 and max(b) > 0.5",
    reply: found([line({}, (minute) => (minute < 30 ? null : 1.2))]),
  },
  "more series than can be told apart": {
    text: `expression -- ${rule}`,
    reply: found(
      Array.from({ length: 14 }, (_, n) => line({ pod: `cilium-${n}` }, () => 14 - n)),
      { folded: 6 },
    ),
  },
  "a line that ended is not what fires": {
    text: "expression -- rate(x[5m]) > 1",
    reply: found([line({ pod: "gone" }, () => 50, 20), line({ pod: "here" }, () => 2)]),
  },
  "no answer": {
    text: `expression -- ${rule}`,
    reply: () => ({ ended: "failed", error: { code: "UNREACHABLE", say } }),
  },
  "nothing there": { text: `expression -- ${rule}`, reply: found([], { cannot: "There is no metric of that name." }) },
  "not PromQL": { text: "expression -- sum(rate(", reply: found(drops) },
  "asks for everything": { text: 'expression -- {__name__=~".+"} > 0', reply: found(drops) },
  "only some namespaces may be seen": {
    text: `expression -- ${rule}`,
    visible: { "prod-eu": ["payments"] },
    reply: found(drops),
  },
};

test.each(Object.entries(scenes))("%s", (name, scene) => {
  golden.expect(name, `> ${scene.text}\n\n${renderTerminal(play(scene).answer.message, { width: 80, color: false })}`);
});

describe("what is asked", () => {
  const asked = (name: string, text?: string) => {
    const scene = scenes[name] as Scene;
    return play({ ...scene, text: text ?? scene.text }).questions;
  };

  test("is the expression without its last comparison, whose number is a line in the picture", () => {
    expect(asked("above a limit")).toMatchObject([
      { ask: "promql", expression: rule.replace(" > 0.1", ""), window: { from: askedAt - 3_600_000, to: askedAt } },
    ]);
    const [chart] = play(scenes["above a limit"] as Scene).answer.message.blocks;
    expect(chart).toMatchObject({ kind: "chart", chart: { thresholds: [{ value: 0.1, label: "fires above 0.1" }] } });
  });

  test("is six hours at most", () => {
    expect(asked("above a limit", `expression --since 7d -- ${rule}`)).toMatchObject([
      { window: { from: askedAt - 6 * 3_600_000, to: askedAt } },
    ]);
  });

  test("is nothing where not all may be seen, or of what the guards refuse", () => {
    for (const name of ["not PromQL", "asks for everything", "only some namespaces may be seen"])
      expect(asked(name)).toEqual([]);
  });
});

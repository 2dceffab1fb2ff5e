import { afterAll, describe, expect, test } from "vitest";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import type { MetricSeries, PromqlFinding, PromqlQuestion } from "../../../src/sources/question.ts";
import { askedAt, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";

const golden = goldenFolder("query");
afterAll(() => golden.expectNoOthers());

const shown = (text: string, message: Parameters<typeof renderTerminal>[0]) =>
  `> ${text}\n\n${renderTerminal(message, { width: 100, color: false })}`;

function found(series: readonly MetricSeries[], change: Partial<PromqlFinding> = {}): Scene["reply"] {
  return (question) => ({
    ask: "promql",
    type: "vector",
    series,
    folded: 0,
    cannot: null,
    notes: [],
    queries: [(question as PromqlQuestion).expression],
    stepMs: 0,
    ...change,
  });
}

const at = (value: number | null): MetricSeries["points"] => [[askedAt, value]];
const hour = (value: (minute: number) => number | null): MetricSeries["points"] =>
  Array.from({ length: 61 }, (_, minute) => [askedAt - (60 - minute) * 60_000, value(minute)] as const);

const drops = [
  { labels: { job: "cilium", reason: "Policy denied", direction: "INGRESS" }, points: at(12.3456) },
  { labels: { job: "cilium", reason: "Unsupported L3 protocol", direction: "EGRESS" }, points: at(0.25) },
  { labels: { job: "cilium", reason: "Stale or unroutable IP", direction: "EGRESS" }, points: at(null) },
];
const down: Scene["reply"] = () => ({
  ended: "failed",
  error: { code: "UNREACHABLE", say: "Prometheus at http://prometheus:9090 could not be reached (ECONNREFUSED)." },
});
const cannot = (sentence: string, stepMs = 0) => found([], { cannot: sentence, stepMs });
const hostile = "<!channel> *bold* `code` \u202eevil\u001b[31m";

const scenes: Readonly<Record<string, Scene>> = {
  "a vector": {
    text: "query sum by (job, reason, direction) (rate(cilium_drop_count_total[5m]))",
    reply: found(drops, { notes: ["Values that are no number are left out (1 NaN): most come from a division by 0."] }),
  },
  "a number": { text: "query 1/3", reply: found([{ labels: {}, points: at(1 / 3) }], { type: "scalar" }) },
  "no number": {
    text: "query 1/0",
    reply: found([{ labels: {}, points: at(null) }], {
      type: "scalar",
      notes: ["Values that are no number are left out (1 +Inf): most come from a division by 0."],
    }),
  },
  "a text": { text: `query '"hello"'`, reply: found([], { type: "string", text: "hello" }) },
  samples: {
    text: "query cilium_version[5m]",
    reply: found([{ labels: { __name__: "cilium_version", pod: "cilium-a" }, points: hour(() => 1).slice(-5) }], {
      type: "matrix",
    }),
  },
  "over an hour": {
    text: "query --since 1h sum by (pod, map_name) (rate(cilium_bpf_map_ops_total[5m]))",
    reply: found(
      [
        { labels: { map_name: "ct4_global", pod: "cilium-a" }, points: hour((minute) => 1_500 + 10 * minute) },
        { labels: { map_name: "lxc", pod: "cilium-a" }, points: hour((minute) => (minute < 30 ? null : 3)) },
      ],
      { type: "matrix", stepMs: 60_000 },
    ),
  },
  "one line over an hour": {
    text: "query up{job='x'} --since 1h --step 1m",
    reply: found([{ labels: { __name__: "up", job: "x" }, points: hour(() => 1) }], { type: "matrix", stepMs: 60_000 }),
  },
  "a grouping in the wrong place": {
    text: 'query topk(5, avg(rate(cilium_bpf_map_ops_total{k8s_app="cilium"}[5m]))) by (pod, map_name, operation)',
    reply: found([{ labels: {}, points: at(3.2) }]),
  },
  "300 series": {
    text: "query cilium_bpf_map_pressure",
    reply: found(
      Array.from({ length: 200 }, (_, index) => ({
        labels: { __name__: "cilium_bpf_map_pressure", map_name: `map_${index}` },
        points: at(0.9 - index / 1_000),
      })),
      { folded: 100 },
    ),
  },
  "warnings of Thanos": {
    text: "query up",
    reply: found([{ labels: { __name__: "up", instance: "a:9962" }, points: at(1) }], {
      notes: [
        "No StoreAPIs matched for this query: receive-1 did not answer.",
        'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up" (1:6)',
      ],
    }),
  },
  nothing: {
    text: "query cilium_drop_total",
    reply: cannot("There is no metric cilium_drop_total in this time. Did you mean cilium_drop_count_total?"),
  },
  "too many series": {
    text: "query --since 1h cilium_k8s_client_api_latency_time_seconds_bucket",
    reply: cannot(
      "These are 12,345 series, more than the 200 that are drawn: type topk(10, …) around the expression, or add up with sum by (…) (…).",
      30_000,
    ),
  },
  "Prometheus is down": { text: "query up", reply: down },
  "Prometheus refuses it": {
    text: "query rate(up)",
    reply: () => ({
      ended: "failed",
      error: {
        code: "REFUSED",
        say: 'Prometheus at http://prometheus:9090 refused the query (bad_data): invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", got instant vector.',
      },
    }),
  },
  "two clusters, one down": {
    text: "query --cluster '*' up",
    clusters: ["prod-eu", "prod-us"],
    reply: (question) =>
      question.cluster === "prod-us"
        ? down(question)
        : found([{ labels: { __name__: "up", instance: "a:9962" }, points: at(1) }])(question),
  },
  "one of two clusters may be seen": {
    text: "query --cluster '*' up",
    clusters: ["prod-eu", "prod-us"],
    visible: { "prod-us": ["payments"] },
    reply: found([{ labels: { __name__: "up", instance: "a:9962" }, points: at(1) }]),
  },
  "only some namespaces may be seen": { text: "query up", visible: { "prod-eu": ["payments"] }, reply: down },
  "a bracket is missing": { text: "query sum(rate(cilium_drop_count_total[5m]) by (reason)", reply: down },
  "a long one is wrong in the middle": {
    text: `query ${"sum(rate(cilium_drop_count_total[5m])) + ".repeat(4)} foo bar + ${"sum(rate(cilium_drop_count_total[5m])) + ".repeat(4)}1`,
    reply: down,
  },
  "an unknown function": { text: "query histogram_quantil(0.9, up)", reply: down },
  "a placeholder of Grafana": {
    text: 'query topk(5, avg(rate(cilium_bpf_map_ops_total{k8s_app="cilium", pod=~"$pod"}[$__rate_interval])) by (pod))',
    reply: down,
  },
  everything: { text: 'query {__name__=~".+"}', reply: down },
  "samples over time": { text: "query up[5m] --since 1h", reply: down },
  "a second for a week": { text: "query up --since 7d --step 1s", reply: down },
  "times the wrong way round": { text: "query up --since 2026-11-20T03:00Z --until 2026-11-20T02:00Z", reply: down },
  "hostile labels": {
    text: "query up",
    reply: found(
      [
        { labels: { [hostile]: hostile, job: "a" }, points: at(1) },
        { labels: { [hostile]: "x", job: hostile }, points: at(2) },
      ],
      { notes: [hostile] },
    ),
  },
};

describe("an answer", () => {
  test.each(Object.entries(scenes))("%s", (name, scene) => {
    golden.expect(name, shown(scene.text, play(scene).answer.message));
  });

  test.each(Object.entries(scenes))("%s: buttons can be pressed", (_, scene) => {
    for (const block of play(scene).answer.message.blocks)
      for (const { command } of block.kind === "actions" ? block.actions : [])
        expect(() => play({ ...scene, text: command })).not.toThrow();
  });

  test("nobody is called in Slack, whatever labels say", () => {
    const { text, blocks } = renderSlack(play(scenes["hostile labels"] as Scene).answer.message, {
      actionValue: () => "x",
    });
    expect(text).not.toMatch(/<[!@]/);
    expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');
  });
});

describe("what is asked", () => {
  const asked = (text: string, change: Partial<Scene> = {}) => play({ text, reply: down, ...change }).questions;

  test("is one moment without --since", () => {
    expect(asked("query up")).toEqual([
      {
        source: "prometheus",
        ask: "promql",
        cluster: "prod-eu",
        expression: "up",
        window: { from: askedAt, to: askedAt },
        stepMs: 0,
      },
    ]);
    expect(asked("query up --until 1h")).toMatchObject([
      { window: { from: askedAt - 3_600_000, to: askedAt - 3_600_000 } },
    ]);
  });

  test("is a time with --since, and its step", () => {
    expect(asked("query --since 2h --until 1h --step 30 up")).toMatchObject([
      { window: { from: askedAt - 7_200_000, to: askedAt - 3_600_000 }, stepMs: 30_000 },
    ]);
  });

  test("is nothing of what cannot be read, or may not be seen", () => {
    for (const name of [
      "a bracket is missing",
      "everything",
      "samples over time",
      "a second for a week",
      "only some namespaces may be seen",
    ])
      expect(play(scenes[name] as Scene).questions).toEqual([]);
    const scene = scenes["one of two clusters may be seen"] as Scene;
    expect(play(scene).questions.map(({ cluster }) => cluster)).toEqual(["prod-eu"]);
  });
});

test("the result has every number", () => {
  const { result } = play(scenes["a vector"] as Scene).answer;
  expect(result).toMatchObject({
    expression: "sum by (job, reason, direction) (rate(cilium_drop_count_total[5m]))",
    clusters: [{ cluster: "prod-eu", type: "vector", because: null, folded: 0 }],
  });
  expect((result as { clusters: [{ series: unknown }] }).clusters[0].series).toEqual(drops);
});

test("lines to copy hold the expression as a shell reads it", () => {
  const { copyAs } = play({
    text: `query up{job="it's"} --since 1h`,
    reply: found([{ labels: {}, points: hour(() => 1) }], { type: "matrix", stepMs: 30_000 }),
  }).answer;
  expect(copyAs).toEqual([
    {
      label: "promtool",
      text: `promtool query range --start=2026-11-20T02:14:05Z --end=2026-11-20T03:14:05Z --step=30s "$PROMETHEUS_URL" 'up{job="it'\\''s"}'`,
    },
    {
      label: "curl",
      text: `curl -sS "$PROMETHEUS_URL/api/v1/query_range" --data-urlencode 'query=up{job="it'\\''s"}' --data-urlencode start=2026-11-20T02:14:05Z --data-urlencode end=2026-11-20T03:14:05Z --data-urlencode step=30s`,
    },
    {
      label: "Path in Prometheus' own page",
      text: "/graph?g0.expr=up%7Bjob%3D%22it%27s%22%7D&g0.tab=0&g0.range_input=3600s&g0.end_input=2026-11-20+03%3A14%3A05",
    },
  ]);
});

import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { TopResult } from "../../../src/commands/top/result.ts";
import { askedAt, play, type Scene } from "../../fixtures/outcomes/build.ts";
import { ranking, scenes } from "./scenes.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

function argsOf(text: string): unknown {
  const parsed = parseCommand(text, options);
  return parsed.ok ? parsed.args : parsed.say;
}

const noConditions = {
  ...{ either: {}, from: {}, to: {}, reasons: [] },
  ...{ protocols: [], directions: [], nodes: [] },
};

const resultOf = (scene: Scene) => play(scene).answer.result as TopResult;
const asksOf = (scene: Scene) => play(scene).questions.map(({ ask, cluster }) => `${ask} ${cluster}`);

describe("what is typed", () => {
  test("is read", () => {
    expect(argsOf("top maps 10 --pod cilium-* --since 6h --by node --failed")).toEqual({
      of: "maps",
      top: 10,
      since: { kind: "ago", ms: 21_600_000 },
      until: { kind: "ago", ms: 0 },
      pod: "cilium-*",
      by: "node",
      failed: true,
      select: noConditions,
    });
    expect(argsOf("top drops")).toMatchObject({ of: "drops", top: 5, since: { ms: 3_600_000 }, failed: false });
    const deathstar = { kind: "name", namespace: undefined, name: "deathstar" };
    expect(argsOf("top drops deathstar")).toMatchObject({ top: 5, select: { target: deathstar } });
    for (const text of ["top http 7 deathstar", "top http deathstar 7"])
      expect(argsOf(text)).toMatchObject({ of: "http", top: 7, select: { target: deathstar } });
    expect(argsOf("top talkers --pod default/x --to-port 80 -n shop")).toMatchObject({
      select: { target: { kind: "namespace", name: "shop" }, either: { pod: ["default/x"] }, to: { port: [80] } },
    });
  });

  test.each([
    ["top", "top needs WHAT"],
    ["top mapz", "Did you mean maps?"],
    ["top maps 21", "Type a whole number from 1 to 20"],
    ["top maps 0", "Type a whole number from 1 to 20"],
    ["top maps --by pod", "Type one of: node"],
    ["top drops --by node", "That is for maps"],
    ["top ports --failed", "That is for maps"],
    ["top maps 5 deathstar", "BPF maps know nothing of that"],
    ["top maps --to-port 80", "BPF maps know nothing of that"],
    ["top maps --pod a --pod b", "Type it once"],
    ["top drops 21 deathstar", "Type a whole number from 1 to 20"],
    ["top talkers --reason POLICY_DENIED", "Only drops have a reason"],
    ["top dns --protocol udp", "is of that protocol alone"],
    ["top talkers --pod 'A B'", "is no pod or service"],
    ["top maps --pod 'a\"} or up'", "is no agent's pod"],
    ["top maps --since 0s", "That is now"],
    ["top maps --since 1h --until 2h", "That ends before it begins"],
  ])("%s is refused with what to type", (text, say) => {
    expect(argsOf(text)).toContain(say);
  });

  test("comes back from its buttons as it was", () => {
    const scene = { ...scenes.maps, text: "top maps 7 --since 2h --until 03:00 --pod 'k8s-*' --cluster prod-us" };
    const { answer } = play({ ...scene, clusters: options.clusters });
    const [button] = answer.message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(argsOf(button?.command ?? "")).toEqual({ ...(argsOf(scene.text) as object), by: "node" });
  });
});

describe("what is asked", () => {
  test("is the ranking, of the window and the cluster", () => {
    const { questions } = play(scenes["by node"]);
    expect(questions).toEqual([
      {
        source: "prometheus",
        ask: "ranking",
        cluster: "prod-eu",
        of: "maps",
        window: { from: askedAt - 3_600_000, to: askedAt },
        top: 2,
        by: "node",
      },
    ]);
  });

  test("are flows only where metrics name nobody", () => {
    expect(asksOf(scenes["drops with names in metrics"])).toEqual(["ranking prod-eu"]);
    expect(asksOf(scenes["ports from metrics"])).toEqual(["ranking prod-eu"]);
    expect(asksOf(scenes["drops from flows and counters"])).toEqual(["ranking prod-eu", "top prod-eu"]);
    expect(asksOf(scenes["talkers from flows"])).toEqual(["ranking prod-eu", "top prod-eu"]);
    expect(asksOf(scenes["ports from flows"])).toEqual(["ranking prod-eu", "top prod-eu"]);
    expect(asksOf(scenes["drops of two kinds of clusters"])).toEqual([
      "ranking prod-eu",
      "ranking prod-us",
      "top prod-us",
    ]);
  });

  test("is nothing of metrics where only some namespaces may be seen", () => {
    expect(asksOf(scenes["maps restricted"])).toEqual([]);
    expect(play(scenes["drops restricted"]).questions).toMatchObject([{ ask: "top", visible: ["payments"] }]);
    expect(asksOf(scenes["maps of two clusters"])).toEqual(["ranking prod-eu", "ranking prod-us"]);
  });

  test("are flows at once where metrics know neither target nor paths nor names", () => {
    expect(play(scenes["drops of a target"]).questions).toMatchObject([
      { ask: "top", of: "drops", top: 5, select: { target: { name: "deathstar" }, to: { port: [80] } } },
    ]);
    expect(asksOf(scenes.dns)).toEqual(["top prod-eu"]);
    expect(asksOf(scenes["http of two clusters"])).toEqual(["top prod-eu", "top prod-us"]);
    expect(play(scenes["dns nobody looks into"]).questions).toMatchObject([{ visible: ["payments"] }]);
  });

  test("is nothing more when Prometheus took all the time there was", () => {
    const late = {
      ended: "late",
      ms: 10_000,
      error: { code: "TIMEOUT", say: "Prometheus: no answer in 10 s." },
    } as const;
    expect(asksOf({ text: "top drops", reply: () => late })).toEqual(["ranking prod-eu"]);
  });
});

describe("the result", () => {
  test("has the rows, what is not ranked, and the whole", () => {
    const { metrics, totals, flows, origins } = resultOf(scenes.maps);
    expect(metrics[0]).toEqual({
      cluster: "prod-eu",
      labels: { pod: "cilium-bbbbb", node: "k8s-w1", map_name: "ct4_global", operation: "lookup", outcome: "success" },
      unit: "ops/s",
      rate: 1_240,
      share: 1_240 / 1_382,
      before: 310,
    });
    expect(totals).toEqual([{ node: null, rate: 1_382, others: { count: 36, rate: expect.closeTo(11.7, 5) } }]);
    expect({ flows, origins }).toEqual({
      flows: null,
      origins: [{ cluster: "prod-eu", from: "metrics", metric: "cilium_bpf_map_ops_total", incomplete: null }],
    });
  });

  test("has how full maps are, and the forecast", () => {
    const { pressure, unmeasured } = resultOf(scenes.maps);
    expect(pressure.map(({ map, forecast }) => [map, forecast?.fullAt ?? null])).toEqual([
      ["ct4_global", "2026-11-20T12:14:05.000Z"],
      ["ct4_global", null],
      ["policy_v2", null],
    ]);
    expect(unmeasured[0]).toEqual({ cluster: "prod-eu", map: "ipcache_v2" });
  });

  test("says where flows were used, and what would make metrics complete", () => {
    expect(resultOf(scenes["drops from flows and counters"]).origins).toEqual([
      {
        cluster: "prod-eu",
        from: "both",
        metric: "cilium_drop_count_total",
        incomplete: expect.stringContaining("drop:sourceContext=pod;destinationContext=pod"),
      },
    ]);
    expect(resultOf(scenes["talkers from flows"])).toMatchObject({
      origins: [{ from: "flows", metric: null }],
      metrics: [],
      flows: {
        rows: [{ count: 411 }, { count: 120 }, { count: 60 }],
        total: 700,
        others: { count: 4, sum: 109 },
        bound: 0,
      },
    });
    expect(resultOf(scenes["drops and nobody answers"])).toMatchObject({
      origins: [{ from: "nothing", incomplete: expect.stringContaining("could not be reached") }],
      flows: null,
    });
  });

  test("says how exact counts are, and what came back", () => {
    const { flows } = resultOf(scenes["more talkers than are counted apart"]);
    expect(flows).toMatchObject({ bound: 31, capacity: 2_000, others: { count: null, sum: 317_690 } });
    expect(flows?.rows.map(({ count, error }) => [count, error])).toEqual([
      [90_210, 12],
      [4_100, 0],
    ]);
    expect(resultOf(scenes.dns)).toMatchObject({
      origins: [{ from: "flows", incomplete: expect.stringContaining("no search path") }],
      flows: {
        total: 5_400,
        search: 3_600,
        rows: [{}, { answers: { all: 300, missing: 300 } }, {}],
        others: { sum: 274 },
      },
    });
  });

  test("ranks clusters together", () => {
    const { metrics } = resultOf(scenes["maps of two clusters"]);
    expect(metrics.map(({ cluster, rate }) => [cluster, rate])).toEqual([
      ["prod-eu", 1_240],
      ["prod-us", 99],
      ["prod-eu", 84.2],
    ]);
  });

  test("leaves normal noise out of drops from flows", () => {
    const { flows } = resultOf(scenes["drops and Prometheus is late"]);
    expect(flows).toMatchObject({ total: 312, rows: [{ labels: { reason: "POLICY_DENIED" } }] });
  });
});

describe("the picture", () => {
  const chartOf = (scene: Scene) =>
    play(scene).answer.message.blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []))[0];

  test("has exactly the series of the table, what failed in a colour of its own", () => {
    const chart = chartOf(scenes.maps);
    expect(chart).toMatchObject({ kind: "lines", unit: "ops/s", stepMs: 60_000 });
    if (chart?.kind !== "lines") throw new Error("no lines");
    expect(chart.series.map(({ name, tone }) => [name, tone])).toEqual([
      ["ct4_global lookup · k8s-w1", undefined],
      ["snat_v4_external delete · k8s-w1", undefined],
      ["ct_any4_global lookup · k8s-w2", undefined],
      ["ct4_global update, failed · k8s-w1", "bad"],
      ["ipcache_v2 update · k8s-ctr", undefined],
    ]);
  });

  test("is bars where flows were counted, and none where there is nothing", () => {
    expect(chartOf(scenes["ports from flows"])).toMatchObject({ kind: "ranking", bars: [{ value: 471 }, {}, {}] });
    expect(chartOf(scenes["no drops"])).toBeUndefined();
    expect(chartOf({ text: "top maps", reply: () => ranking({ cannot: "because" }) })).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { catalogue } from "../../../src/analysis/catalogue/index.ts";
import { findPanels } from "../../../src/commands/metrics/find.ts";
import { askedAt, askMetrics, refusalOf, series, start } from "./asking.ts";

const namesOf = (typed: string) => {
  const found = findPanels(typed);
  return found.kind === "one"
    ? found.panel.name
    : found.kind === "none"
      ? found.meant
      : found.panels.map(({ name }) => name);
};

describe("a name", () => {
  test.each(catalogue.map(({ name, dashboard }) => [name, dashboard]))(
    "%s is found, and with its dashboard",
    (name, dashboard) => {
      expect(namesOf(name)).toBe(name);
      expect(namesOf(`${dashboard}/${name}`.toUpperCase())).toBe(name);
    },
  );

  test.each([
    ["map ops (average node)", "map-ops"],
    ["BPF Map Pressure", "map-pressure"],
    ["map ops", "map-ops"],
    ["# system calls (max node)", "bpf-syscalls"],
    ["pressure", "map-pressure"],
    ["cilium_bpf_map_pressure", "map-pressure"],
    ["mapops", "map-ops"],
    ["dns-erors", "dns-errors"],
    ["operatr", "operator"],
    ["qwertzuiop", undefined],
    ["🦑", undefined],
    ["hubble/map-ops", undefined],
  ])("%s means %s", (typed, wanted) => {
    expect(namesOf(typed)).toBe(wanted);
  });

  test("of a panel that is there twice gives both", () => {
    expect(namesOf("CPU Usage per node")).toEqual(["agent-cpu", "operator-cpu"]);
    expect(namesOf("Policies Per Node")).toEqual(["policies", "policy-change-errors"]);
  });

  test("searches by all words, those of names first", () => {
    expect(namesOf("dns error")).toEqual([
      "dns-errors",
      "dns-error-pods",
      "namespace-dns-errors",
      ...rest("dns error", 3),
    ]);
    expect(namesOf("drops")).toContain("policy-denied");
    expect(namesOf("drops bananas")).toBeUndefined();
  });
});

/** What else a search gives, in its own order. */
function rest(typed: string, from: number): readonly string[] {
  const found = namesOf(typed);
  return Array.isArray(found) ? found.slice(from) : [];
}

describe("what is asked", () => {
  test("is the panel, in the window, of each cluster", () => {
    const { questions } = start("metrics map ops --since 2h --until 1h --pod k8s-w* --cluster '*'", [
      "prod-eu",
      "prod-us",
    ]);

    const window = { from: askedAt - 7_200_000, to: askedAt - 3_600_000 };
    const asked = { source: "prometheus", ask: "panel", panel: "map-ops", window, pod: "k8s-w*" };
    expect(questions).toEqual([
      { ...asked, cluster: "prod-eu" },
      { ...asked, cluster: "prod-us" },
    ]);
  });

  test.each([
    ["metrics map-ops --workload default/a", "map-ops cannot be narrowed to a workload"],
    ["metrics map-ops --namespace default", "map-ops cannot be narrowed to a namespace"],
    ["metrics requests-by-source --pod cilium-a", "requests-by-source is not about single agents"],
    ["metrics requests-by-source --workload a", '"a" is no workload with its namespace. Type NAMESPACE/NAME'],
    ["metrics requests-by-source --workload 'default/a\"}'", "is no workload with its namespace"],
    ["metrics map-ops --pod 'a|b'", "is no agent's pod"],
    ["metrics map-ops --since 10s", "Type at least 1m"],
    ["metrics map-ops --since 1h --until 2h", "That ends before it begins"],
    ["metrics requests-by-source --workload a/b --namespace a", "The workload names its namespace already"],
    [`metrics ${"x".repeat(101)}`, "At most 100 characters are read"],
  ])("%s is refused with a sentence", (text, wanted) => {
    expect(refusalOf(text)).toContain(wanted);
  });

  test("a time that is over before it begins is asked back", () => {
    const { answer } = start("metrics map-ops --since 2026-11-20T15:00Z");

    expect(answer?.message.title).toBe("metrics: there is no such time to look at");
  });
});

describe("where only some namespaces may be seen", () => {
  const visible = { "prod-eu": ["payments"] };

  test.each(["metrics map-ops", "metrics workload-requests --namespace payments"])("%s is not answered", (text) => {
    const { message } = askMetrics(text, {}, visible);

    expect(message.tone).toBe("warn");
    expect(JSON.stringify(message)).toContain("here only some namespaces of prod-eu may be seen");
  });

  test.each(["metrics", "metrics hubble", "metrics drops"])("%s lists", (text) => {
    const { message, result } = askMetrics(text, {}, visible);

    expect(message.tone).toBe("info");
    expect(result.panels.length).toBeGreaterThan(8);
  });
});

describe("an answer", () => {
  test("looks at the smallest where small is bad, and says what all of them have in common", () => {
    const of = (workload: string) => ({
      source_namespace: "default",
      source_workload: workload,
      node: "k8s-w1",
      pod: "cilium-a",
    });
    const { message } = askMetrics("metrics success-by-source", {
      "prod-eu": { series: [series(of("tie"), 0.9), series(of("x-wing"), 0.2)] },
    });

    expect(message.title).toMatch(/^success-by-source, 1h: 1[34]\.?\d?% at least, .*now \(x-wing\)$/);
    expect(JSON.stringify(message.blocks)).toContain("All of node k8s-w1 and source_namespace default.");
  });

  test("keeps pods apart where their nodes are not known", () => {
    const { message } = askMetrics("metrics agent-cpu", {
      "prod-eu": { series: [series({ pod: "cilium-a", node: "k8s-w1" }, 0.1), series({ pod: "cilium-b" }, 0.3)] },
    });

    const chart = message.blocks.find((block) => block.kind === "chart");
    expect(
      chart?.kind === "chart" && chart.chart.kind === "lines" && chart.chart.series.map(({ name }) => name),
    ).toEqual(["k8s-w1 · cilium-a", "– · cilium-b"]);
  });

  test("gives the numbers as they are", () => {
    const given = { series: [series({}, 3)], queries: ["sum(a)"], notes: ["as it is"], folded: 2 };
    const { result, copyAs } = askMetrics("metrics workload-requests", { "prod-eu": given });

    expect(result.clusters).toEqual([{ cluster: "prod-eu", cannot: null, quiet: false, stepMs: 60_000, ...given }]);
    expect(result.panels).toMatchObject([{ name: "workload-requests", titles: ["Incoming Request Volume"] }]);
    expect(copyAs).toEqual([{ label: "PromQL", text: "sum(a)" }]);
  });
});

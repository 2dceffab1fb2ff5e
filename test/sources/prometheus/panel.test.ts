import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StartedPrometheus } from "../../../src/lab/programs/prometheus.ts";
import { createPrometheus, type Prometheus } from "../../../src/sources/prometheus/prometheus.ts";
import type { PanelFinding, PanelQuestion } from "../../../src/sources/question.ts";
import { histogram, type Made, made, startBackfilled, startListener } from "./backfilled.ts";

const minute = 60_000;
const now = Math.floor(Date.now() / 1_000) * 1_000;

/** Cilium 1.17, scraped every minute without any label of its pods but their name, in a Prometheus that holds two clusters; Hubble's first `http`. */
const east = { cluster: "east", job: "cilium" };
const a = { ...east, instance: "10.0.0.1:9962", pod: "cilium-a.1" };
const b = { ...east, instance: "10.0.0.2:9962", pod: "cilium-b" };
const west = { ...b, cluster: "west", pod: "cilium-w" };
const maps = ["ct4_global", "ipcache_v2", "lxc", "snat_v4_external", "lb4_services_v2"];
const older: readonly Made[] = [
  ...made(
    "cilium_version",
    "gauge",
    [a, b, west].map((labels) => [{ ...labels, version: "1.17.10" }, 1]),
  ),
  ...made("cilium_endpoint_state", "gauge", [
    [{ ...a, state: "ready" }, 7],
    [{ ...b, state: "ready" }, 5],
    [{ ...west, state: "ready" }, 100],
  ]),
  ...made("cilium_node_connectivity_status", "gauge", [
    [{ ...a, type: "node", target_node_name: "b" }, 1],
    [{ ...b, type: "node", target_node_name: "a" }, 0],
    [{ ...a, type: "endpoint", target_node_name: "b" }, 1],
  ]),
  ...made("cilium_unreachable_nodes", "gauge", [
    [a, 0],
    [b, 1],
  ]),
  ...made("cilium_unreachable_health_endpoints", "gauge", [
    [a, 0],
    [b, 1],
  ]),
  ...made("cilium_policy_change_total", "counter", [
    [{ ...a, outcome: "success" }, 1],
    [{ ...a, outcome: "fail" }, 0.1],
  ]),
  ...maps.flatMap((map_name, nth) =>
    made("cilium_bpf_map_ops_total", "counter", [
      [{ ...a, map_name, operation: "update", outcome: "success" }, 10 + nth],
      [{ ...b, map_name, operation: "update", outcome: "success" }, 1 + nth],
    ]),
  ),
  // Far above all others, for some minutes only.
  {
    name: "cilium_bpf_map_ops_total",
    labels: { ...b, map_name: "burst", operation: "update", outcome: "success" },
    value: (seconds) => 30_000 * Math.min(1, Math.max(0, (seconds - 7_200) / 300)),
  },
  ...made("hubble_http_requests_total", "counter", [
    [{ ...a, method: "GET", protocol: "HTTP/1.1", reporter: "server" }, 3],
  ]),
  ...made("hubble_http_responses_total", "counter", [
    [{ ...a, method: "GET", status: "200" }, 2],
    [{ ...a, method: "GET", status: "500" }, 1],
  ]),
  ...made("cilium_operator_ipam_interface_creation_ops", "counter", [
    [{ ...east, subnetId: "subnet-1", status: "success" }, 0.5],
  ]),
  ...histogram(
    "cilium_operator_ec2_api_duration_seconds",
    { ...east, operation: "Attach", response_code: "200" },
    2,
    0.1,
  ),
];

/** Cilium 1.19 with everything switched on, scraped every ten seconds. */
const c = { job: "kubernetes-pods", k8s_app: "cilium", instance: "10.0.0.1:9962", pod: "cilium-c" };
const hubble = { job: "hubble", k8s_app: "hubble", instance: "10.0.0.1:9965", pod: "cilium-c", node: "k8s-w1" };
const to = {
  destination_namespace: "default",
  destination_workload: "deathstar",
  method: "POST",
  protocol: "HTTP/1.1",
};
const tie = { ...hubble, ...to, source_namespace: "default", source_workload: "tiefighter" };
const rebel = { ...hubble, ...to, source_namespace: "rebels", source_workload: "xwing" };
const usage = "node_namespace_pod_container:container_cpu_usage_seconds_total:sum_rate5m";
const newer: readonly Made[] = [
  ...made("cilium_version", "gauge", [[{ ...c, version: "1.19.4" }, 1]]),
  // Not scraped for forty minutes.
  { name: "cilium_nodes_all_num", labels: c, value: (seconds) => (seconds > 1_200 && seconds < 3_600 ? null : 3) },
  // Another component that has a metric of that name, too.
  ...made("cilium_endpoint_state", "gauge", [
    [{ ...c, endpoint_state: "ready" }, 9],
    [{ ...c, k8s_app: "other", endpoint_state: "ready" }, 50],
  ]),
  ...made("cilium_node_health_connectivity_status", "gauge", [
    [{ ...c, type: "node", status: "reachable" }, 4],
    [{ ...c, type: "node", status: "unreachable" }, 1],
  ]),
  ...histogram("cilium_node_health_connectivity_latency_seconds", { ...c, type: "node", protocol: "icmp" }, 1, 0.008),
  ...made("cilium_policy_change_total", "counter", [[{ ...c, outcome: "failure" }, 0.2]]),
  ...made("cilium_drop_count_total", "counter", [
    [{ ...c, reason: "Policy denied", direction: "INGRESS" }, 2],
    [{ ...c, reason: "Policy denied by denylist", direction: "INGRESS" }, 3],
    [{ ...c, reason: "Unsupported L3 protocol", direction: "EGRESS" }, 9],
  ]),
  ...histogram("cilium_bpf_syscall_duration_seconds", { ...c, operation: "lookup", outcome: "success" }, 40, 0.0005),
  ...made("hubble_http_requests_total", "counter", [
    [{ ...tie, status: "200", reporter: "server" }, 3],
    [{ ...tie, status: "503", reporter: "server" }, 1],
    [{ ...tie, status: "200", reporter: "client" }, 3],
    [{ ...rebel, status: "500", reporter: "server" }, 2],
  ]),
  ...histogram("hubble_http_request_duration_seconds", { ...tie, reporter: "server" }, 4, 0.01),
  ...made("hubble_lost_events_total", "counter", [[{ ...hubble, source: "hubble_ring_buffer" }, 0]]),
  ...made("hubble_drop_total", "counter", [
    [
      {
        ...hubble,
        reason: "POLICY_DENIED",
        protocol: "TCP",
        source: "default/xwing",
        destination: "default/deathstar",
      },
      2,
    ],
  ]),
  ...made("hubble_tcp_flags_total", "counter", [
    [
      {
        ...hubble,
        family: "IPv4",
        flag: "SYN",
        source: "default/tie",
        destination: "default/deathstar",
        source_namespace: "default",
        destination_namespace: "default",
      },
      5,
    ],
    [
      {
        ...hubble,
        family: "IPv4",
        flag: "SYN-ACK",
        source: "default/deathstar",
        destination: "default/tie",
        source_namespace: "default",
        destination_namespace: "default",
      },
      4,
    ],
    [
      {
        ...hubble,
        family: "IPv4",
        flag: "SYN",
        source: "rebels/xwing",
        destination: "default/deathstar",
        source_namespace: "rebels",
        destination_namespace: "default",
      },
      7,
    ],
  ]),
  // Many agents with a minute of many errors and few else, and three with some all the time, which is more.
  ...Array.from({ length: 26 }, (_, nth): Made => {
    const labels = { ...hubble, pod: `cilium-burst-${nth}`, qtypes: "A", rcode: "Server Failure" };
    const burst = (seconds: number) => seconds / 100 + 5 * Math.min(60, Math.max(0, seconds - 3_600));
    return { name: "hubble_dns_responses_total", labels, value: burst };
  }),
  ...made(
    "hubble_dns_responses_total",
    "counter",
    [1, 2, 3].map((nth) => [
      { ...hubble, pod: `cilium-steady-${nth}`, qtypes: "A", rcode: "Non-Existent Domain" },
      0.1 * (nth + 1),
    ]),
  ),
  ...made(usage, "gauge", [
    [{ namespace: "default", pod: "deathstar-1", container: "web" }, 0.25],
    [{ namespace: "default", pod: "tie-1", container: "web" }, 0.5],
    [{ namespace: "rebels", pod: "xwing-1", container: "web" }, 2],
    [{ namespace: "rebels", pod: "idle-1", container: "web" }, 4],
  ]),
  ...made("namespace_workload_pod:kube_pod_owner:relabel", "gauge", [
    [{ namespace: "default", pod: "deathstar-1", workload: "deathstar", workload_type: "deployment" }, 1],
    [{ namespace: "default", pod: "tie-1", workload: "tiefighter", workload_type: "deployment" }, 1],
    [{ namespace: "rebels", pod: "xwing-1", workload: "xwing", workload_type: "deployment" }, 1],
    [{ namespace: "rebels", pod: "idle-1", workload: "idle", workload_type: "deployment" }, 1],
  ]),
];

const started: StartedPrometheus[] = [];
const clusters: Record<string, Prometheus> = {};

beforeAll(async () => {
  const programs = await Promise.all([
    startBackfilled(older, now, 150 * minute, minute),
    startBackfilled(newer, now, 90 * minute, minute / 6),
    startBackfilled(made("up", "gauge", [[{ job: "node" }, 1]]), now, 90 * minute, minute),
  ]);
  started.push(...programs);
  for (const [at, name] of ["east", "new", "bare"].entries())
    clusters[name] = createPrometheus({ name, url: programs[at]?.url ?? "" });
});
afterAll(() => Promise.all(started.map((one) => one.close())));

type More = Partial<Pick<PanelQuestion, "pod" | "workload" | "namespace" | "window">>;

function ask(cluster: "east" | "new" | "bare", panel: string, more: More = {}): Promise<PanelFinding> {
  const window = { from: now - 60 * minute, to: now };
  const question: PanelQuestion = { source: "prometheus", ask: "panel", cluster, panel, window, ...more };
  const asked = clusters[cluster]?.answer(question, AbortSignal.timeout(10_000));
  if (asked === undefined) throw new Error(`${cluster} has not started`);
  return asked;
}

/** The newest value of each series, by what sets it apart. */
function last({ series, cannot }: PanelFinding): Record<string, number> {
  expect(cannot).toBeNull();
  return Object.fromEntries(
    series.map(({ as, labels, points }) => {
      const { node: _, ...own } = labels;
      return [
        [as, ...Object.values(own)].filter((part) => part !== undefined).join(" "),
        points.at(-1)?.[1] ?? Number.NaN,
      ];
    }),
  );
}

describe("a scrape of Cilium 1.17 without the pods' labels", () => {
  test("is asked for its own cluster, without k8s_app, and over four scrapes", async () => {
    const finding = await ask("east", "map-ops-max");

    expect(finding.queries).toEqual([
      'topk(5, max by (pod, map_name, operation) (rate(cilium_bpf_map_ops_total{cluster="east"}[5m])))',
    ]);
    expect((await ask("east", "forwarded-packets")).cannot).toMatch(/^cilium_forward_count_total is not there, though/);
    expect((await ask("east", "errors-warnings")).cannot).toContain("cilium_errors_warnings_total is not there");
    expect((await ask("east", "http-responses")).queries).toEqual([
      'sum by (pod, status) (rate(hubble_http_responses_total{cluster="east"}[4m]))',
    ]);
  });

  test("has the five largest of the whole window, each without a hole", async () => {
    const { series, folded } = await ask("east", "map-ops");

    expect(series.map(({ labels }) => labels["map_name"])).toEqual([
      "lb4_services_v2",
      "snat_v4_external",
      "lxc",
      "ipcache_v2",
      "ct4_global",
    ]);
    expect(new Set(series.map(({ points }) => points.length))).toEqual(new Set([61]));
    expect(folded).toBe(0);
  });

  test("does not send the others, however many there are", async () => {
    await using listener = await startListener(started[0]?.url ?? "");
    const prometheus = createPrometheus({ name: "east", url: listener.url });
    const window = { from: now - 60 * minute, to: now };
    await prometheus.answer(
      { source: "prometheus", ask: "panel", cluster: "east", panel: "map-ops", window },
      AbortSignal.timeout(10_000),
    );

    const drawn = listener.forms.filter((form) => form.has("step")).map((form) => form.get("query") ?? "");
    expect(drawn).toHaveLength(1);
    const all = await prometheus.range(drawn[0] ?? "", { ...window, stepMs: minute }, AbortSignal.timeout(10_000));
    expect(all.type === "matrix" && all.series.length).toBe(5);
  });

  test("has the old names: state, node_connectivity, fail, responses, subnetId, ec2", async () => {
    expect(last(await ask("east", "endpoint-state"))).toEqual({ ready: 12 });
    expect(last(await ask("east", "unreachable-nodes"))).toEqual({
      ...{
        "nodes cilium-a.1": 0,
        "nodes cilium-b": 1,
        "health endpoints cilium-a.1": 0,
        "health endpoints cilium-b": 1,
      },
      "agents that cannot reach a": 1,
    });
    expect(last(await ask("east", "node-connectivity"))).toEqual({
      "reachable node": 1,
      "reachable endpoint": 1,
      "not reachable node": 1,
      "not reachable endpoint": 0,
    });
    expect(last(await ask("east", "policy-change-errors"))).toEqual({ "cilium-a.1": 6 });
    expect(last(await ask("east", "http-responses"))).toEqual({ "cilium-a.1 200": 2, "cilium-a.1 500": 1 });
    expect(last(await ask("east", "ipam-interface-creation"))).toEqual({ "success subnet-1": 0.5 });
    expect(last(await ask("east", "ipam-api-latency"))).toEqual({ "Attach 200": 0.1 });
  });

  test("cannot tell of requests by workload, because its http is the old one", async () => {
    expect((await ask("east", "requests-by-source")).cannot).toBe(
      "hubble_http_requests_total has no source_namespace label: in Cilium's Helm values, hubble.metrics.enabled has to list httpV2:labelsContext=source_namespace,source_workload,destination_namespace,destination_workload.",
    );
    expect((await ask("east", "workload-success")).cannot).toBe(
      "hubble_http_requests_total has no status label: hubble.metrics.enabled lists the old metric http; list httpV2 in its place.",
    );
    expect((await ask("east", "workload-requests", { workload: "default/deathstar" })).cannot).toContain(
      "hubble_http_requests_total has no destination_namespace label",
    );
  });

  test("is narrowed to agents by name, taken as text", async () => {
    const finding = await ask("east", "endpoint-state", { pod: "cilium-a.*" });

    expect(finding.queries[0]).toContain('pod=~"cilium-a\\\\.1"');
    expect(last(finding)).toEqual({ ready: 7 });
    expect((await ask("east", "endpoint-state", { pod: "k8s-w9" })).cannot).toMatch(
      /^No agent's pod fits k8s-w9\. There are cilium-/,
    );
  });
});

describe("a scrape of Cilium 1.19 with everything switched on", () => {
  test("is held to the agents, and has the new names", async () => {
    const state = await ask("new", "endpoint-state");

    expect(last(state)).toEqual({ ready: 9 });
    expect(state.queries).toEqual(['sum by (endpoint_state) (cilium_endpoint_state{k8s_app="cilium"})']);
    expect(last(await ask("new", "node-connectivity"))).toEqual({ "reachable node": 4, "unreachable node": 1 });
    expect(last(await ask("new", "policy-change-errors"))).toEqual({ "cilium-c": 12 });
    expect(last(await ask("new", "policy-denied"))).toEqual({ INGRESS: 5 });
    expect(last(await ask("new", "bpf-syscalls"))).toEqual({ "lookup cilium-c": 40 });
    expect(last(await ask("new", "bpf-syscall-latency"))).toEqual({ "lookup cilium-c": 0.0005 });
    const { "p99 icmp node": p99 } = last(await ask("new", "node-latency"));
    expect(p99).toBeCloseTo(0.00995, 6);
  });

  test("tells of requests by workload, as the receiving end saw them", async () => {
    const sources = await ask("new", "requests-by-source", { workload: "default/deathstar" });

    expect(sources.queries[0]).toContain(
      '{destination_namespace="default", destination_workload="deathstar", reporter="server"}[40s]',
    );
    expect(last(sources)).toEqual({
      "default tiefighter 200": 3,
      "default tiefighter 503": 1,
      "rebels xwing 500": 2,
    });
    expect(last(await ask("new", "success-by-source"))).toEqual({ "default tiefighter": 0.75, "rebels xwing": 0 });
    expect(last(await ask("new", "workload-success", { namespace: "default" }))).toEqual({ "": 0.5 });
    expect(last(await ask("new", "durations-by-source"))["p95 default tiefighter"]).toBeCloseTo(0.00975, 6);
    expect((await ask("new", "workload-requests", { workload: "default/nobody" })).cannot).toBe(
      "hubble_http_requests_total has nothing of default/nobody in this time. It has default/deathstar.",
    );
  });

  test("tells of the CPU of who receives requests and of who sends them, in any namespace", async () => {
    expect(last(await ask("new", "cpu-by-destination", { workload: "default/deathstar" }))).toEqual({
      "default deathstar": 0.25,
    });
    expect(last(await ask("new", "cpu-by-source", { workload: "default/deathstar" }))).toEqual({
      "default tiefighter": 0.5,
      "rebels xwing": 2,
    });
  });

  test("counts what got no reply at all", async () => {
    expect(last(await ask("new", "namespace-missing-syn-acks"))).toEqual({ "default/tie": 1, "rebels/xwing": 7 });
    expect(last(await ask("new", "namespace-missing-syn-acks", { namespace: "rebels" }))).toEqual({
      "rebels/xwing": 7,
    });
    expect(last(await ask("new", "missing-syn-acks-ipv4"))).toEqual({ "cilium-c": 8 });
    expect(last(await ask("new", "denied-sources"))).toEqual({ "cilium-c default/xwing": 2 });
  });

  test("names nodes beside the agents' pods", async () => {
    const { series } = await ask("new", "bpf-syscalls");

    expect(series[0]?.labels).toEqual({ operation: "lookup", pod: "cilium-c", node: "k8s-w1" });
  });

  test("has a label that is missing, a metric that is off, and something that did not happen", async () => {
    expect((await ask("new", "hubble-drop-reasons", { pod: "cilium-x" })).cannot).toContain(
      "No agent's pod fits cilium-x",
    );
    expect((await ask("new", "kvstore-operations")).cannot).toContain("the agents use no key-value store");
    expect((await ask("new", "top-dns-queries")).cannot).toMatch(
      /^hubble_dns_queries is not there|^hubble_dns_queries_total is not there/,
    );
    expect(await ask("new", "missing-syn-acks-ipv6")).toMatchObject({
      quiet: true,
      cannot: "No connection was asked for over IPv6 in this time, and hubble_tcp_flags_total is there to tell.",
    });
  });
});

test("DNS errors are kept by how many there were, not by how many at once; the rest is counted", async () => {
  const { series, folded, queries } = await ask("new", "dns-errors");
  expect(series.slice(0, 3).map(({ labels }) => labels["pod"])).toEqual([3, 2, 1].map((nth) => `cilium-steady-${nth}`));
  expect(series).toHaveLength(24);
  expect(folded).toBe(5);
  expect(queries[0]).not.toContain("topk");
});

describe("a Prometheus that has nothing", () => {
  test.each([
    ["map-ops", "Prometheus has no Cilium agent in this time: set prometheus.enabled=true"],
    ["operator-cpu", "Prometheus has no Cilium operator in this time: set operator.prometheus.enabled=true"],
    ["dns-errors", "Prometheus has no Hubble metric in this time: list metrics in hubble.metrics.enabled"],
    ["cpu-by-destination", "it comes from the recording rules of kube-prometheus"],
  ])("of Cilium says what to set: %s", async (panel, wanted) => {
    expect((await ask("bare", panel)).cannot).toContain(wanted);
  });

  test("of that time says that it is older than what is kept", async () => {
    const window = { from: now - 50 * 60 * minute, to: now - 49 * 60 * minute };

    for (const panel of ["endpoint-state", "node-connectivity"]) {
      const { cannot, quiet } = await ask("new", panel, { window });
      expect(cannot).toMatch(
        /^Prometheus has nothing of (cilium_\w+|these metrics) between .* older than what it keeps/,
      );
      expect(quiet).toBe(false);
    }
  });

  test("between two samples of a block says the same", async () => {
    const { cannot } = await ask("new", "nodes", { window: { from: now - 60 * minute, to: now - 40 * minute } });

    expect(cannot).toMatch(/^Prometheus has nothing of cilium_nodes_all_num between .* or it did not scrape then\./);
  });
});

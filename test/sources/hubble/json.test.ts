import { describe, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createLineReader, readTime } from "../../../src/sources/hubble/json.ts";
import { sampleLines } from "../../fixtures/flows/samples.ts";

function read(line: string) {
  const flows: Flow[] = [];
  const others: unknown[] = [];
  const ok = createLineReader().read(line, {
    flow: (flow) => flows.push(flow),
    nodes: (status) => others.push(status),
    lost: (lost) => others.push(lost),
  });
  return { ok, flow: flows[0], other: others[0] };
}

test("a bare flow is the same as a wrapped one", () => {
  for (const line of sampleLines) {
    const { flow } = JSON.parse(line) as { flow: object };
    expect(read(JSON.stringify(flow)).flow).toEqual(read(line).flow);
  }
});

test("enums are names or numbers", () => {
  const names = { verdict: "DROPPED", drop_reason_desc: "POLICY_DENIED", traffic_direction: "INGRESS", Type: "L3_L4" };
  const numbers = { verdict: 2, drop_reason_desc: 133, traffic_direction: 1, Type: 1 };
  expect(read(JSON.stringify({ flow: names })).flow).toEqual(read(JSON.stringify({ flow: numbers })).flow);
});

test("a reason newer than this program is its number", () => {
  expect(read('{"flow":{"drop_reason_desc":222}}').flow?.dropReason).toBe(222);
  expect(read('{"flow":{"drop_reason_desc":"BRAND_NEW","drop_reason":206}}').flow?.dropReason).toBe(206);
});

test("the wrapper's node and time stand in for the flow's own", () => {
  const { flow } = read('{"flow":{"verdict":"DROPPED"},"node_name":"k8s-w1","time":"2026-11-20T12:00:00Z"}');
  expect(flow).toMatchObject({ node: "k8s-w1", time: Date.UTC(2026, 10, 20, 12) });
});

test("node status and lost events are read", () => {
  const status = '{"node_status":{"state_change":"NODE_UNAVAILABLE","node_names":["a"]}}';
  expect(read(status).other).toEqual({ state: 2, nodes: ["a"], message: "" });
  const lost = '{"lost_events":{"source":"PERF_EVENT_RING_BUFFER","num_events_lost":"42","cpu":1}}';
  expect(read(lost).other).toEqual({ source: 1, count: 42 });
});

test.each([
  ["2026-11-20T12:00:00Z", Date.UTC(2026, 10, 20, 12)],
  ["2026-11-20T12:00:00.5Z", Date.UTC(2026, 10, 20, 12) + 500],
  ["2026-11-20T12:00:00.000000001Z", Date.UTC(2026, 10, 20, 12)],
  ["2026-11-20T13:00:00+01:00", Date.UTC(2026, 10, 20, 12)],
  ["yesterday", 0],
  ["2026-13-45T12:00:00Z", 0],
  [1_763_726_400, 0],
])("the time %s is %d", (text, ms) => {
  expect(readTime(text)).toBe(ms);
});

describe("a line that is", () => {
  test.each(["", "  ", '{"agent_event":{}}', '{"debug_event":{}}'])("%j is no flow and no mistake", (line) => {
    expect(read(line)).toEqual({ ok: true, flow: undefined, other: undefined });
  });

  test.each(["{", "[]", "null", "7", '"flow"', '{"hello":"world"}', '{"flow":7}', "not json at all"])(
    "%j is bad",
    (line) => {
      expect(read(line)).toEqual({ ok: false, flow: undefined, other: undefined });
    },
  );

  test("full of wrong types is a flow of what can be read", () => {
    const line = JSON.stringify({
      flow: {
        verdict: [],
        IP: "x",
        l4: { TCP: 7, __proto__: null },
        source: { labels: [1, "k8s:a=b", null], workloads: ["x"], identity: "7x" },
        destination: [],
        source_names: "a",
        l7: { http: { headers: [1, { key: 2 }], code: "200" }, type: {} },
        egress_denied_by: ["x", { name: "p" }],
        is_reply: "yes",
        time: {},
      },
    });
    expect(read(line).flow).toMatchObject({
      verdict: 0,
      sourceIp: "",
      protocol: "TCP",
      source: { labels: ["k8s:a=b"], workload: undefined, identity: 0 },
      sourceNames: [],
      l7: { protocol: "http", code: 200, kind: "unknown" },
      deniedBy: [{ kind: "", namespace: "", name: "p" }],
      isReply: undefined,
      time: 0,
    });
  });
});

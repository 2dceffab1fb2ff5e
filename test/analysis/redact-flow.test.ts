import { expect, test } from "vitest";
import { defaultRedaction, redactFlow } from "../../src/analysis/redact.ts";
import { deathstar, http, makeFlow } from "../fixtures/flows/make.ts";
import { sampleLines } from "../fixtures/flows/samples.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

test("a flow without anything to hide comes back as it is", () => {
  const flow = makeFlow({ summary: "TCP Flags: SYN", uuid: "5db59e3d-0a5c-40c2-b8a5-257f84b18e45", l7: undefined });
  expect(redactFlow(flow)).toBe(flow);
});

test("webpod's request loses its query in the URL and in the summary", () => {
  const url = "http://webpod/?user_id=1234";
  const flow = redactFlow(makeFlow({ l7: http({ url }), summary: `HTTP/1.1 GET ${url}` }));
  expect(flow.summary).toBe("HTTP/1.1 GET http://webpod/?…");
  expect(flow.l7).toMatchObject({ url: "http://webpod/?…" });
  expect(JSON.stringify(flow)).not.toMatch(/user_id|1234/);
});

test("headers keep their names and lose their values", () => {
  const headers = [
    { key: "Authorization", value: "Basic dXNlcjpwYXNz" },
    { key: "x-tenant", value: "acme" },
    { key: "content-type", value: "text/html" },
  ];
  expect(redactFlow(makeFlow({ l7: http({ headers }) })).l7).toMatchObject({
    headers: [
      { key: "Authorization", value: "…" },
      { key: "x-tenant", value: "…" },
      { key: "content-type", value: "text/html" },
    ],
  });
});

test("what the cluster calls its things stays, unless a credential was put there", () => {
  const labels = ["k8s:app=deathstar", "k8s:controller-uid=5db59e3d-0a5c-40c2-b8a5-257f84b18e45"];
  const given = makeFlow({
    source: { ...deathstar, labels },
    deniedBy: [{ kind: "CiliumNetworkPolicy", namespace: "default", name: "deny-2026-11-20" }],
  });
  expect(redactFlow(given)).toBe(given);
  const poisoned = makeFlow({ source: { ...deathstar, labels: ["k8s:password=hunter2", `k8s:x=${jwt}`] } });
  expect(redactFlow(poisoned).source.labels).toEqual(["k8s:password=…", "…"]);
});

test("endpoints that are one object stay one", () => {
  const source = { ...deathstar, pod: "Bearer abc123def" };
  const one = redactFlow(makeFlow({ source }));
  expect(redactFlow(makeFlow({ source })).source).toBe(one.source);
  expect(one.source.pod).toBe("Bearer …");
});

const record = {
  flow: {
    time: "2026-11-20T12:00:00.000000001Z",
    uuid: "5db59e3d-0a5c-40c2-b8a5-257f84b18e45",
    verdict: "DROPPED",
    ethernet: { source: jwt, destination: "2a:24:7e:b4:f7:b5" },
    IP: { source: "10.0.0.1", destination: jwt, ipVersion: "IPv4", source_xlated: jwt },
    l4: { IGMP: { type: 1, group_address: jwt } },
    source: {
      identity: 7,
      labels: [`k8s:x=${jwt}`],
      pod_name: jwt,
      workloads: [{ name: jwt, kind: jwt }],
      cluster_name: jwt,
    },
    destination: { namespace: jwt },
    Type: jwt,
    node_name: jwt,
    source_names: [`${jwt}.example.com`],
    destinationNames: ["a@example.com"],
    l7: {
      type: "REQUEST",
      latency_ns: "18446744073709551615",
      http: {
        method: jwt,
        url: `http://u:p@shop/${jwt}?a=b`,
        protocol: jwt,
        headers: [
          { key: jwt, value: jwt },
          { Key: "cookie", Value: "a=b" },
        ],
      },
      dns: { query: jwt, ips: [jwt], cnames: [jwt], observation_source: jwt, qtypes: [jwt], rrtypes: [jwt] },
      kafka: { api_key: "produce", topic: "orders", key: "customer-4711", correlation_id: 7 },
    },
    source_service: { name: jwt, namespace: jwt },
    trace_context: { parent: { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736" } },
    socket_cookie: "18446744073709551615",
    interface: { index: 1, name: jwt },
    node_labels: [jwt],
    file: { name: jwt, line: 1 },
    tunnel: { IP: { source: jwt }, l4: { UDP: { source_port: 1 } } },
    emitter: { name: jwt, version: jwt },
    egress_allowed_by: [{ name: jwt, labels: [jwt], revision: "12345678901234" }],
    ingressDeniedBy: [{ name: jwt, namespace: jwt, kind: jwt }],
    policy_log: [`denied ${jwt}`],
    Summary: `HTTP/1.1 GET http://u:p@shop/${jwt}?a=b`,
    extensions: { "@type": "x", value: "anything" },
    later_field: { deep: [{ text: `password: ${jwt}`, token: "abc" }] },
    [jwt]: 1,
  },
  node_name: jwt,
  time: "2026-11-20T12:00:00Z",
};

test("no field of a record keeps a token, in either spelling", () => {
  const shown = JSON.stringify(defaultRedaction.record(record));
  expect(shown).not.toMatch(/eyJ|SflKxw|u:p@|a=b|4711|anything|"abc"/);
  for (const kept of [
    '"uuid":"5db59e3d-0a5c-40c2-b8a5-257f84b18e45"',
    '"latency_ns":"18446744073709551615"',
    '"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"',
    '"destination":"2a:24:7e:b4:f7:b5"',
    '"topic":"orders"',
    '"revision":"12345678901234"',
    '"Summary":"HTTP/1.1 GET http://shop/…?…"',
  ])
    expect(shown).toContain(kept);
});

test("node status, lost events and events of agents are redacted as well", () => {
  expect(
    defaultRedaction.record({
      node_status: { state_change: "NODE_ERROR", node_names: ["k8s-w1"], message: "token=abc" },
    }),
  ).toEqual({
    node_status: { state_change: "NODE_ERROR", node_names: ["k8s-w1"], message: "token=…" },
  });
  expect(
    defaultRedaction.record({ agent_event: { endpoint_regenerate: { id: "7", error: "dial http://u:p@x/y" } } }),
  ).toEqual({
    agent_event: { endpoint_regenerate: { id: "7", error: "dial http://x/y" } },
  });
  expect(defaultRedaction.record({ debug_event: { message: "Bearer abc123def", cpu: 1 } })).toEqual({
    debug_event: { message: "Bearer …", cpu: 1 },
  });
});

test("records of the samples stay as they are, but for their secrets", () => {
  const changed = sampleLines.filter(
    (line) => JSON.stringify(defaultRedaction.record(JSON.parse(line))) !== JSON.stringify(JSON.parse(line)),
  );
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.every((line) => line.includes('"http"'))).toBe(true);
  expect(sampleLines.map((line) => JSON.stringify(defaultRedaction.record(JSON.parse(line)))).join("\n")).not.toMatch(
    /SECRET|Tr3ason|luke|eyJ/,
  );
});

test("records that nest without end are cut, and what is no record comes back", () => {
  let deep: unknown = "x";
  for (let depth = 0; depth < 5_000; depth++) deep = { a: deep };
  expect(JSON.stringify(defaultRedaction.record(deep)).length).toBeLessThan(200);
  expect(defaultRedaction.record(null)).toBeNull();
  expect(defaultRedaction.record("Bearer abc123def")).toBe("Bearer …");
  expect(Object.keys(defaultRedaction.record(JSON.parse('{"__proto__":{"a":1}}')) as object)).toEqual(["__proto__"]);
});

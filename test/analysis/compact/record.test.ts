import { expect, test } from "vitest";
import { escapeJson } from "../../../src/analysis/compact/escape.ts";
import { compactLine } from "../../../src/analysis/compact/line.ts";
import { flowRecord } from "../../../src/analysis/compact/record.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import { redactFlow } from "../../../src/analysis/redact.ts";
import { createLineReader } from "../../../src/sources/hubble/json.ts";
import { http, makeFlow } from "../../fixtures/flows/make.ts";
import { sampleLines } from "../../fixtures/flows/samples.ts";
import { hostileFlow, readFlow } from "./flows.ts";

const secrets = ["TRUTHSECRET6", "Tr3ason-Pa55", "eyJhbGciOiJIUzI1NiJ9", "rebel:", "user=luke"];
const read = (json: string): Flow => readFlow((sink) => createLineReader().read(json, sink));
const lineOf = (flow: Flow) => escapeJson(JSON.stringify(flowRecord(redactFlow(flow), { labels: true })));
const usual = { node: false, numeric: false };

test("the samples as records, read back, are the same flows but for their secrets", () => {
  let cut = 0;
  for (const line of sampleLines) {
    const flow = read(line);
    const again = read(lineOf(flow));
    const hasSecret = secrets.some((secret) => line.includes(secret)) || line.includes('"headers"');
    if (hasSecret) cut += 1;
    else expect(again).toEqual(flow);
  }
  expect(cut).toBeGreaterThan(1);
  expect(cut).toBeLessThan(80);
});

test("no secret of the samples is in any record", () => {
  const all = sampleLines.map((line) => lineOf(read(line))).join("\n");
  expect(secrets.filter((secret) => sampleLines.join("\n").includes(secret)).length).toBeGreaterThan(3);
  for (const secret of secrets) expect(all).not.toContain(secret);
});

test("headers keep their names, and the values that redaction left", () => {
  const headers = [
    { key: "Authorization", value: "Basic c2VjcmV0" },
    { key: "User-Agent", value: "curl/8.5.0" },
  ];
  const { flow } = flowRecord(redactFlow(makeFlow({ l7: http({ headers }) })), { labels: true });
  expect(flow["l7"]).toMatchObject({
    http: {
      headers: [
        { key: "Authorization", value: "…" },
        { key: "User-Agent", value: "curl/8.5.0" },
      ],
    },
  });
});

test("without labels a record still says who", () => {
  expect(flowRecord(makeFlow(), { labels: false }).flow["source"]).toEqual({
    identity: 37711,
    namespace: "default",
    pod_name: "xwing",
    workloads: [{ name: "xwing", kind: "Pod" }],
  });
});

test("a line of JSON holds nothing that a reader cannot see, and means the same", () => {
  for (let seed = 0; seed < 1_000; seed++) {
    const record = flowRecord(hostileFlow(seed), { labels: true });
    const line = escapeJson(JSON.stringify(record));
    expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(record)));
  }
});

const url = "http://shop/cart?user_id=1234";
test.each([
  ["TCP Flags: SYN, ACK", undefined, "TCP Flags: SYN, ACK"],
  ["ICMPv4 DestinationUnreachable(Host)", undefined, "ICMPv4 DestinationUnreachable(Host)"],
  [`HTTP/1.1 GET ${url}`, url, "HTTP/1.1 GET http://shop/cart?…"],
  [`HTTP/1.1 200 12ms (GET ${url})`, url, "HTTP/1.1 200 12ms (GET http://shop/cart?…)"],
  [`HTTP/1.1 200 12ms (GET ${url})`, undefined, "HTTP/1.1 200 12ms (GET http://shop/cart?…)"],
  ["HTTP/1.1 GET http://luke:1234@shop", "http://luke:1234@shop", "HTTP/1.1 GET http://shop"],
  ["HTTP/1.1 GET /cart?user_id=1234", undefined, "HTTP/1.1 GET /cart?…"],
  ["DNS Query deathstar.default.svc.cluster.local. A", undefined, "DNS Query deathstar.default.svc.cluster.local. A"],
  [
    'DNS Answer "10.96.202.102,10.96.202.103" TTL: 30 (Proxy a.example. A)',
    undefined,
    'DNS Answer "10.96.202.102,10.96.202.103" TTL: 30 (Proxy a.example. A)',
  ],
  ["DNS Query ghp1234567890abcdefABCDEF1234567890.evil.example. A", undefined, "DNS Query ….evil.example. A"],
  [
    "Kafka request produce correlation id 7 topic 'deathstar-plans'",
    undefined,
    "Kafka request produce correlation id 7 topic 'deathstar-plans'",
  ],
])("a redacted flow's summary is printed as it is: %j", (summary, raw, shown) => {
  const flow = redactFlow(makeFlow({ summary, l7: raw === undefined ? undefined : http({ url: raw }) }));
  expect(compactLine(flow, usual)).toContain(` DROPPED (${shown})`);
  expect(flowRecord(flow, { labels: false }).flow["Summary"]).toBe(shown);
});

test.each([
  ["http://shop/a b?user_id=1234 x=1234", "http://shop/…?…"],
  [`http://shop/cart?user_id=1234&${"x".repeat(6_000)}`, "…"],
])("a URL with spaces, or one longer than what is read, is cut as a whole", (raw, shown) => {
  const line = compactLine(redactFlow(makeFlow({ summary: `HTTP/1.1 GET ${raw}`, l7: http({ url: raw }) })), usual);
  expect(line).toMatch(/ \(HTTP\/1\.1 GET .*\)$/);
  expect(line).toContain(`GET ${shown})`);
});

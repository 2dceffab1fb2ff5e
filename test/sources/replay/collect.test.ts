import { describe, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createRedaction } from "../../../src/analysis/redact.ts";
import { type CollectOptions, createCollector } from "../../../src/sources/replay/collect.ts";
import { readTable } from "../../../src/sources/replay/table.ts";
import { endpoint, http, makeFlow } from "../../fixtures/flows/make.ts";

const pod = (name: string, labels: readonly string[] = []) =>
  endpoint({
    ...{ identity: 1_000 + name.length, namespace: "default", pod: `${name}-5d7f9c8b6-abcde` },
    labels: [`k8s:app=${name}`, "k8s:io.kubernetes.pod.namespace=default", ...labels],
    workload: { kind: "Deployment", name },
  });
const [web, db] = [pod("web"), pod("db")];
const outside = endpoint({ identity: 2, labels: ["reserved:world"] });
const target = { kind: "workload", workload: "Deployment", namespace: "default", name: "db" } as const;

/** An allowed verdict about a new connection. */
const passed = (more: Partial<Flow> = {}) =>
  makeFlow({ source: web, destination: db, verdict: 1, dropReason: 0, eventType: 5, isReply: false, ...more });

function collected(flows: readonly Flow[], more: Partial<CollectOptions> = {}) {
  const collector = createCollector({ target, resolution: null, ...more });
  for (const flow of flows) collector.add(flow);
  const table = collector.finish();
  return { table, observed: readTable(JSON.parse(JSON.stringify(table)) as typeof table) };
}

const kinds = (flows: readonly Flow[]) => collected(flows).observed.map(({ seen, count }) => [seen, count]);

describe("what counts", () => {
  test("equal flows are one, however often they were seen", () => {
    const { observed } = collected([passed(), passed({ time: 1, sourcePort: 1 }), passed({ destinationPort: 443 })]);
    expect(observed.map(({ port, count }) => [port, count])).toEqual([
      [80, 2],
      [443, 1],
    ]);
    expect(observed[0]).toMatchObject({
      from: { name: "default/web", target: false },
      to: { name: "default/db", target: true, labels: ["k8s:app=db", "k8s:io.kubernetes.pod.namespace=default"] },
    });
  });

  test("replies, traces that may be replies, sockets and what is seen before services are translated do not", () => {
    const trace = (more: Partial<Flow>) => passed({ eventType: 4, eventSubType: 0, ...more });
    expect(kinds([trace({})])).toEqual([["passed", 1]]);
    const none = [
      trace({ isReply: true }),
      trace({ isReply: undefined }),
      passed({ isReply: true }),
      trace({ eventSubType: 5 }),
      passed({ eventType: 7, type: 3 }),
      passed({ eventType: 129, l7: http({ kind: "response" }), isReply: undefined }),
    ];
    expect(kinds(none)).toEqual([]);
  });

  test("a refused packet is one flow, for the reasons that are about policies", () => {
    const drop = (more: Partial<Flow> = {}) => makeFlow({ source: web, destination: db, ...more });
    expect(kinds([drop(), drop({ eventType: 5 }), drop({ dropReason: 181 }), drop({ dropReason: 139 })])).toEqual([
      ["dropped", 2],
    ]);
    expect(kinds([passed({ verdict: 4 })])).toEqual([["audited", 1]]);
    expect(kinds([drop({ eventType: 129, dropReason: 0, l7: http() })])).toEqual([["dropped", 1]]);
  });

  test("ICMP has its type where the summary tells it", () => {
    const ping = { protocol: "ICMPv4", destinationPort: 0 } as const;
    const rows = collected([
      passed({ ...ping, summary: "ICMPv4 EchoRequest" }),
      passed({ ...ping, summary: "ICMPv4 DestinationUnreachable(Port)" }),
      passed({ ...ping, protocol: "ICMPv6", summary: "ICMPv6 EchoRequest" }),
    ]).observed;
    expect(rows.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual(["ICMPv4 8", "ICMPv4 0", "ICMPv6 128"]);
  });

  test("an end without labels is what its identity says", () => {
    const { observed } = collected([passed({ source: endpoint({ identity: 1 }) }), passed({ source: endpoint() })]);
    expect(observed.map(({ from }) => from.labels)).toEqual([["reserved:host"], ["reserved:unknown"]]);
  });
});

describe("secrets", () => {
  const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

  test("a request's query is left out, and a path that looks like a secret is marked", () => {
    const request = (url: string) => passed({ eventType: 129, l7: http({ method: "GET", url }) });
    const rows = collected([
      request("http://user:pass@db/a?token=1"),
      request("http://db/a?token=2"),
      request(`http://db/${token}`),
      request("http://db"),
    ]).observed;
    expect(rows.map(({ http: one, secret, count }) => [one?.path, one?.host, secret, count])).toEqual([
      ["/a?…", "db", false, 2],
      [`/${token}`, "db", true, 1],
      ["/", "db", false, 1],
    ]);
  });

  test("names that may not be shown are not learnt, and labels are cut", () => {
    const redaction = createRedaction({ deny: ["name:*.hidden.example.com"] });
    const names = ["api.example.com", `${token}.example.com`, "a.hidden.example.com"];
    const flow = passed({ destination: outside, destinationIp: "198.51.100.7", destinationNames: names });
    const { table } = collected([flow, passed({ source: pod("x", [`k8s:password=${token}`]) })], { redaction });
    expect(JSON.stringify(table)).not.toContain(token);
    expect(table.ends.find(({ ip }) => ip === "198.51.100.7")?.names).toEqual(["api.example.com"]);
  });
});

test("what does not fit in is counted", () => {
  const flows = Array.from({ length: 50 }, (_, at) => passed({ destinationPort: at + 1 }));
  const { table } = collected([...flows, ...flows], { bounds: { rows: 20 } });
  expect(table.rows.length).toBe(20);
  expect(table.rows.reduce((sum, row) => sum + row[6], 0) + table.shed).toBe(100);
  const crowd = Array.from({ length: 50 }, (_, at) => passed({ source: pod(`web${at}`) }));
  const many = collected(crowd, { bounds: { ends: 10 } }).table;
  expect([many.ends.length, many.rows.length, many.shed]).toEqual([10, 9, 41]);
});

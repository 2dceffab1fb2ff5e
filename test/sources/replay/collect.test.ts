import { describe, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createRedaction } from "../../../src/analysis/redact.ts";
import { type CollectOptions, createCollector } from "../../../src/sources/replay/collect.ts";
import { createHalves } from "../../../src/sources/replay/halves.ts";
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
      ["dropped", 1],
      ["dropped", 1],
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

describe("what was refused", () => {
  const drop = (more: Partial<Flow> = {}) => makeFlow({ source: web, destination: db, ...more });
  const denials = (flows: readonly Flow[]) => collected(flows).observed.map(({ denial, count }) => [denial, count]);

  test("is kept apart by the end that refused it, and how", () => {
    const refused = [
      drop({ direction: 1 }),
      drop({ direction: 2 }),
      drop({ direction: 0 }),
      drop({ direction: 1, dropReason: 181 }),
      drop({ direction: 2, dropReason: 189 }),
      drop({ direction: 1, eventType: 129, dropReason: 0, l7: http() }),
    ];
    expect(denials([...refused, ...refused])).toEqual([
      [{ side: "ingress", reason: "default-deny" }, 2],
      [{ side: "egress", reason: "default-deny" }, 2],
      [{ side: null, reason: "default-deny" }, 2],
      [{ side: "ingress", reason: "explicit-deny" }, 2],
      [{ side: "egress", reason: "authentication" }, 2],
      [{ side: "ingress", reason: "l7" }, 2],
    ]);
  });

  test("for reasons that no policy has to do with is counted, and nothing more", () => {
    const others = [drop({ dropReason: 155 }), drop({ dropReason: 139 }), drop({ dropReason: 155, eventType: 5 })];
    const { table } = collected(others);
    expect([table.rows, table.otherDrops]).toEqual([[], 2]);
  });
});

describe("the two halves of a connection", () => {
  const at = (port: number) => ({ sourceIp: "10.0.0.1", destinationIp: "10.0.0.2", sourcePort: port });
  const left = (port: number) => passed({ ...at(port), direction: 2 });
  const arrived = (port: number) => passed({ ...at(port), direction: 1 });
  const refused = (port: number) => makeFlow({ source: web, destination: db, ...at(port), direction: 1 });
  const counts = (flows: readonly Flow[]) => {
    const { observed, table } = collected(flows);
    return [Object.fromEntries(observed.map(({ seen, count }) => [seen, count])), table.halves ?? 0];
  };

  test("what left and was refused where it arrived did not pass, in whatever order it is told", () => {
    expect(counts([left(1), refused(1)])).toEqual([{ dropped: 1 }, 1]);
    expect(counts([refused(1), left(1), left(1)])).toEqual([{ dropped: 1 }, 2]);
  });

  test("what left and arrived is counted where it arrived", () => {
    expect(counts([left(1), arrived(1), left(2), arrived(2), arrived(2)])).toEqual([{ passed: 3 }, 0]);
  });

  test("what left and was not seen to arrive passed, unless all that was seen to arrive was refused", () => {
    expect(counts([left(1)])).toEqual([{ passed: 1 }, 0]);
    expect(counts([left(1), refused(2)])).toEqual([{ dropped: 1 }, 1]);
    expect(counts([left(1), refused(2), arrived(3)])).toEqual([{ passed: 2, dropped: 1 }, 0]);
  });

  test("one that was refused and passed later is both", () => {
    expect(counts([left(1), refused(1), left(1), arrived(1)])).toEqual([{ passed: 1, dropped: 1 }, 0]);
  });

  test("another port of the sender, another address or another protocol is another connection", () => {
    const other = passed({ ...at(1), direction: 2, protocol: "UDP" });
    expect(counts([left(1), other, refused(1)])).toEqual([{ passed: 1, dropped: 1 }, 1]);
  });

  test("requests are events of their own, and what an audited policy let leave stays", () => {
    const request = passed({ ...at(1), direction: 2, eventType: 129, l7: http() });
    expect(counts([request, arrived(1)])[0]).toEqual({ passed: 1 });
    expect(collected([request, arrived(1)]).observed.map(({ count }) => count)).toEqual([1, 1]);
    expect(counts([passed({ ...at(1), direction: 2, verdict: 4 }), arrived(1)])).toEqual([
      { audited: 1, passed: 1 },
      0,
    ]);
  });

  test("more connections than fit make room for the newest, and both halves come together", () => {
    const halves = createHalves(10);
    const tally = { count: 0, left: 0 };
    for (let port = 0; port < 1_000; port++) {
      tally.count += 1;
      halves.saw(left(port), "passed", tally);
      halves.saw(refused(port), "dropped", { count: 1, left: 0 });
    }
    expect([halves.settle(), tally]).toEqual([1_000, { count: 0, left: 0 }]);
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

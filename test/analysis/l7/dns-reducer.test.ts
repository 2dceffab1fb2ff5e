import { describe, expect, test } from "vitest";
import type { Endpoint, Flow, L7 } from "../../../src/analysis/flow.ts";
import { createDnsReducer } from "../../../src/analysis/l7/dns-reducer.ts";
import { endpoint, makeFlow, noon, xwing } from "../../fixtures/flows/make.ts";

const window = { from: noon, to: noon + 60_000 };
const coredns = endpoint({
  namespace: "kube-system",
  pod: "coredns-1",
  workload: { kind: "Deployment", name: "coredns" },
});

interface Lookup {
  readonly at?: number;
  readonly type?: string;
  /** Undefined: no answer. */
  readonly rcode?: number | undefined;
  readonly ips?: readonly string[];
  readonly ms?: number;
  readonly port?: number;
  readonly verdict?: number;
  readonly server?: Endpoint;
}

function lookUp(
  query: string,
  { at = 0, type = "A", rcode, ips = [], ms = 2, port = 40_000, verdict = 1, server = coredns }: Lookup,
): Flow[] {
  const dns = (kind: "request" | "response"): L7 => ({
    ...{ kind, latencyNs: 0, protocol: "dns", query, cnames: [], qtypes: [type], ttl: 30, observationSource: "proxy" },
    rcode: kind === "response" ? (rcode ?? 0) : 0,
    ips: kind === "response" ? ips : [],
  });
  const base = { eventType: 129, type: 2, dropReason: 0, direction: 2, protocol: "UDP" } as const;
  const [client, dnsServer] = [
    { ip: "172.20.1.61", port },
    { ip: "172.20.0.11", port: 53 },
  ];
  const asked = makeFlow({
    ...{ ...base, time: noon + at, verdict, source: xwing, destination: server, l7: dns("request") },
    ...{ sourceIp: client.ip, sourcePort: client.port, destinationIp: dnsServer.ip, destinationPort: dnsServer.port },
  });
  if (rcode === undefined) return [asked];
  const answer = makeFlow({
    ...{ ...base, time: noon + at + ms, verdict: 1, source: server, destination: xwing, l7: dns("response") },
    ...{ sourceIp: dnsServer.ip, sourcePort: dnsServer.port, destinationIp: client.ip, destinationPort: client.port },
  });
  return [asked, answer];
}

function reduce(flows: readonly Flow[], top = 10) {
  const reducer = createDnsReducer({ window, top, buckets: 6 });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}

test("types of one name stand in one row, each with its answers", () => {
  const { rows, queries, answers } = reduce([
    ...lookUp("Api.Example.com.", { rcode: 0, ips: ["192.0.2.1"] }),
    ...lookUp("api.example.com.", { rcode: 0, type: "AAAA" }),
    ...lookUp("_sip._tcp.example.com.", { rcode: 0, type: "SRV" }),
  ]);
  expect(queries).toBe(3);
  expect(answers).toEqual({ NOERROR: 2, EMPTY: 1 });
  expect(rows).toMatchObject([
    {
      client: "default/xwing",
      name: "api.example.com",
      tried: 1,
      found: { at: expect.stringMatching(/^2\d{3}-.*Z$/), ttl: 30 },
      types: [
        { type: "A", queries: 1, answers: { NOERROR: 1 } },
        { type: "AAAA", queries: 1, answers: { EMPTY: 1 } },
      ],
    },
    { name: "_sip._tcp.example.com", found: null, types: [{ type: "SRV", answers: { NOERROR: 1 } }] },
  ]);
});

describe("latency", () => {
  test("is from the question to its own answer, however they cross", () => {
    const [slowAsked, slowAnswer] = lookUp("slow.example.", { rcode: 0, ips: ["192.0.2.1"], ms: 400 });
    const [asked, answer] = lookUp("fast.example.", { at: 10, rcode: 0, ips: ["192.0.2.2"], ms: 4, port: 40_001 });
    const { rows } = reduce(
      [slowAsked, asked, answer, slowAnswer].flatMap((flow) => (flow === undefined ? [] : [flow])),
    );
    expect(rows.map(({ name, latency }) => [name, latency?.p50])).toEqual([
      ["slow.example", expect.closeTo(400, -1)],
      ["fast.example", expect.closeTo(4, 1)],
    ]);
  });

  test("of a question asked twice is counted from the first time; an answer without one has none", () => {
    const [again] = lookUp("a.example.", { at: 100 });
    const [, lonely] = lookUp("b.example.", { at: 100, rcode: 0, ips: ["192.0.2.1"] });
    const [asked, answer] = lookUp("a.example.", { rcode: 0, ips: ["192.0.2.1"], ms: 150 });
    const { rows } = reduce([asked, again, answer, lonely].flatMap((flow) => (flow === undefined ? [] : [flow])));
    expect(rows.map(({ name, latency }) => [name, latency?.p99 ?? null])).toEqual([
      ["a.example", expect.closeTo(150, -1)],
      ["b.example", null],
    ]);
  });
});

test("failing names come first, then those that do not exist, then slow ones; noise is set apart", () => {
  const { rows, search, timeline, unanswered, missing } = reduce([
    ...lookUp("slow.example.", { rcode: 0, ips: ["192.0.2.1"], ms: 300 }),
    ...lookUp("slow.example.default.svc.cluster.local.", { rcode: 3 }),
    ...lookUp("slow.example.svc.cluster.local.", { rcode: 3 }),
    ...lookUp("nothere.default.svc.cluster.local.", { rcode: 3 }),
    ...lookUp("broken.example.", { rcode: 2 }),
    ...lookUp("broken.example.", { at: 9, rcode: 2 }),
    ...lookUp("silent.example.", {}),
    ...lookUp("strange.example.", { at: 20, rcode: 99 }),
    ...lookUp("strange.example.", { at: 30, rcode: 99 }),
    ...lookUp("strange.example.", { at: 40, rcode: 99 }),
  ]);
  expect(rows.map(({ name }) => name)).toEqual([
    "strange.example",
    "broken.example",
    "silent.example",
    "nothere.default.svc.cluster.local",
    "slow.example",
  ]);
  expect(rows[0]?.answers).toEqual({ 99: 3 });
  expect([unanswered, missing]).toEqual([1, 3]);
  expect(search).toEqual({
    queries: 2,
    names: [
      {
        client: "default/xwing",
        name: "slow.example",
        queries: 2,
        example: "slow.example.default.svc.cluster.local",
      },
    ],
  });
  const [found, lost, searched, failed] = [timeline.found, timeline.missing, timeline.search, timeline.failed];
  expect([found?.[0], lost?.[0], searched?.[0], failed?.[0]]).toEqual([1, 1, 2, 6]);
});

test("a name that no form of exists is one row, by what was typed", () => {
  const forms = ["gihub.example.default.svc.cluster.local.", "gihub.example.svc.cluster.local.", "gihub.example."];
  expect(reduce(forms.flatMap((name) => lookUp(name, { rcode: 3 }))).rows).toMatchObject([
    { name: "gihub.example", tried: 3, queries: 3, missing: 3 },
  ]);
});

test("what a policy refused is one failure, answered or not", () => {
  const answered = lookUp("evil.example.", { verdict: 2, rcode: 5 });
  const silent = lookUp("worse.example.", { verdict: 2 });
  const { rows, refused, unanswered } = reduce([...answered, ...silent]);
  expect([refused, unanswered]).toEqual([2, 0]);
  expect(rows.map((row) => [row.name, row.refused, row.unanswered])).toEqual([
    ["evil.example", 1, 0],
    ["worse.example", 1, 0],
  ]);
});

test("servers are told apart, the failing one first", () => {
  const other = endpoint({ namespace: "kube-system", pod: "node-local-dns" });
  const { servers } = reduce([
    ...lookUp("a.example.", { rcode: 0, ips: ["192.0.2.1"] }),
    ...lookUp("a.example.", { at: 5, rcode: 2, server: other }),
  ]);
  expect(servers.map(({ server, queries }) => [server, queries])).toEqual([
    ["kube-system/node-local-dns", 1],
    ["kube-system/coredns", 1],
  ]);
});

test("memory is bounded and the sum right when every name is new", () => {
  const flows = Array.from({ length: 4_000 }, (_, at) => lookUp(`n${at}x.example.`, { at })).flat();
  const { queries, rows, folded } = reduce(flows);
  expect(queries).toBe(4_000);
  expect(rows).toHaveLength(10);
  expect(rows.reduce((sum, row) => sum + row.queries, 0) + folded.queries).toBe(4_000);
});

test("no token in a name comes out", () => {
  const text = JSON.stringify(
    reduce(lookUp("eyJhbGciOiJIUzI1NiJ9.ghp_abcdefghijklmnopqrstuvwxyz0123456789.example.", { rcode: 0 })),
  );
  expect(text).not.toMatch(/eyJhbGci|ghp_/);
});

test("a finding stays small when a stranger asks for thousands of types of long names", () => {
  const name = (at: number) => `${"long-label-of-a-name.".repeat(12)}n${at % 40}.example.`;
  const flows = Array.from({ length: 6_000 }, (_, at) => lookUp(name(at), { at, type: `TYPE${at}`, rcode: at % 500 }));
  const summary = reduce(flows.flat(), 60);
  expect(JSON.stringify(summary).length).toBeLessThan(200_000);
  expect(Math.max(...summary.rows.map(({ types }) => types.length))).toBeLessThanOrEqual(10);
});

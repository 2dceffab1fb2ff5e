import { describe, expect, test } from "vitest";
import type { Flow } from "../../src/analysis/flow.ts";
import { createRedaction } from "../../src/analysis/redact.ts";
import {
  createDice,
  deathstar,
  endpoint,
  farDeathstar,
  http,
  makeFlow,
  noon,
  world,
  xwing,
} from "../fixtures/flows/make.ts";
import { reduce, request, verdict, window } from "./reducing.ts";

const answer = (code: number, url = "http://deathstar/v1/exhaust-port") =>
  makeFlow({
    verdict: 1,
    eventType: 129,
    type: 2,
    direction: 2,
    source: deathstar,
    destination: xwing,
    l7: http({ kind: "response", code, url }),
  });

const head = { kind: "request", latencyNs: 0 } as const;
const emptyDns = { rcode: 0, ips: [], cnames: [], ttl: 0, observationSource: "" };

test("one denied packet is two records and counts once", () => {
  const { packets, byReason, byDirection, pairs } = reduce([verdict(), makeFlow(), verdict(), makeFlow()]);
  expect({ packets, byReason, byDirection }).toEqual({
    packets: 2,
    byReason: { POLICY_DENIED: 2 },
    byDirection: { INGRESS: 2 },
  });
  expect(pairs).toHaveLength(1);
});

test("a pair says who, where to, why, since when and until when", () => {
  const [pair] = reduce([makeFlow({ time: noon + 5_000.25 }), makeFlow({ time: noon + 1_000 })]).pairs;
  expect(pair).toEqual({
    source: "default/xwing",
    destination: "default/deathstar",
    port: 80,
    protocol: "TCP",
    reason: "POLICY_DENIED",
    direction: "INGRESS",
    packets: 2,
    first: "2026-11-20T12:00:01.000Z",
    last: "2026-11-20T12:00:05.000Z",
    deniedBy: [],
    noise: false,
    sourceLabels: ["k8s:class=xwing", "k8s:org=alliance"],
    destinationLabels: ["k8s:class=deathstar", "k8s:org=empire"],
  });
});

test("the window begins with its first millisecond and ends before its last", () => {
  const at = (time: number) => makeFlow({ time });
  expect(reduce([at(window.from), at(window.to - 0.001)]).packets).toBe(2);
  expect(reduce([at(window.from - 0.001), at(window.to), at(Number.NaN)]).packets).toBe(0);
});

test("the timeline has a bucket for each part of the window", () => {
  const flows = [0, 59_999, 60_000, 599_999].map((after) => makeFlow({ time: noon + after }));
  expect(reduce(flows).timeline).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test("the timeline is told by reason, for as many reasons as can be told apart", () => {
  const flows = [133, 133, 181].map((dropReason, at) => makeFlow({ dropReason, time: noon + at * 60_000 }));
  expect(reduce(flows).timelines).toEqual({
    POLICY_DENIED: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    POLICY_DENY: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
  });
  const many = Array.from({ length: 12 }, (_, at) => makeFlow({ dropReason: 130 + at }));
  expect(Object.keys(reduce(many).timelines)).toHaveLength(8);
  expect(reduce(many).timeline[0]).toBe(12);
});

test("an unknown reason and direction are their numbers", () => {
  const summary = reduce([makeFlow({ dropReason: 222, direction: 7 }), makeFlow({ dropReason: 70_000, direction: 0 })]);
  expect(summary.byReason).toEqual({ "222": 1, "70000": 1 });
  expect(summary.byDirection).toEqual({ "7": 1, TRAFFIC_DIRECTION_UNKNOWN: 1 });
  expect(summary.pairs.map(({ reason, direction }) => [reason, direction])).toEqual([
    ["222", "7"],
    ["70000", "TRAFFIC_DIRECTION_UNKNOWN"],
  ]);
});

test("what differs in port, protocol, reason or direction is another pair", () => {
  const flows = [{}, { destinationPort: 443 }, { protocol: "UDP" }, { dropReason: 181 }, { direction: 2 }] as const;
  expect(reduce(flows.map((fields) => makeFlow(fields))).pairs).toHaveLength(5);
  expect(reduce([makeFlow({ sourcePort: 1 }), makeFlow({ sourcePort: 2 })]).pairs).toHaveLength(1);
});

test("only drop events are packets", () => {
  const others = [
    makeFlow({ verdict: 1, eventType: 4 }),
    makeFlow({ verdict: 4, eventType: 5 }),
    makeFlow({ verdict: 3, eventType: 129, l7: http() }),
    makeFlow({ eventType: 7 }),
    makeFlow({ verdict: 1 }),
  ];
  expect(reduce(others)).toMatchObject({ packets: 0, pairs: [], l7Denials: [] });
});

test("noise is counted among the packets and marked", () => {
  const solicitation = makeFlow({
    dropReason: 139,
    protocol: "ICMPv6",
    destinationPort: 0,
    destination: endpoint(),
    sourceIp: "fe80::1",
    destinationIp: "ff02::2",
  });
  const { packets, noise, pairs } = reduce([makeFlow(), solicitation, solicitation]);
  expect({ packets, noise }).toEqual({ packets: 3, noise: 2 });
  expect(pairs.map((pair) => [pair.destination, pair.noise])).toEqual([
    ["ff02::2", true],
    ["default/deathstar", false],
  ]);
});

describe("names", () => {
  test("a pod that any flow names with its workload has that name everywhere", () => {
    const early = makeFlow({ destination: farDeathstar });
    const { pairs } = reduce([early, makeFlow(), early]);
    expect(pairs.map(({ destination, packets }) => [destination, packets])).toEqual([["default/deathstar", 3]]);
  });

  test("without anybody who knows its workload a pod keeps its own name", () => {
    const [pair] = reduce([makeFlow({ destination: farDeathstar })]).pairs;
    expect(pair?.destination).toBe("default/deathstar-8c4c77fb7-dwnlx");
  });

  test("Kubernetes knows the workload of the far end", () => {
    const workloadOf = (namespace: string, pod: string) =>
      namespace === "default" && pod.startsWith("deathstar-") ? { kind: "Deployment", name: "deathstar" } : undefined;
    const [pair] = reduce([makeFlow({ destination: farDeathstar })], { workloadOf }).pairs;
    expect(pair?.destination).toBe("default/deathstar");
  });

  test.each<[string, Partial<Flow>, string]>([
    ["a reserved identity", { destination: endpoint({ identity: 1 }), destinationIp: "192.168.10.100" }, "host"],
    ["the API server", { destination: endpoint({ identity: 7 }) }, "kube-apiserver"],
    ["a DNS name", { destination: world, destinationNames: ["disney.com"] }, "disney.com"],
    ["an address", { destination: world, destinationIp: "203.0.113.77" }, "203.0.113.77"],
    [
      "a service without pod",
      { destination: world, destinationService: { namespace: "default", name: "deathstar" } },
      "svc/default/deathstar",
    ],
    ["nothing at all", { destination: endpoint(), destinationIp: "" }, "unknown"],
    [
      "a DNS name that carries a token",
      { destination: world, destinationNames: ["4f2a9c81d07b4e6f9a13.t.example"] },
      "….t.example",
    ],
  ])("%s", (_, fields, name) => {
    expect(reduce([makeFlow(fields)]).pairs[0]?.destination).toBe(name);
  });
});

describe("policy verdicts", () => {
  const policy = { kind: "CiliumNetworkPolicy", namespace: "default", name: "no-rebels" };

  test("lend the name of the policy that denies, and its log", () => {
    const said = verdict({ dropReason: 181, deniedBy: [policy, policy], policyLog: ["rebels keep out", ""] });
    const summary = reduce([said, makeFlow({ dropReason: 181 }), said]);
    expect(summary.packets).toBe(1);
    expect(summary.pairs[0]?.deniedBy).toEqual([policy]);
    expect(summary.policyLogs).toEqual(["rebels keep out"]);
  });

  test("are no packets of their own", () => {
    expect(reduce([verdict({ deniedBy: [policy] })])).toMatchObject({ packets: 0, pairs: [], folded: { pairs: 0 } });
  });

  test("log no secret, not even where the text is cut", () => {
    const texts = [
      `${"x ".repeat(145)}Ab3dEf6hIj9kAb3dEf6hIj9kAb3dEf6hIj9k`,
      "GET http://luke:hunter2@shop/cart?user_id=4711 denied",
    ];
    const { policyLogs } = reduce([verdict({ policyLog: texts })]);
    expect(policyLogs).toEqual([`${"x ".repeat(145)}…`, "GET http://shop/cart?… denied"]);
  });

  test("keep five logs at most", () => {
    const logs = Array.from({ length: 9 }, (_, index) => verdict({ policyLog: [`log ${index}`] }));
    expect(reduce(logs).policyLogs).toEqual(["log 0", "log 1", "log 2", "log 3", "log 4"]);
  });
});

describe("refused requests", () => {
  test("stand apart from packets, with the code of the answer that follows", () => {
    const { packets, l7Denials } = reduce([request(), answer(403), request({ time: noon + 1_000 })]);
    expect(packets).toBe(0);
    expect(l7Denials).toEqual([
      {
        source: "default/xwing",
        destination: "default/deathstar",
        protocol: "http",
        method: "PUT",
        path: "/v1/exhaust-port",
        code: 403,
        count: 2,
        first: "2026-11-20T12:00:00.000Z",
        last: "2026-11-20T12:00:01.000Z",
      },
    ]);
  });

  test("have code 0 when no answer was seen, also when another request was answered", () => {
    expect(reduce([request()]).l7Denials[0]?.code).toBe(0);
    expect(reduce([request(), answer(403, "http://deathstar/other")]).l7Denials[0]?.code).toBe(0);
    expect(reduce([request(), answer(200)]).l7Denials[0]?.code).toBe(0);
  });

  test("find their answer although only one of both names the workload", () => {
    const far = request({ destination: farDeathstar });
    expect(reduce([far, answer(403)]).l7Denials[0]).toMatchObject({ destination: "default/deathstar", code: 403 });
  });

  test("differ by path, not by what is secret in it", () => {
    const url = (text: string) => request({ l7: http({ url: text }) });
    const { l7Denials } = reduce([url("http://a:b@d/x?user=1"), url("http://d/x?user=2"), url("http://d/y")]);
    expect(l7Denials.map(({ path, count }) => [path, count])).toEqual([
      ["/x?…", 2],
      ["/y", 1],
    ]);
    expect(JSON.stringify(l7Denials)).not.toMatch(/user|a:b/);
  });

  test("of DNS have the name and the types", () => {
    const dns = {
      kind: "request",
      latencyNs: 0,
      protocol: "dns",
      query: "evil.example.",
      rcode: 0,
      ips: [],
      cnames: [],
      qtypes: ["A"],
      ttl: 0,
      observationSource: "proxy",
    } as const;
    expect(reduce([request({ l7: dns })]).l7Denials[0]).toMatchObject({
      protocol: "dns",
      method: "A",
      path: "evil.example.",
    });
  });

  test("have no secret in place of a method, a type or a call", () => {
    const secret = "sk-proj-4f9aQ7LmZx2Kc8VtR1Ws0YbN";
    const { l7Denials } = reduce([
      request({ l7: http({ method: secret }) }),
      request({ l7: { ...head, protocol: "kafka", apiKey: secret, topic: secret, errorCode: 29 } }),
      request({ l7: { ...head, protocol: "dns", query: "a.example.", qtypes: ["A", secret], ...emptyDns } }),
    ]);
    expect(l7Denials.map(({ method }) => method).sort()).toEqual(["…", "…", "…"]);
    expect(JSON.stringify(l7Denials)).not.toContain("4f9aQ7Lm");
  });

  test("a dropped answer is none", () => {
    expect(reduce([request({ l7: http({ kind: "response", code: 403 }) })]).l7Denials).toEqual([]);
  });
});

test("an address that is none is no way past redaction", () => {
  const bearer = "Bearer 4f9aQ7LmZx2Kc8VtR1Ws0YbN";
  const [pair] = reduce([makeFlow({ source: world, sourceIp: bearer })]).pairs;
  expect(pair?.source).toBe("Bearer …");
});

test("the configuration's lists count for requests, logs and names", () => {
  const redaction = createRedaction({ allow: ["query:page"], deny: ["path:/v1/*", "name:*.shop.example"] });
  const url = "http://shop/v1/orders?page=2&user_id=4711";
  const { l7Denials, policyLogs, pairs } = reduce(
    [
      request({ l7: http({ url }) }),
      verdict({ policyLog: [`denied ${url}`] }),
      makeFlow({ destination: world, destinationNames: ["luke.shop.example"] }),
    ],
    { redaction },
  );
  expect(l7Denials.map(({ path }) => path)).toEqual(["/v1/…?page=2&…"]);
  expect(policyLogs).toEqual(["denied http://shop/v1/…?page=2&…"]);
  expect(pairs.map(({ destination }) => destination)).toEqual(["….shop.example"]);
});

test("the order of flows does not change the summary", () => {
  const dice = createDice(11);
  const flows = Array.from({ length: 500 }, () => {
    const fields = { time: noon + dice(600_000), destinationPort: 80 + dice(3), dropReason: dice(2) === 0 ? 133 : 181 };
    return dice(3) === 0
      ? request({ time: fields.time })
      : makeFlow({ ...fields, destination: dice(2) === 0 ? deathstar : farDeathstar });
  });
  const shuffled = flows
    .map((flow) => ({ flow, at: dice(1_000_000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ flow }) => flow);
  expect(reduce(shuffled)).toEqual(reduce(flows));
});

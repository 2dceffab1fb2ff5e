import { describe, expect, test } from "vitest";
import type { Flow } from "../../src/analysis/flow.ts";
import { createServiceMapReducer, type ServiceMapOptions } from "../../src/analysis/service-map/reducer.ts";
import { l7Share } from "../../src/analysis/service-map/service-map.ts";
import { deathstar, endpoint, http, makeFlow, noon, world, xwing } from "../fixtures/flows/make.ts";
import { randomFrom } from "../fixtures/random.ts";

const window = { from: noon, to: noon + 60_000 };
const [ingress, egress] = [1, 2];
const trace = (fields: Partial<Flow> = {}) =>
  makeFlow({ verdict: 1, eventType: 4, dropReason: 0, isReply: false, ...fields });
const request = (fields: Partial<Flow> = {}) =>
  trace({ eventType: 129, type: 2, l7: http(), direction: ingress, ...fields });
const host = endpoint({ identity: 1, labels: ["reserved:host"] });
const prometheus = endpoint({
  ...{ identity: 9_001, namespace: "monitoring", pod: "prometheus-k8s-0" },
  labels: ["k8s:app.kubernetes.io/name=prometheus"],
  workload: { kind: "StatefulSet", name: "prometheus-k8s" },
});

function reduce(flows: readonly Flow[], options: Partial<ServiceMapOptions> = {}) {
  const reducer = createServiceMapReducer({ window, top: 50, all: false, ...options });
  for (const flow of flows) reducer.add(flow);
  return reducer.finish();
}
const lineOf = (flows: readonly Flow[], options: Partial<ServiceMapOptions> = {}) =>
  reduce(flows, options).edges.map(
    ({ source, destination, port, flows: passed, dropped }) =>
      `${source} > ${destination}:${port} ${passed}/${dropped}`,
  );

describe("an edge", () => {
  test("counts what the client sent once, by the side that saw more, and none of its answers", () => {
    const flows = [
      ...[1, 2, 3].map((n) => trace({ time: noon + n, direction: egress })),
      ...[4, 5].map((n) => trace({ time: noon + n, direction: ingress })),
      trace({ isReply: true, source: deathstar, destination: xwing, sourcePort: 80, destinationPort: 33_141 }),
    ];
    expect(reduce(flows).edges).toEqual([
      {
        ...{ source: "default/xwing", destination: "default/deathstar", port: 80, protocol: "TCP", kind: "service" },
        ...{ flows: 3, requests: 0, dropped: 0, refused: 0, audited: 0 },
        ...{ first: "2026-11-20T12:00:00.001Z", last: "2026-11-20T12:00:00.005Z" },
      },
    ]);
  });

  test("counts a dropped packet once, without its policy verdict, and a refused request", () => {
    const flows = [makeFlow(), makeFlow({ eventType: 5 }), request({ verdict: 2 }), request(), trace()];
    expect(reduce(flows).edges).toMatchObject([{ flows: 1, requests: 1, dropped: 1, refused: 1 }]);
  });

  test("counts as passed nothing that left its node and was dropped where it arrived", () => {
    const left = (n: number) => trace({ time: noon + n, direction: egress });
    const dropped = (n: number) => makeFlow({ time: noon + n, direction: ingress });
    const arrived = (n: number) => trace({ time: noon + n, direction: ingress });
    // Of one node's two senders one is on the server's own node: what it sends is seen there alone.
    expect(lineOf([left(1), dropped(2), left(3), dropped(4), dropped(5)])).toEqual([
      "default/xwing > default/deathstar:80 0/3",
    ]);
    expect(lineOf([left(1), arrived(2), left(3), dropped(4), arrived(5), dropped(6)])).toEqual([
      "default/xwing > default/deathstar:80 2/2",
    ]);
    // The server's node does not answer, but for one drop.
    expect(lineOf([left(1), left(2), left(3), dropped(4)])).toEqual(["default/xwing > default/deathstar:80 2/1"]);
  });

  test("takes what was dropped on its way out, and dropped answers, away from nothing", () => {
    const out = makeFlow({ direction: egress });
    const back = makeFlow({ source: deathstar, destination: xwing, sourcePort: 80, destinationPort: 40_000 });
    expect(lineOf([trace({ direction: egress }), out])).toEqual(["default/xwing > default/deathstar:80 1/1"]);
    expect(lineOf([trace({ direction: egress }), back])).toEqual(["default/xwing > default/deathstar:80 1/1"]);
  });

  test("of a dropped answer is that of the connection: the server keeps its port", () => {
    const answer = makeFlow({ source: deathstar, destination: xwing, sourcePort: 80, destinationPort: 40_000 });
    expect(lineOf([answer, trace()])).toEqual(["default/xwing > default/deathstar:80 1/1"]);
  });

  test("whose direction the agent does not know goes by its ports, and answers that passed are left out", () => {
    const back = trace({ isReply: undefined, source: deathstar, destination: xwing, sourcePort: 80 });
    expect(lineOf([{ ...back, destinationPort: 40_000 }])).toEqual([]);
    expect(lineOf([{ ...back, sourcePort: 40_000, destinationPort: 9_000 }])).toHaveLength(1);
  });

  test("shows what a policy under audit would drop", () => {
    const flows = [trace(), makeFlow({ verdict: 4, eventType: 5 })];
    expect(reduce(flows).edges).toMatchObject([{ flows: 1, audited: 1, dropped: 0 }]);
  });

  test("leaves sockets, debug events, responses and what lies outside the window out", () => {
    const flows = [
      ...[trace({ eventType: 7, verdict: 6 }), trace({ eventType: 3, verdict: 0 }), trace({ time: window.to })],
      request({ l7: http({ kind: "response" } as never), isReply: undefined }),
    ];
    expect(reduce(flows).edges).toEqual([]);
  });

  test("is L7 as far as a proxy read it", () => {
    expect(l7Share({ flows: 3, requests: 1, refused: 0 })).toBe(0.25);
    expect(l7Share({ flows: 0, requests: 0, refused: 2 })).toBe(1);
    expect(l7Share({ flows: 3, requests: 0, refused: 0 })).toBe(0);
  });
});

describe("what leaves and is not seen again", () => {
  const out = (ms: number, fields: Partial<Flow> = {}) =>
    trace({ time: noon + ms, direction: egress, eventSubType: 4, ...fields });
  const answer = (fields: Partial<Flow> = {}) =>
    trace({
      ...{ isReply: true, source: deathstar, destination: xwing, sourcePort: 80, destinationPort: 33_141 },
      ...{ sourceIp: "172.20.1.188", destinationIp: "172.20.1.61", direction: egress, eventSubType: 0, ...fields },
    });
  const lost = [out(0), out(1_024)];
  const show = (flows: readonly Flow[], options: Partial<ServiceMapOptions> = {}) =>
    reduce(flows, options).edges.map(({ flows: passed, unanswered }) => [passed, unanswered]);

  test("did not pass", () => {
    expect(show(lost)).toEqual([[0, 2]]);
    // A node that knows no direction for what it hands to the network.
    expect(show(lost.map((flow) => ({ ...flow, direction: 0, eventSubType: 11 })))).toEqual([[0, 2]]);
  });

  test.each([
    ["an answer", answer()],
    ["an answer whose direction nobody knows", answer({ isReply: undefined, direction: 0 })],
    ["a dropped answer", answer({ isReply: undefined, eventType: 1, verdict: 2 })],
    ["an arrival", out(1, { direction: ingress, eventSubType: 0 })],
    ["an arrival of no direction", out(1, { direction: 0, eventSubType: 9 })],
    ["a drop where it arrived", makeFlow({ direction: ingress })],
    ["a request at the server's proxy", request()],
    ["an answer of the proxy", answer({ eventType: 129, l7: http({ kind: "response" } as never) })],
  ])("passed where there is %s, whichever comes first", (_, flow) => {
    for (const flows of [
      [...lost, flow],
      [flow, ...lost],
    ])
      expect(reduce(flows).edges.map(({ unanswered }) => unanswered)).toEqual([undefined]);
  });

  test("is told for each address: one of two servers may be out of reach", () => {
    const other = { destinationIp: "172.20.2.9" };
    expect(show([...lost, out(0, other), answer({ sourceIp: "172.20.2.9" })])).toEqual([[1, 2]]);
  });

  test.each([
    ["a connection's last packet", [out(0), out(200)]],
    ["what has no answers", lost.map((flow) => ({ ...flow, protocol: "UDP" as const }))],
    ["what a node sends itself", lost.map((flow) => ({ ...flow, source: endpoint({ identity: 6 }) }))],
    ["what went into a proxy", lost.map((flow) => ({ ...flow, eventSubType: 1 }))],
  ])("is not %s", (_, flows) => {
    expect(reduce(flows).edges.map(({ unanswered }) => unanswered)).toEqual([undefined]);
  });

  test("cannot be told where answers were not asked for", () => {
    expect(show(lost, { answers: false })).toEqual([[2, undefined]]);
  });

  test("is never hidden, and comes before what passes", () => {
    const scrape = lost.map((flow) => ({
      ...flow,
      source: prometheus,
      sourceIp: "172.20.1.7",
      destinationPort: 9_100,
    }));
    const busy = Array.from({ length: 9 }, (_, n) => trace({ time: noon + n, destinationPort: 81 }));
    expect(reduce([...busy, ...scrape]).edges.map(({ port, unanswered }) => [port, unanswered])).toEqual([
      [9_100, 2],
      [81, undefined],
    ]);
  });
});

describe("an end", () => {
  test("outside without a name is the world, one with a name is that, and addresses are told apart when asked for", () => {
    const out = (ip: string, fields: Partial<Flow> = {}) =>
      trace({ destination: world, destinationIp: ip, destinationPort: 443, ...fields });
    const flows = [
      out("1.1.1.1"),
      out("2.2.2.2", { destination: endpoint({ identity: 16_777_218 }) }),
      out("3.3.3.3", { destinationNames: ["api.example.com"] }),
    ];
    expect(lineOf(flows)).toEqual(["default/xwing > world:443 2/0", "default/xwing > api.example.com:443 1/0"]);
    expect(lineOf(flows, { addresses: true })).toContain("default/xwing > 1.1.1.1:443 1/0");
  });

  test("of the cluster without a name keeps its address", () => {
    const flow = trace({ destination: endpoint({ identity: 33_554_433 }), destinationIp: "10.0.0.9" });
    expect(lineOf([flow])).toEqual(["default/xwing > 10.0.0.9:80 1/0"]);
  });
});

describe("what is hidden", () => {
  const probe = trace({ source: host, destinationPort: 8_080 });
  const health = trace({ destination: endpoint({ identity: 4 }), destinationPort: 4_240 });
  const scrape = trace({ source: prometheus, destinationPort: 9_100 });
  const noise = makeFlow({ dropReason: 139, protocol: "ICMPv6", destinationPort: 0, sourcePort: 0 });

  test("is counted, and shown when asked for", () => {
    const flows = [probe, probe, health, scrape, noise, trace()];
    const { edges, hidden } = reduce(flows);
    expect(edges).toHaveLength(1);
    expect(hidden).toEqual({
      ...{ probe: { edges: 2, flows: 3 }, scrape: { edges: 1, flows: 1 } },
      noise: { edges: 1, flows: 1 },
    });
    const all = reduce(flows, { all: true });
    expect(all.edges.map(({ kind }) => kind).sort()).toEqual(["noise", "probe", "probe", "scrape", "service"]);
    expect(all.hidden.probe.edges).toBe(0);
  });

  test("is not: a probe that is dropped, which is shown with those that passed", () => {
    const flows = [probe, probe, makeFlow({ source: host, destinationPort: 8_080 })];
    expect(lineOf(flows)).toEqual(["host > default/deathstar:8080 2/1"]);
    expect(reduce(flows).hidden.probe.edges).toBe(0);
  });

  test.each([
    ["an alert", { destinationPort: 9_093 }],
    ["a lookup", { destinationPort: 53, protocol: "UDP" as const }],
    ["the API server", { destinationPort: 6_443 }],
  ])("is not: what a collector sends beside its scrapes (%s)", (_, fields) => {
    expect(reduce([trace({ source: prometheus, ...fields })]).edges).toHaveLength(1);
  });

  test("is not: what only is named after Prometheus", () => {
    const adapter = endpoint({ namespace: "monitoring", pod: "prometheus-adapter-6d8f-x2" });
    expect(reduce([trace({ source: adapter, destinationPort: 9_090 })]).edges).toHaveLength(1);
  });
});

describe("the order", () => {
  test("has drops first, then the busiest, and lookups last", () => {
    const lookup = trace({ destinationPort: 53, protocol: "UDP" });
    const flows = [...Array.from({ length: 9 }, () => lookup), trace(), trace(), trace({ destinationPort: 81 })];
    expect(reduce([...flows, makeFlow({ destinationPort: 82 })]).edges.map(({ port }) => port)).toEqual([
      82, 80, 81, 53,
    ]);
  });

  test("of the flows does not matter", () => {
    const random = randomFrom(3);
    const flows = Array.from({ length: 2_000 }, (_, n) => anyFlow(random, n));
    const shuffled = flows.map((flow) => ({ flow, at: random.below(1e9) })).sort((a, b) => a.at - b.at);
    const [one, other] = [reduce(flows), reduce(shuffled.map(({ flow }) => flow))];
    expect(one.edges.length).toBeGreaterThan(40);
    expect(other).toEqual(one);
  });
});

describe("what is folded", () => {
  test("adds up: listed, hidden and folded flows are all that counted", () => {
    const random = randomFrom(4);
    const flows = Array.from({ length: 20_000 }, (_, n) => trace({ destinationPort: 1 + (n % 9_000), time: noon + n }));
    const { edges, folded } = reduce([...flows, ...Array.from({ length: 99 }, (_, n) => anyFlow(random, n))], {
      top: 20,
    });
    expect(edges).toHaveLength(20);
    expect(folded.edges).toBeGreaterThan(8_000);
    const sum = edges.reduce((total, { flows: passed }) => total + passed, folded.flows);
    expect(sum).toBeGreaterThanOrEqual(20_000);
    expect(sum).toBeLessThanOrEqual(20_099);
  });

  test("keeps the finding small whatever the names are", () => {
    const name = (n: number) => `${"\u0001".repeat(300)}${n}`;
    const flows = Array.from({ length: 500 }, (_, n) =>
      trace({ destination: endpoint({ namespace: "x", pod: name(n) }) }),
    );
    expect(JSON.stringify(reduce(flows, { top: 200 })).length).toBeLessThan(85_000);
  });
});

/** Seen by either side, with and without the workload that runs the pod. */
function anyFlow(random: ReturnType<typeof randomFrom>, n: number): Flow {
  const end = () => {
    const index = random.below(12);
    const workload = random.chance(0.5) ? { kind: "Deployment", name: `app-${index % 6}` } : undefined;
    return endpoint({ namespace: "shop", pod: `app-${index % 6}-7d9f-${index}`, workload });
  };
  const ends = { source: end(), destination: end(), destinationPort: 8_000 + random.below(2) };
  const fields = { ...ends, time: noon + random.below(59_000), direction: random.pick([ingress, egress, 0]) };
  if (random.chance(0.2)) return makeFlow(fields);
  return n % 5 === 0 ? request(fields) : trace(fields);
}

import { describe, expect, test } from "vitest";
import type { Coverage } from "../../../src/analysis/coverage.ts";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createTraceReducer, type TraceOptions } from "../../../src/analysis/trace/reducer.ts";
import { deathstar, endpoint, makeFlow, noon, world, xwing } from "../../fixtures/flows/make.ts";

const window = { from: noon, to: noon + 600_000 };
const whole: Coverage = {
  nodes: { answered: 2, total: 2, missing: [] },
  oldest: new Date(noon - 1_000).toISOString(),
  ...{ lost: {}, shed: 0, truncated: false },
};

function reduce(flows: readonly Flow[], change: Partial<TraceOptions> = {}, coverage = whole) {
  const reducer = createTraceReducer({
    ...{ window, to: { kind: "name", namespace: "default", name: "deathstar" }, port: 80, protocol: "TCP" },
    ...{ sourceNamespace: "default", nodeOf: new Map([["172.20.1.188", "k8s-w2"]]) },
    ...change,
  });
  for (const flow of flows) reducer.add(flow, "pair");
  return reducer.finish(coverage);
}

const forward = { verdict: 1, dropReason: 0, eventType: 4, isReply: false } as const;
const left = (change: Partial<Flow> = {}) =>
  makeFlow({ ...forward, direction: 2, eventSubType: 11, summary: "TCP Flags: SYN", ...change });
const arrived = (change: Partial<Flow> = {}) =>
  makeFlow({
    ...forward,
    node: "k8s-w2",
    direction: 1,
    eventSubType: 0,
    summary: "TCP Flags: SYN",
    time: noon + 1,
    ...change,
  });

/** The same flow, travelling back. */
function back(flow: Flow, change: Partial<Flow> = {}): Flow {
  return {
    ...flow,
    ...{
      source: flow.destination,
      destination: flow.source,
      sourceIp: flow.destinationIp,
      destinationIp: flow.sourceIp,
    },
    ...{ sourcePort: flow.destinationPort, destinationPort: flow.sourcePort, isReply: true },
    ...change,
  };
}

describe("a stage", () => {
  test.each<[string, readonly Flow[], string]>([
    ["left and nowhere else", [left()], "lost"],
    ["left and arrived", [left(), arrived()], "unanswered"],
    [
      "answered by RST",
      [left(), arrived(), back(arrived(), { summary: "TCP Flags: RST, ACK", eventSubType: 11 })],
      "refused",
    ],
    [
      "answered by SYN-ACK",
      [left(), arrived(), back(arrived(), { summary: "TCP Flags: SYN, ACK", eventSubType: 11 })],
      "answered",
    ],
    ["dropped on egress", [makeFlow({ direction: 2, summary: "TCP Flags: SYN" })], "dropped-at-source"],
    [
      "dropped on ingress",
      [left(), makeFlow({ direction: 1, node: "k8s-w2", summary: "TCP Flags: SYN" })],
      "dropped-at-destination",
    ],
    ["only a verdict", [left({ eventType: 5, eventSubType: 0 })], "unknown"],
    [
      "its answer dropped",
      [
        left(),
        arrived(),
        back(arrived(), {
          eventType: 1,
          verdict: 2,
          dropReason: 169,
          isReply: undefined,
          direction: 0,
          summary: "TCP Flags: SYN, ACK",
        }),
      ],
      "answer-dropped",
    ],
    [
      "dropped, and again and through",
      [
        makeFlow({ direction: 2, summary: "TCP Flags: SYN" }),
        left({ time: noon + 1_000 }),
        arrived({ time: noon + 1_001 }),
        back(arrived({ time: noon + 1_002 }), { summary: "TCP Flags: SYN, ACK" }),
        left({ time: noon + 1_003, summary: "TCP Flags: ACK, PSH" }),
      ],
      "established",
    ],
  ])("%s", (_, flows, stage) => {
    expect(reduce(flows).byStage).toEqual({ [stage]: 1 });
    // Relay's order is only about right.
    expect(reduce(flows.toReversed()).byStage).toEqual({ [stage]: 1 });
  });

  test("is not told where the records that would tell can be missing", () => {
    const because = (coverage: Partial<Coverage>, flow = left()) =>
      reduce([flow], {}, { ...whole, ...coverage }).rows[0]?.because;
    expect(because({})).toBe("");
    expect(because({ nodes: { answered: 1, total: 2, missing: ["k8s-w2"] } })).toBe("node");
    expect(because({ nodes: { answered: 1, total: 2, missing: ["prod/k8s-w2"] } })).toBe("node");
    expect(because({ nodes: { answered: 1, total: 2, missing: ["k8s-w9"] } })).toBe("");
    expect(because({ lost: { HUBBLE_RING_BUFFER: 1 } })).toBe("lost");
    expect(because({ truncated: true })).toBe("lost");
    expect(because({ oldest: new Date(noon + 1_500).toISOString() })).toBe("reach");
    expect(because({}, left({ time: window.to - 1_000 }))).toBe("young");
  });

  test("of an outside address: nobody sees it arrive", () => {
    expect(reduce([left({ destination: world, destinationIp: "198.51.100.7" })]).byStage).toEqual({ outside: 1 });
  });
});

test("a SYN seen on two nodes is one, with its policy verdict too", () => {
  const verdict = { eventType: 5, eventSubType: 0, time: noon + 0.9 };
  const { rows, examples } = reduce([
    left(),
    arrived(verdict),
    arrived(),
    left({ time: noon + 1_000 }),
    arrived({ time: noon + 1_001 }),
  ]);
  expect(rows).toMatchObject([{ attempts: 1, packets: 2 }]);
  expect(examples[0]?.events.map(({ side, how }) => `${side} ${how}`)).toEqual([
    "source left",
    "destination arrived",
    "source left",
    "destination arrived",
  ]);
});

test("a client port that is used again is another attempt, a SYN that comes late is not", () => {
  const end = left({ summary: "TCP Flags: ACK, FIN", time: noon + 20 });
  expect(reduce([left(), end, arrived()]).attempts).toBe(1);
  expect(reduce([left(), end, left({ time: noon + 5_000 })]).attempts).toBe(2);
});

test("a backend's port counts where a socket's connection to the service's port was given it", () => {
  const socket = { ...forward, type: 3, eventType: 7, sourcePort: 0, isReply: undefined } as const;
  const before = makeFlow({
    ...{ ...socket, eventSubType: 1, destination: world, destinationIp: "10.96.0.9", destinationPort: 80 },
    destinationService: { namespace: "default", name: "deathstar" },
  });
  const after = makeFlow({ ...socket, eventSubType: 2, destinationPort: 8_080, time: noon + 0.1 });
  const syn = left({ destinationPort: 8_080 });
  expect(reduce([syn]).attempts).toBe(0);
  const { attempts, services } = reduce([before, after, syn]);
  expect(attempts).toBe(1);
  expect(services).toEqual([{ service: "default/deathstar", asked: 1, translated: 1 }]);
});

test("no more than so many are open, and every attempt is counted", () => {
  const many = 20_000;
  const flows = function* () {
    for (let n = 0; n < many; n++)
      yield makeFlow({
        ...{ direction: 2, summary: "TCP Flags: SYN", time: noon + n, sourcePort: 32_768 + (n % 20_000) },
        source: endpoint({ ...xwing, pod: "xwing" }),
        destination: deathstar,
      });
  };
  const { attempts, byStage, examples, rows } = reduce([...flows()]);
  expect([attempts, byStage, rows.length, examples.length]).toEqual([many, { "dropped-at-source": many }, 1, 5]);
  expect(examples[0]?.clientPort).toBe(32_768 + many - 1);
});

import { describe, expect, test } from "vitest";
import type { Coverage } from "../../../src/analysis/coverage.ts";
import { type Flow, tcpFlags } from "../../../src/analysis/flow.ts";
import { createTraceReducer, type TraceOptions } from "../../../src/analysis/trace/reducer.ts";
import { deathstar, endpoint, makeFlow, noon, world, xwing } from "../../fixtures/flows/make.ts";

const window = { from: noon, to: noon + 600_000 };
const whole: Coverage = {
  nodes: { answered: 2, total: 2, missing: [] },
  oldest: new Date(noon - 1_000).toISOString(),
  ...{ lost: {}, shed: 0, truncated: false },
};

type Told = Flow | { readonly flow: Flow; readonly what: "node" };

function reduce(flows: readonly Told[], change: Partial<TraceOptions> = {}, coverage = whole) {
  const reducer = createTraceReducer({
    ...{ window, to: { kind: "name", namespace: "default", name: "deathstar" }, port: 80, protocol: "TCP" },
    ...{ sourceNamespace: "default", nodeOf: new Map([["172.20.1.188", "k8s-w2"]]) },
    ...change,
  });
  for (const told of flows) {
    if ("flow" in told) reducer.add(told.flow, told.what);
    else reducer.add(told, "pair");
  }
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

describe("SNAT between the nodes", () => {
  const nodeIp = "192.168.10.101";
  const node = endpoint({ identity: 6, labels: ["reserved:remote-node"] });
  const detail = { stamp: null, hasIp: true, ethernet: undefined, authType: 0, socketPoint: 0, capturePoint: 0 };
  const masqueraded = (change: Partial<Flow> = {}) =>
    left({ details: { ...detail, sourceXlated: nodeIp }, summary: "TCP Flags: SYN", ...change });
  const fromNode = (change: Partial<Flow> = {}) => arrived({ source: node, sourceIp: nodeIp, ...change });
  const asNode = (flow: Flow) => ({ flow, what: "node" }) as const;
  const answer = (flow: Flow) => back(flow, { summary: "TCP Flags: SYN, ACK", eventSubType: 11 });

  test.each<[string, readonly Told[], string]>([
    ["arrived", [masqueraded(), asNode(fromNode())], "unanswered"],
    ["answered on the other node", [masqueraded(), asNode(fromNode()), asNode(answer(fromNode()))], "answered"],
    [
      "dropped there, as the node's",
      [masqueraded(), asNode(fromNode({ eventType: 1, verdict: 2, dropReason: 133, isReply: undefined }))],
      "dropped-at-destination",
    ],
  ])("is one connection: %s", (_, flows, stage) => {
    for (const told of [flows, flows.toReversed()]) {
      const { attempts, byStage, rows, translated } = reduce(told);
      expect([attempts, byStage, translated]).toEqual([1, { [stage]: 1 }, 1]);
      expect(rows).toMatchObject([{ source: "default/xwing", node: "k8s-w2" }]);
    }
  });

  test.each<[string, readonly Told[]]>([
    ["from another port of the node", [masqueraded(), asNode(fromNode({ sourcePort: 40_000 }))]],
    ["of another node", [masqueraded(), asNode(fromNode({ sourceIp: "192.168.10.102" }))]],
    ["to another pod", [masqueraded(), asNode(fromNode({ destinationIp: "172.20.1.190" }))]],
    ["long after", [masqueraded(), asNode(fromNode({ time: noon + 90_000 }))]],
    ["where nothing says that its address was changed", [left(), asNode(fromNode())]],
    [
      "whose own address is written as the changed one",
      [left({ details: { ...detail, sourceXlated: left().sourceIp } }), asNode(fromNode())],
    ],
  ])("is not the node's packet %s", (_, flows) => {
    for (const told of [flows, flows.toReversed()])
      expect(reduce(told)).toMatchObject({ attempts: 1, byStage: { lost: 1 }, translated: 0 });
  });

  test("what nodes send to the destination for others is kept in bounded memory, and counted nowhere", () => {
    const strangers = Array.from({ length: 5_000 }, (_, n) => asNode(fromNode({ sourcePort: 32_768 + n })));
    expect(reduce(strangers).attempts).toBe(0);
  });
});

describe("what a packet is", () => {
  const plain = { stamp: null, hasIp: true, ethernet: undefined, authType: 0, socketPoint: 0, capturePoint: 0 };
  const withFlags = (flow: Flow, flags: number, summary = "") => ({
    ...flow,
    summary,
    details: { ...plain, tcpFlags: flags },
  });

  test("its flags say, not its text", () => {
    const { syn, ack, rst } = tcpFlags;
    const flows = [withFlags(left(), syn), withFlags(arrived(), syn), withFlags(back(arrived()), rst | ack)];
    expect(reduce(flows).byStage).toEqual({ refused: 1 });
    const lying = [withFlags(left(), syn), withFlags(back(arrived()), syn | ack, "TCP Flags: RST")];
    expect(reduce(lying).byStage).toEqual({ answered: 1 });
  });

  test("where the record has none, its text does", () => {
    const reset = back(arrived(), { summary: "TCP Flags: RST, ACK", details: plain });
    expect(reduce([left(), arrived(), reset]).byStage).toEqual({ refused: 1 });
  });

  test("a dropped SYN-ACK of a server on a high port is an answer, though the agent does not say so", () => {
    const high = { destinationPort: 50_051 };
    const dropped = { eventType: 1, verdict: 2, dropReason: 169, isReply: undefined, direction: 0 } as const;
    const synAck = withFlags(back(arrived(high), dropped), tcpFlags.syn | tcpFlags.ack);
    expect(reduce([left(high), arrived(high), synAck], { port: 50_051 }).byStage).toEqual({ "answer-dropped": 1 });
  });
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

describe("both ends on one node", () => {
  const nodes = (client: string) =>
    new Map([
      ["172.20.1.188", "k8s-w2"],
      ["172.20.1.61", client],
    ]);
  const example = (flows: readonly Told[], nodeOf: ReadonlyMap<string, string>) =>
    reduce(flows, { nodeOf }).examples[0];

  test("are told, where one of them has no record of its own", () => {
    expect(example([arrived()], nodes("k8s-w2"))).toMatchObject({ sourceNode: "", sameNode: true });
    // As Relay writes a node of a cluster with a name.
    expect(example([arrived({ node: "prod/k8s-w2" })], nodes("k8s-w2"))).toMatchObject({ sameNode: true });
    const denied = makeFlow({ direction: 2, node: "k8s-w2", summary: "TCP Flags: SYN" });
    expect(example([denied], nodes("k8s-w2"))).toMatchObject({ destinationNode: "", sameNode: true });
  });

  test("are not, where the client's node is another, or nobody knows it", () => {
    expect(example([arrived()], nodes("k8s-w1"))?.sameNode).toBeUndefined();
    expect(example([arrived()], new Map())?.sameNode).toBeUndefined();
    expect(example([left(), arrived()], nodes("k8s-w1"))?.sameNode).toBeUndefined();
  });
});

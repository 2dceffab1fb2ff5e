import { describe, expect, test } from "vitest";
import { type Flow, tcpFlags } from "../../../src/analysis/flow.ts";
import { createDecoder, type FlowSink } from "../../../src/sources/hubble/decode.ts";
import { createLineReader } from "../../../src/sources/hubble/json.ts";
import { flowCodec, type GetFlowsResponse, getFlowsResponse, timestampMs } from "../../../src/sources/hubble/wire.ts";
import { createDice } from "../../fixtures/flows/make.ts";
import { sampleBytes, sampleLines } from "../../fixtures/flows/samples.ts";

function collect() {
  const flows: Flow[] = [];
  const others: unknown[] = [];
  const sink: FlowSink = {
    flow: (flow) => flows.push(flow),
    nodes: (status) => others.push(status),
    lost: (lost) => others.push(lost),
  };
  return { flows, others, sink };
}

function decode(response: GetFlowsResponse, everything = true) {
  const { flows, others, sink } = collect();
  expect(createDecoder({ everything }).read(getFlowsResponse.encode(response), sink)).toBe(true);
  return { flow: flows[0], other: others[0] };
}

test("TCP flags and a translated source are details, the same from the wire as from JSON", () => {
  const wire = {
    ...{ IP: { source: "172.20.1.61", destination: "172.20.2.9", sourceXlated: "192.168.10.101" } },
    l4: { TCP: { sourcePort: 33_000, destinationPort: 80, flags: { SYN: true, ACK: true, ECE: false, NS: true } } },
  };
  const expected = { sourceXlated: "192.168.10.101", tcpFlags: tcpFlags.syn | tcpFlags.ack | tcpFlags.ns };
  expect(decode({ flow: wire }).flow).toMatchObject({ sourcePort: 33_000, destinationPort: 80, details: expected });
  expect(decode({ flow: wire }, false).flow?.details).toBeUndefined();
  const json = collect();
  const ip = { source: "172.20.1.61", destination: "172.20.2.9", source_xlated: "192.168.10.101" };
  createLineReader().read(JSON.stringify({ flow: { verdict: "FORWARDED", IP: ip, l4: wire.l4 } }), json.sink);
  expect(json.flows[0]?.details).toMatchObject(expected);
  const none = decode({ flow: { l4: { UDP: { sourcePort: 1, destinationPort: 2 } } } }).flow?.details;
  expect([none?.tcpFlags, none?.sourceXlated]).toEqual([undefined, undefined]);
});

describe("the 260 sample records", () => {
  test("give the same flows from the wire as from JSON", () => {
    const wire = collect();
    const json = collect();
    const decoder = createDecoder({ everything: true });
    const reader = createLineReader();
    for (const bytes of sampleBytes) expect(decoder.read(bytes, wire.sink)).toBe(true);
    for (const line of sampleLines) expect(reader.read(line, json.sink)).toBe(true);
    expect(wire.flows).toHaveLength(260);
    expect(wire.flows).toEqual(json.flows);
  });

  test("give the same flows when the tables are warm", () => {
    const decoder = createDecoder({ everything: true });
    const [cold, warm] = [collect(), collect()];
    for (const bytes of sampleBytes) decoder.read(bytes, cold.sink);
    for (const bytes of sampleBytes) decoder.read(bytes, warm.sink);
    expect(warm.flows).toEqual(cold.flows);
  });

  test("lack only what nobody sums up, when not everything is asked for", () => {
    const wire = collect();
    const all = collect();
    for (const bytes of sampleBytes) {
      createDecoder().read(bytes, wire.sink);
      createDecoder({ everything: true }).read(bytes, all.sink);
    }
    const plain = (flow: Flow) => ({
      ...flow,
      uuid: "",
      summary: "",
      details: undefined,
      allowedBy: [],
      l7: flow.l7?.protocol === "http" ? { ...flow.l7, headers: [] } : flow.l7,
    });
    expect(wire.flows).toEqual(all.flows.map(plain));
  });

  test("cut anywhere are malformed or shorter messages, never a crash", () => {
    const decoder = createDecoder();
    let refused = 0;
    for (const bytes of sampleBytes.slice(0, 40)) {
      for (let end = 0; end < bytes.length; end++)
        if (!decoder.read(bytes.subarray(0, end), collect().sink)) refused += 1;
    }
    expect(refused).toBeGreaterThan(30_000);
  });

  test("with random bytes changed never crash", () => {
    const decoder = createDecoder({ everything: true });
    const dice = createDice(23);
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.from(sampleBytes[round % sampleBytes.length] ?? []);
      for (let change = 0; change <= dice(4); change++) bytes[dice(bytes.length)] = dice(256);
      if (!decoder.read(bytes, collect().sink)) refused += 1;
    }
    expect(refused).toBeGreaterThan(1_000);
    const good = collect();
    expect(decoder.read(sampleBytes[0] ?? Buffer.alloc(0), good.sink)).toBe(true);
    expect(good.flows).toHaveLength(1);
  });
});

test("endpoints and addresses that repeat are one object", () => {
  const { flows, sink } = collect();
  const decoder = createDecoder();
  for (const bytes of [...sampleBytes, ...sampleBytes]) decoder.read(bytes, sink);
  const half = flows.length / 2;
  const [first, again] = [flows[10], flows[half + 10]];
  expect(again?.source).toBe(first?.source);
  expect(again?.destination).toBe(first?.destination);
});

test("endpoints that differ in a single byte stay two, however many there are", () => {
  const { flows, sink } = collect();
  const decoder = createDecoder();
  const names = Array.from({ length: 6_000 }, (_, index) => `deathstar-8c4c77fb7-${String(index).padStart(5, "0")}`);
  const labels = Array.from({ length: 10 }, (_, index) => `k8s:label-${index}=${"x".repeat(20)}`);
  for (let round = 0; round < 2; round++) {
    for (const podName of names)
      decoder.read(
        getFlowsResponse.encode({ flow: { source: { identity: 7, labels, podName, clusterName: "default" } } }),
        sink,
      );
  }
  expect(flows.map((flow) => flow.source.pod)).toEqual([...names, ...names]);
});

test("unknown enum numbers are kept", () => {
  const flow = {
    verdict: 42,
    Type: 9,
    trafficDirection: 7,
    dropReasonDesc: 222,
    eventType: { type: 300, subType: -1 },
  };
  expect(decode({ flow }).flow).toMatchObject({
    verdict: 42,
    type: 9,
    direction: 7,
    dropReason: 222,
    eventType: 300,
    eventSubType: -1,
  });
});

test("unknown fields are skipped, whatever their type", () => {
  const known = flowCodec.encode({ verdict: 2, nodeName: "k8s-w1" });
  const strange = Buffer.from([
    0xf8,
    0x3f,
    0x96,
    0x01, // 1023: varint
    0xf9,
    0x3f,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8, // 1023: 64 bits
    0xfd,
    0x3f,
    1,
    2,
    3,
    4, // 1023: 32 bits
    0xfa,
    0x3f,
    3,
    9,
    9,
    9, // 1023: bytes
  ]);
  const flow = Buffer.concat([strange, known, strange]);
  const head = Buffer.from([10, ...varint(flow.length)]);
  const { flows, sink } = collect();
  expect(createDecoder().read(Buffer.concat([strange, head, flow, strange]), sink)).toBe(true);
  expect(flows[0]).toMatchObject({ verdict: 2, node: "k8s-w1" });
});

test("the deprecated reason counts where the new one is missing", () => {
  expect(decode({ flow: { dropReason: 133 } }).flow?.dropReason).toBe(133);
  expect(decode({ flow: { dropReason: 1, dropReasonDesc: 133 } }).flow?.dropReason).toBe(133);
});

test("a reply is true, false or not known", () => {
  expect(decode({ flow: { isReply: { value: true } } }).flow?.isReply).toBe(true);
  expect(decode({ flow: { isReply: {} } }).flow?.isReply).toBe(false);
  expect(decode({ flow: { reply: true } }).flow?.isReply).toBeUndefined();
});

test("times are the doubles that the wire's own formula gives", () => {
  const time = { seconds: 1_763_726_400, nanos: 123_456_789 };
  expect(decode({ flow: { time } }).flow?.time).toBe(timestampMs(time));
});

test("the response's node stands in where the flow names none", () => {
  expect(decode({ flow: { verdict: 1 }, nodeName: "outer" }).flow?.node).toBe("outer");
  expect(decode({ flow: { nodeName: "inner" }, nodeName: "outer" }).flow?.node).toBe("inner");
});

test("policies of both directions are read, with their log", () => {
  const policy = { name: "deny", namespace: "default", kind: "CiliumNetworkPolicy", labels: ["a=b"], revision: 7 };
  const flow = { egressDeniedBy: [policy], ingressDeniedBy: [policy], ingressAllowedBy: [policy], policyLog: ["no"] };
  const ref = { kind: "CiliumNetworkPolicy", namespace: "default", name: "deny" };
  expect(decode({ flow }).flow).toMatchObject({ deniedBy: [ref, ref], allowedBy: [ref], policyLog: ["no"] });
});

test("headers are read only when everything is asked for", () => {
  const http = { code: 200, headers: [{ key: "authorization", value: "Bearer secret" }] };
  const flow = { Type: 2, l7: { type: 2, latencyNs: 5_000_000_000_000, http } };
  expect(decode({ flow }).flow?.l7).toMatchObject({ latencyNs: 5_000_000_000_000, headers: http.headers });
  expect(JSON.stringify(decode({ flow }, false))).not.toContain("secret");
});

test("text that is no UTF-8 or not ASCII is read all the same", () => {
  const names = ["Größe-日本", "plain", "Größe-日本", "plain"];
  expect(names.map((nodeName) => decode({ flow: { nodeName } }).flow?.node)).toEqual(names);
  const bytes = Buffer.from([10, 5, 90, 3, 0xff, 0xfe, 0x41]);
  const { flows, sink } = collect();
  expect(createDecoder().read(bytes, sink)).toBe(true);
  expect(flows[0]?.node).toBe("\ufffd\ufffdA");
});

test("node status and lost events are told apart from flows", () => {
  const status = { stateChange: 4, nodeNames: ["a", "b"], message: "rpc error" };
  expect(decode({ nodeStatus: status }).other).toEqual({ state: 4, nodes: ["a", "b"], message: "rpc error" });
  expect(decode({ lostEvents: { source: 1, numEventsLost: 2 ** 40 } }).other).toEqual({ source: 1, count: 2 ** 40 });
});

test("an empty response is nothing, and nothing is refused", () => {
  const { flows, others, sink } = collect();
  expect(createDecoder().read(Buffer.alloc(0), sink)).toBe(true);
  expect([flows, others]).toEqual([[], []]);
});

test("what a sink throws is not taken for a bad message", () => {
  const boom = () => {
    throw new Error("boom");
  };
  const sink = { flow: boom, nodes: boom, lost: boom };
  expect(() => createDecoder().read(getFlowsResponse.encode({ flow: { verdict: 1 } }), sink)).toThrow("boom");
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

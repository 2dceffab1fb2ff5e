import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import { minute, now } from "../world/worlds.ts";
import { at, flowsOf, timeOf, uuidsOf } from "./client.ts";
import { startRelay, type TestRelay } from "./relays.ts";

const connected = 1;
const failed = 4;
const nodeNames = ["k8s-ctr", "k8s-w1", "k8s-w2"];

let lab: TestRelay;
beforeAll(async () => {
  lab = await startRelay({ ringCapacity: 500 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

const idsOf = (responses: readonly GetFlowsResponse[]) => responses.map(({ flow }) => flow?.uuid ?? "");
const ofNode = (responses: readonly GetFlowsResponse[], node: string) =>
  responses.filter(({ flow, nodeName }) => flow && nodeName === node);
const ringOf = (node: string) => lab.world.flows(node, now - 15 * minute, now).slice(-500);
const drops = { eventType: [{ type: 1 }] };

describe("selection", () => {
  test("nothing asked is the whole ring of every node, bounded by its capacity", async () => {
    const responses = await lab.client.flows({});
    for (const node of nodeNames) {
      expect(new Set(idsOf(ofNode(responses, node)))).toEqual(new Set(idsOf(ringOf(node))));
    }
    expect(uuidsOf(responses)).toHaveLength(1500);
  });

  test("number is the newest flows of each node", async () => {
    const responses = await lab.client.flows({ number: 7 });
    for (const node of nodeNames) {
      expect(idsOf(ofNode(responses, node))).toEqual(idsOf(ringOf(node).slice(-7)));
    }
  });

  test("number counts what matches", async () => {
    const responses = await lab.client.flows({ number: 3, whitelist: [drops] });
    for (const node of nodeNames) {
      const matching = ringOf(node).filter(({ flow }) => flow?.eventType?.type === 1);
      expect(idsOf(ofNode(responses, node))).toEqual(idsOf(matching.slice(-3)));
    }
  });

  test("first is the oldest flows that are still in the ring", async () => {
    const responses = await lab.client.flows({ number: 4, first: true });
    for (const node of nodeNames) {
      expect(idsOf(ofNode(responses, node))).toEqual(idsOf(ringOf(node).slice(0, 4)));
    }
  });

  test("since and until are both part of the window", async () => {
    const [first, last] = [ringOf("k8s-w1")[300], ringOf("k8s-w1")[330]];
    const responses = await lab.client.flows({ since: first?.time ?? {}, until: last?.time ?? {} });
    expect(idsOf(ofNode(responses, "k8s-w1"))).toEqual(idsOf(ringOf("k8s-w1").slice(300, 331)));
    const times = responses.filter(({ flow }) => flow).map(timeOf);
    expect(Math.min(...times)).toBe(timeOf(first ?? {}));
    expect(Math.max(...times)).toBe(timeOf(last ?? {}));
  });

  test("number with since is the oldest from there", async () => {
    const responses = await lab.client.flows({ since: at(now - minute), number: 2 });
    for (const node of nodeNames) {
      expect(idsOf(ofNode(responses, node))).toEqual(idsOf(lab.world.flows(node, now - minute, now).slice(0, 2)));
    }
  });

  test("number with until alone counts from the newest and then finds nothing before it", async () => {
    const responses = await lab.client.flows({ until: at(now - minute), number: 5 });
    expect(flowsOf(responses)).toEqual([]);
  });

  test("a few flows come in order of time", async () => {
    const times = (await lab.client.flows({ number: 20 })).filter(({ flow }) => flow).map(timeOf);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    expect(times).toHaveLength(60);
  });

  test("flows carry what the world made of them", async () => {
    const responses = await lab.client.flows({ number: 1, whitelist: [{ ...drops, dropReasonDesc: [133] }] });
    const [drop] = flowsOf(ofNode(responses, "k8s-w2"));
    const original = lab.world.flows("k8s-w2", now - minute, now).find(({ flow }) => flow?.uuid === drop?.uuid)?.flow;
    expect(drop).toMatchObject({ ...original });
  });
});

describe("status messages", () => {
  test("the first message names who delivers, under the relay's own name", async () => {
    const [first] = await lab.client.flows({ number: 1 });
    expect(first?.nodeStatus).toMatchObject({ stateChange: connected, nodeNames });
    expect(first?.nodeName).toBe("hubble-relay-5dcd46f5c-s4wqq");
    expect(timeOf(first ?? {})).toBe(now);
  });

  test("the stream begins with the relay's version", async () => {
    const stream = lab.client.open({ number: 1 });
    expect((await stream.header).get("hubble-relay-version")).toEqual(["1.19.4"]);
    await stream.ended;
  });

  test.each([
    ["a filter that is wrong", { whitelist: [{ sourceIp: ["10.0.0.300"] }] }, /invalid IP address.*10\.0\.0\.300/],
    ["a blacklist that is wrong", { blacklist: [{ protocol: ["tpc"] }] }, /unknown protocol.*tpc/],
    ["a mask that names no field", { fieldMask: { paths: ["time", "nodename"] } }, /^invalid fieldmask$/],
    ["first with follow", { first: true, follow: true }, /InvalidArgument.*first cannot be specified with follow/],
  ])("%s is an error of every node, and the stream ends well without flows", async (_, request, message) => {
    const responses = await lab.client.flows({ number: 5, ...request });
    expect(responses.map(({ nodeStatus }) => nodeStatus?.stateChange)).toEqual([connected, failed]);
    expect(responses[1]?.nodeStatus?.nodeNames).toEqual(nodeNames);
    expect(responses[1]?.nodeStatus?.message).toMatch(message);
  });
});

describe("field mask", () => {
  test("only what is named comes, above and below", async () => {
    const paths = [
      "time",
      "node_name",
      "drop_reason_desc",
      "source.pod_name",
      "source.labels",
      "l4.TCP.destination_port",
    ];
    const responses = await lab.client.flows({
      number: 1,
      whitelist: [{ dropReasonDesc: [133], ...drops }],
      fieldMask: { paths },
    });
    const [drop] = ofNode(responses, "k8s-w2");
    // As JSON, which leaves defaults out and writes enums by name.
    expect(JSON.parse(JSON.stringify(drop?.flow))).toEqual({
      time: expect.anything(),
      nodeName: "k8s-w2",
      dropReasonDesc: "POLICY_DENIED",
      source: { podName: "xwing", labels: expect.arrayContaining(["k8s:org=alliance"]) },
      l4: { TCP: { destinationPort: 80 } },
    });
  });

  test("without time and node name in it the response has neither", async () => {
    const responses = await lab.client.flows({ number: 1, fieldMask: { paths: ["verdict"] } });
    const masked = responses.filter(({ flow }) => flow);
    expect(masked.map(({ nodeName, time }) => [nodeName, time])).toEqual(nodeNames.map(() => ["", null]));
  });

  test("a message that is masked below is there and empty where a flow has none", async () => {
    const responses = await lab.client.flows({
      number: 1,
      whitelist: [{ protocol: ["icmpv6"] }],
      fieldMask: { paths: ["l7.http.code"] },
    });
    expect(JSON.parse(JSON.stringify(flowsOf(responses)[0]))).toEqual({ l7: { http: {} } });
  });

  test.each(["source.labels.key", "verdict.name", "", "source.podName", "l7.dns.nothing"])(
    "%o is no path",
    async (path) => {
      const responses = await lab.client.flows({ number: 1, fieldMask: { paths: [path] } });
      expect(responses[1]?.nodeStatus?.message).toBe("invalid fieldmask");
    },
  );

  test("filters see the whole flow, whatever the mask leaves", async () => {
    const responses = await lab.client.flows({ number: 2, whitelist: [drops], fieldMask: { paths: ["uuid"] } });
    expect(flowsOf(responses)).toHaveLength(6);
  });
});

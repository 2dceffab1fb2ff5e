import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { healthMethods, observerMethods } from "../../../src/sources/hubble/wire.ts";
import { minute, now, starWars } from "../world/worlds.ts";
import { flowsOf } from "./client.ts";
import { startRelay } from "./relays.ts";

const { serverStatus, getNodes, getNamespaces } = observerMethods;

describe("what the relay says of itself", () => {
  test("ServerStatus adds the nodes up", async () => {
    await using lab = await startRelay({ ringCapacity: 1000 });
    const answer = await lab.client.ask(serverStatus, {});
    const seen = lab.world.nodes.map(({ name }) => lab.world.flows(name, 0, now).length);
    const lastMinute = lab.world.nodes.map(({ name }) => lab.world.flows(name, now - minute, now).length);
    expect(answer).toMatchObject({
      numFlows: 3000,
      maxFlows: 3000,
      seenFlows: sum(seen),
      numConnectedNodes: { value: 3 },
      version: "hubble-relay v1.19.4",
      uptimeNs: 24 * minute * 1e6,
    });
    expect(answer.numUnavailableNodes?.value).toBe(0);
    expect(answer.flowsRate).toBeCloseTo(sum(lastMinute) / 60, 9);
  });

  test("a ring that is not full yet says how full it is", async () => {
    await using lab = await startRelay({ world: starWars({ history: minute }) });
    const { numFlows = 0, maxFlows, seenFlows } = await lab.client.ask(serverStatus, {});
    expect(maxFlows).toBe(12_285);
    expect(numFlows).toBe(seenFlows);
    expect(numFlows).toBeGreaterThan(300);
  });

  test("GetNodes tells each node's address, version and ring", async () => {
    await using lab = await startRelay({ ringCapacity: 1000 });
    const { nodes } = await lab.client.ask(getNodes, {});
    expect(
      nodes?.map(({ name, address, state, version, numFlows }) => [name, address, state, version, numFlows]),
    ).toEqual([
      ["k8s-ctr", "192.168.10.100:4244", 1, "cilium v1.19.4", 1000],
      ["k8s-w1", "192.168.10.101:4244", 1, "cilium v1.19.4", 1000],
      ["k8s-w2", "192.168.10.102:4244", 1, "cilium v1.19.4", 1000],
    ]);
    expect(nodes?.[1]?.tls).toMatchObject({ enabled: true, serverName: "k8s-w1.default.hubble-grpc.cilium.io" });
  });

  test("GetNamespaces lists the namespaces of flows", async () => {
    await using lab = await startRelay();
    const { namespaces } = await lab.client.ask(getNamespaces, {});
    expect(namespaces?.map(({ cluster, namespace }) => `${cluster}/${namespace}`)).toEqual([
      "default/default",
      "default/kube-system",
    ]);
  });

  test("what a relay does not serve is UNIMPLEMENTED", async () => {
    await using lab = await startRelay();
    const method = { ...serverStatus, path: "/observer.Observer/GetAgentEvents" };
    await expect(lab.client.ask(method, {})).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("a cluster with a name of its own has it in its nodes' names", async () => {
    await using lab = await startRelay({ world: starWars({ clusterName: "tatooine" }) });
    const { nodes } = await lab.client.ask(getNodes, {});
    const responses = await lab.client.flows({ number: 1, whitelist: [{ nodeName: ["tatooine/k8s-w*"] }] });
    expect(nodes?.[0]?.name).toBe("tatooine/k8s-ctr");
    expect(responses[0]?.nodeStatus?.nodeNames).toContain("tatooine/k8s-w1");
    expect(new Set(flowsOf(responses).map(({ nodeName }) => nodeName))).toEqual(
      new Set(["tatooine/k8s-w1", "tatooine/k8s-w2"]),
    );
  });

  test.each(["", "hubble.server.Observer"])("the health of %o is SERVING", async (service) => {
    await using lab = await startRelay();
    expect(await lab.client.ask(healthMethods.check, { service })).toMatchObject({ status: 1 });
  });

  test("the health of a service that there is not is NOT_FOUND", async () => {
    await using lab = await startRelay();
    await expect(lab.client.ask(healthMethods.check, { service: "peer" })).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });
});

describe("faults", () => {
  test("unavailable nodes are named second, deliver nothing and are counted", async () => {
    await using lab = await startRelay();
    await lab.relay.setFaults({ unavailableNodes: ["k8s-w1", "k8s-w2"] });
    const responses = await lab.client.flows({ number: 2 });
    expect(responses.slice(0, 2).map(({ nodeStatus }) => [nodeStatus?.stateChange, nodeStatus?.nodeNames])).toEqual([
      [1, ["k8s-ctr"]],
      [2, ["k8s-w1", "k8s-w2"]],
    ]);
    expect(new Set(flowsOf(responses).map(({ nodeName }) => nodeName))).toEqual(new Set(["k8s-ctr"]));
    expect(await lab.client.ask(serverStatus, {})).toMatchObject({
      numConnectedNodes: { value: 1 },
      numUnavailableNodes: { value: 2 },
      unavailableNodes: ["k8s-w1", "k8s-w2"],
      maxFlows: 4095,
    });
    const { nodes } = await lab.client.ask(getNodes, {});
    expect(nodes?.map(({ state, version }) => [state, version])).toEqual([
      [1, "cilium v1.19.4"],
      [2, ""],
      [2, ""],
    ]);
  });

  test("without any node there is no NODE_CONNECTED, and the health is NOT_SERVING", async () => {
    await using lab = await startRelay();
    await lab.relay.setFaults({ unavailableNodes: lab.world.nodes.map(({ name }) => name) });
    const responses = await lab.client.flows({ number: 2 });
    expect(responses.map(({ nodeStatus }) => nodeStatus?.stateChange)).toEqual([2]);
    expect(await lab.client.ask(healthMethods.check, {})).toMatchObject({ status: 2 });
  });

  test("lost events come from each node, past every filter", async () => {
    await using lab = await startRelay();
    await lab.relay.setFaults({ lostEvents: 42 });
    const responses = await lab.client.flows({ number: 1, whitelist: [{ uuid: ["none"] }] });
    const lost = responses.filter(({ lostEvents }) => lostEvents);
    expect(lost.map(({ nodeName, lostEvents }) => [nodeName, lostEvents?.source, lostEvents?.numEventsLost])).toEqual([
      ["k8s-ctr", 1, 42],
      ["k8s-w1", 1, 42],
      ["k8s-w2", 1, 42],
    ]);
  });

  test("a relay that hangs takes calls and answers none", async () => {
    await using lab = await startRelay();
    await lab.relay.setFaults({ hang: true });
    const stream = lab.client.open({ number: 1 });
    const unary = lab.client.ask(serverStatus, {}, 300);
    await expect(unary).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(stream.received).toEqual([]);
    expect(lab.relay.openCalls()).toBe(1);
    stream.cancel();
    await expect.poll(() => lab.relay.openCalls()).toBe(0);
    await lab.relay.setFaults({ hang: false });
    expect(await lab.client.ask(serverStatus, {})).toMatchObject({ maxFlows: 12_285 });
  });

  test("a relay that refuses has no listener, and has one again at the same address afterwards", async () => {
    await using lab = await startRelay();
    await lab.client.ask(serverStatus, {});
    await lab.relay.setFaults({ refuse: true });
    await expect(lab.client.ask(serverStatus, {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await lab.relay.setFaults({ refuse: false });
    await expect
      .poll(() => lab.client.ask(serverStatus, {}).then(({ maxFlows }) => maxFlows, String), { timeout: 4000 })
      .toBe(12_285);
  });

  test("an older version ignores filters and mask that it does not know, and leaves newer fields out", async () => {
    await using lab = await startRelay();
    await lab.relay.setFaults({ olderVersion: "1.14.19" });
    const whitelist = [{ dropReasonDesc: [133] }];
    const responses = await lab.client.flows({ number: 50, whitelist, fieldMask: { paths: ["uuid"] } });
    const verdicts = new Set(flowsOf(responses).map(({ verdict }) => verdict));
    expect(verdicts).toContain(1);
    const drop = flowsOf(responses).find(({ eventType }) => eventType?.type === 1);
    expect([drop?.file, drop?.nodeLabels, drop?.source?.clusterName, drop?.dropReasonDesc]).toEqual([
      null,
      [],
      "",
      133,
    ]);
    const masked = await lab.client.flows({ number: 1, experimental: { fieldMask: { paths: ["verdict"] } } });
    expect(flowsOf(masked).map(({ uuid }) => uuid)).toEqual(["", "", ""]);
    const status14 = await lab.client.ask(serverStatus, {});
    expect([status14.version, status14.flowsRate]).toEqual(["hubble-relay v1.14.19", 0]);
  });

  test("a mask with a field that an older version lacks fails on it", async () => {
    await using lab = await startRelay({ version: "1.17.6" });
    const responses = await lab.client.flows({ number: 1, fieldMask: { paths: ["time", "ip_trace_id"] } });
    expect(responses[1]?.nodeStatus?.message).toBe("invalid fieldmask");
  });

  test.each([
    [{ unavailableNodes: ["k8s-w9"] }, /no such node: k8s-w9; there are k8s-ctr, k8s-w1, k8s-w2/],
    [{ lostEvents: -1 }, /lostEvents/],
    [{ olderVersion: "2.0" }, /no version of Cilium: 2\.0/],
  ])("%o is refused and changes nothing", async (changes, message) => {
    await using lab = await startRelay();
    await expect(lab.relay.setFaults(changes)).rejects.toThrow(message);
    expect(lab.relay.faults()).toEqual({
      unavailableNodes: [],
      failingNodes: [],
      lostEvents: 0,
      losses: [],
      hang: false,
      refuse: false,
      olderVersion: null,
    });
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

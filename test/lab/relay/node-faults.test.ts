import { expect, test } from "vitest";
import { observerMethods } from "../../../src/sources/hubble/wire.ts";
import { now } from "../world/worlds.ts";
import { flowsOf } from "./client.ts";
import { startRelay } from "./relays.ts";

const lossesOf = (responses: readonly { nodeName?: string; lostEvents?: object | null }[]) =>
  responses.flatMap(({ nodeName, lostEvents }) => (lostEvents ? [{ nodeName, ...lostEvents }] : []));

test("a node that fails is connected, named with its error, and delivers nothing", async () => {
  await using lab = await startRelay();
  await lab.relay.setFaults({ failingNodes: ["k8s-w1"], lostEvents: 3 });

  const responses = await lab.client.flows({ number: 5 });

  expect(responses.slice(0, 2).map(({ nodeStatus }) => [nodeStatus?.stateChange, nodeStatus?.nodeNames])).toEqual([
    [1, ["k8s-ctr", "k8s-w1", "k8s-w2"]],
    [4, ["k8s-w1"]],
  ]);
  expect(responses[1]?.nodeStatus?.message).toMatch(/^rpc error: code = Internal/);
  expect(new Set(flowsOf(responses).map(({ nodeName }) => nodeName))).toEqual(new Set(["k8s-ctr", "k8s-w2"]));
  expect(lossesOf(responses).map(({ nodeName }) => nodeName)).toEqual(["k8s-ctr", "k8s-w2"]);
  const { nodes } = await lab.client.ask(observerMethods.getNodes, {});
  expect(nodes?.map(({ state }) => state)).toEqual([1, 4, 1]);
});

test("a node that fails while a stream follows is named once, and is back when it works again", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);
  await lab.relay.setFaults({ failingNodes: ["k8s-w2"] });
  await stream.until((received) => received.some(({ nodeStatus }) => nodeStatus?.stateChange === 4));
  lab.setTime(now + 8000);
  await stream.until((received) => flowsOf(received).some(({ nodeName }) => nodeName === "k8s-w1"));
  expect(flowsOf(stream.received).filter(({ nodeName }) => nodeName === "k8s-w2")).toEqual([]);

  await lab.relay.setFaults({ failingNodes: [] });
  let time = now + 8000;
  await expect
    .poll(
      async () => {
        time += 500;
        lab.setTime(time);
        return flowsOf(stream.received).some(({ nodeName }) => nodeName === "k8s-w2");
      },
      { timeout: 20_000 },
    )
    .toBe(true);

  expect(stream.received.filter(({ nodeStatus }) => nodeStatus?.stateChange === 4)).toHaveLength(1);
  stream.cancel();
});

test("losses are told per node with their source and number", async () => {
  await using lab = await startRelay();
  await lab.relay.setFaults({
    losses: [
      { node: "k8s-w1", source: "HUBBLE_RING_BUFFER", count: 17 },
      { node: "k8s-w2", source: "OBSERVER_EVENTS_QUEUE", count: 5 },
      { node: "k8s-w2", source: "PERF_EVENT_RING_BUFFER", count: 1 },
    ],
  });

  const responses = await lab.client.flows({ number: 1 });

  expect(lossesOf(responses)).toMatchObject([
    { nodeName: "k8s-w1", source: 3, numEventsLost: 17 },
    { nodeName: "k8s-w2", source: 2, numEventsLost: 5 },
    { nodeName: "k8s-w2", source: 1, numEventsLost: 1 },
  ]);
});

test("a stream that follows hears of each change of what is lost once", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);

  await lab.relay.setFaults({ losses: [{ node: "k8s-w1", source: "HUBBLE_RING_BUFFER", count: 9 }] });
  await stream.until((received) => lossesOf(received).length > 0);
  lab.setTime(now + 8000);
  await stream.until((received) => flowsOf(received).length > 5);

  expect(lossesOf(stream.received)).toMatchObject([{ nodeName: "k8s-w1", source: 3, numEventsLost: 9 }]);
  stream.cancel();
});

test.each([
  [{ failingNodes: ["k8s-w9"] }, /no such node: k8s-w9/],
  [{ losses: [{ node: "k8s-w9", source: "HUBBLE_RING_BUFFER", count: 1 }] as const }, /no such node: k8s-w9/],
  [{ losses: [{ node: "k8s-w1", source: "HUBBLE_RING_BUFFER", count: 0.5 }] as const }, /whole number/],
])("%o is refused", async (changes, message) => {
  await using lab = await startRelay();
  await expect(lab.relay.setFaults(changes)).rejects.toThrow(message);
});

test("a ring that was read before a burst in the past holds it afterwards", async () => {
  await using lab = await startRelay();
  const whitelist = [{ sourceIp: ["198.18.0.0/15"], eventType: [{ type: 1 }] }];
  expect(flowsOf(await lab.client.flows({ whitelist }))).toEqual([]);

  lab.world.burst({ at: now - 30_000, seconds: 5, perSecond: 200, sources: 50 });

  const ledger = lab.world.ledger(now - 30_000, now).filter(({ source }) => source.startsWith("198.18."));
  expect(ledger).toHaveLength(1000);
  expect(flowsOf(await lab.client.flows({ whitelist }))).toHaveLength(1000);
});

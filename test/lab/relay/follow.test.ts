import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createWriter } from "../../../src/lab/relay/stream.ts";
import { minute, now } from "../world/worlds.ts";
import { at, flowsOf, timeOf, uuidsOf } from "./client.ts";
import { startRelay } from "./relays.ts";

const cancelled = 1;

test("follow sends nothing of the past and everything new, once", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);
  const uuidsUntil = (to: number) => lab.world.nodes.flatMap(({ name }) => uuidsOf(lab.world.flows(name, now, to)));
  for (const to of [now + 4000, now + 4001, now + 12_000]) {
    lab.setTime(to);
    await stream.until((received) => flowsOf(received).length >= uuidsUntil(to).length);
  }
  const received = uuidsOf(stream.received);
  expect(new Set(received)).toEqual(new Set(uuidsUntil(now + 12_000)));
  expect(new Set(received).size).toBe(received.length);
  stream.cancel();
});

test("follow with a number rewinds so far and then goes on without a limit", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true, number: 2 });
  await stream.until((received) => flowsOf(received).length === 6);
  lab.setTime(now + 5000);
  await stream.until((received) => flowsOf(received).length > 12);
  stream.cancel();
});

test("follow from a time sends what has been since, filtered, and goes on", async () => {
  await using lab = await startRelay();
  const whitelist = [{ dropReasonDesc: [133], eventType: [{ type: 1 }] }];
  const stream = lab.client.open({ follow: true, since: at(now - minute), whitelist });
  const dropsIn = (from: number, to: number) =>
    lab.world.ledger(from, to).filter(({ reason }) => reason === "POLICY_DENIED").length;
  await stream.until((received) => flowsOf(received).length === dropsIn(now - minute, now));
  lab.setTime(now + 20_000);
  await stream.until((received) => flowsOf(received).length === dropsIn(now - minute, now + 20_000));
  stream.cancel();
});

test("follow until a time ends once a later flow has been seen on every node", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true, until: at(now + 1000) });
  await stream.until(({ length }) => length === 1);
  lab.setTime(now + 30_000);
  expect(await stream.ended).toBe(0);
  const times = stream.received.filter(({ flow }) => flow).map(timeOf);
  expect(Math.max(...times)).toBeLessThanOrEqual(now + 1000);
});

test("a relay that refuses ends the streams that are open", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);
  await lab.relay.setFaults({ refuse: true });
  expect(await stream.ended).not.toBe(0);
});

test("a client that cancels leaves nothing open", async () => {
  await using lab = await startRelay();
  const streams = Array.from({ length: 5 }, () => lab.client.open({ follow: true, number: 1 }));
  await Promise.all(streams.map((stream) => stream.until((received) => flowsOf(received).length === 3)));
  expect(lab.relay.openCalls()).toBe(5);
  for (const stream of streams) {
    stream.cancel();
  }
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(streams.map(() => cancelled));
  await expect.poll(() => lab.relay.openCalls()).toBe(0);
});

test("a relay that closes ends the streams that follow", async () => {
  const lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);
  await lab[Symbol.asyncDispose]();
  expect(await stream.ended).not.toBe(0);
  expect(lab.relay.openCalls()).toBe(0);
});

test("a node that goes away is reported once and joins again in silence", async () => {
  await using lab = await startRelay();
  const stream = lab.client.open({ follow: true });
  await stream.until(({ length }) => length === 1);
  await lab.relay.setFaults({ unavailableNodes: ["k8s-w2"] });
  await stream.until((received) => received.some(({ nodeStatus }) => nodeStatus?.stateChange === 4));
  lab.setTime(now + 10_000);
  await stream.until((received) => flowsOf(received).length > 20);
  expect(stream.received.some(({ nodeName }) => nodeName === "k8s-w2")).toBe(false);
  await lab.relay.setFaults({ unavailableNodes: [] });
  // It is looked for now and then: time goes on until it is found.
  let at = now + 10_000;
  const moving = setInterval(() => {
    at += 1_000;
    lab.setTime(at);
  }, 100);
  await stream.until((received) => received.some(({ nodeName }) => nodeName === "k8s-w2"));
  clearInterval(moving);
  const statuses = stream.received.flatMap(({ nodeStatus }) => (nodeStatus ? [nodeStatus] : []));
  expect(statuses.map(({ stateChange, nodeNames }) => [stateChange, nodeNames?.length])).toEqual([
    [1, 3],
    [4, 1],
  ]);
  stream.cancel();
});

test("a client that does not read stops the relay from writing", async () => {
  const taken: unknown[] = [];
  const next: (() => void)[] = [];
  const slow = new Writable({
    objectMode: true,
    highWaterMark: 2,
    write(message, _, done) {
      taken.push(message);
      next.push(done);
    },
  });
  const stop = new AbortController();
  const writer = createWriter(slow as never, stop.signal);
  let written = 0;
  const writing = (async () => {
    while (await writer.write(written as never)) {
      written += 1;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = written;
  expect(before).toBeLessThan(4);
  expect(taken).toHaveLength(1);
  while (next.length > 0 && taken.length < 4) {
    next.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => written).toBeGreaterThan(before);
  stop.abort();
  await writing;
  expect(await writer.write("late" as never)).toBe(false);
});

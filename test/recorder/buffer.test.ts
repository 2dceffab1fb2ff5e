import { expect, test } from "vitest";
import { readBatch } from "../../src/recorder/batch.ts";
import { createFlowBuffer } from "../../src/recorder/buffer.ts";
import { readGaps } from "../../src/recorder/note.ts";
import { makeFlow, noon } from "../fixtures/flows/make.ts";

function bufferOf(more: { readonly maxFlows?: number; readonly maxBytes?: number } = {}) {
  const shed = { flows: 0 };
  const time = { now: noon };
  const buffer = createFlowBuffer({
    ...{ maxBytes: 1_000_000, maxFlows: 1_000_000, ...more, clock: () => time.now },
    onShed(flows) {
      shed.flows += flows;
    },
  });
  const add = (count: number, from = 0) => {
    for (let at = from; at < from + count; at++) {
      time.now = noon + at;
      buffer.add(makeFlow({ time: noon + at, uuid: `id-${at}` }), time.now);
    }
  };
  return { buffer, shed, time, add };
}

test("flows come out in the order they came, full batches at once and the rest when it is due", async () => {
  const { buffer, add, time } = bufferOf();
  add(2_500);
  const first = await buffer.take(0);
  expect(first.map(({ count }) => count)).toEqual([1_000, 1_000]);
  expect(await buffer.take(0)).toEqual([]);
  time.now += 500;
  const rest = await buffer.take(0);
  expect(rest.map(({ count, from, to }) => [count, from, to])).toEqual([[500, noon + 2_000, noon + 2_499]]);
  const flows = await readBatch(first[1]?.payload ?? Buffer.alloc(0));
  expect(flows.map(({ uuid }) => uuid)).toEqual(Array.from({ length: 1_000 }, (_, at) => `id-${1_000 + at}`));
  expect(buffer.flows).toBe(0);
  expect(buffer.bytes).toBe(0);
});

test.each([{ maxFlows: 3_000 }, { maxBytes: 60_000 }])(
  "with %o the oldest is shed, counted and said first",
  async (bounds) => {
    const { buffer, add, shed } = bufferOf(bounds);
    for (let at = 0; at < 20; at++) {
      add(1_000, at * 1_000);
    }
    expect(shed.flows).toBeGreaterThanOrEqual(1_000);
    expect(buffer.flows).toBe(20_000 - shed.flows);
    expect(buffer.bytes).toBeLessThan(400_000);
    expect(buffer.pendingSince()).toBe(noon);
    const [notes, ...batches] = await buffer.take(0);
    expect(readGaps(notes?.payload.toString() ?? "")).toEqual([
      { from: noon, to: noon + shed.flows - 1, reason: "shed", count: shed.flows },
    ]);
    expect(batches[0]?.from).toBe(noon + shed.flows);
    expect(buffer.pendingSince()).toBe(noon);
    buffer.settled();
    if (buffer.flows > 0) expect(buffer.pendingSince()).toBeGreaterThan(noon);
  },
);

test("more notes than there is room for become one that takes them in", async () => {
  const { buffer } = bufferOf();
  for (let at = 0; at < 600; at++)
    buffer.note({ from: noon + at, to: noon + at + 1, reason: "unseen", node: `n${at}` });
  const [entry] = await buffer.take(0);
  const gaps = readGaps(entry?.payload.toString() ?? "");
  expect(gaps).toHaveLength(500);
  expect(gaps.at(-1)).toEqual({ from: noon + 499, to: noon + 600, reason: "unseen" });
});

test("what comes while somebody waits wakes them", async () => {
  const { buffer, add } = bufferOf();
  const waiting = buffer.take(10_000);
  add(1_000);
  expect((await waiting).map(({ count }) => count)).toEqual([1_000]);
  const again = buffer.take(10_000);
  buffer.note({ from: noon, to: noon, reason: "lost", count: 1 });
  expect((await again).map(({ kind }) => kind)).toEqual(["notes"]);
});

test("a cleared buffer has nothing", async () => {
  const { buffer, add } = bufferOf({ maxFlows: 1_000 });
  add(3_500);
  buffer.clear();
  expect([buffer.flows, buffer.bytes, buffer.pendingSince()]).toEqual([0, 0, undefined]);
  expect(await buffer.take(0)).toEqual([]);
});

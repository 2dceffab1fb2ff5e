import { expect, test } from "vitest";
import { mergeStreams } from "../../../src/lab/relay/merge.ts";

const stream = (...seconds: number[]) => seconds.map((second) => ({ time: { seconds: second, nanos: 0 } }));
const secondsOf = (responses: Iterable<{ time?: { seconds?: number } | null }>) =>
  Array.from(responses, ({ time }) => time?.seconds);

test("streams that fit the buffer come out in order of time", () => {
  expect(secondsOf(mergeStreams([stream(1, 4, 6), stream(2, 3), stream(5)], 0))).toEqual([1, 2, 3, 4, 5, 6]);
});

test("flows of one moment keep the order of their arrival", () => {
  const merged = [
    ...mergeStreams([[{ time: { seconds: 1 }, nodeName: "a" }], [{ time: { seconds: 1 }, nodeName: "b" }]], 0),
  ];
  expect(merged.map(({ nodeName }) => nodeName)).toEqual(["a", "b"]);
});

test("more than the buffer holds comes out complete, and only nearly in order", () => {
  const long = stream(...Array.from({ length: 300 }, (_, index) => 1000 + index));
  const early = stream(...Array.from({ length: 300 }, (_, index) => index));
  const merged = secondsOf(mergeStreams([long, early], 0));
  const sorted = [...merged].sort((left, right) => Number(left) - Number(right));
  expect(merged).toHaveLength(600);
  expect(new Set(merged).size).toBe(600);
  expect(merged).not.toEqual(sorted);
});

test("nobody's streams give nothing", () => {
  expect([...mergeStreams([], 5)]).toEqual([]);
});

import { expect, test } from "vitest";
import { createTombstones } from "../../../src/sources/kubernetes/tombstones.ts";

function make(max: number) {
  let time = 1_000;
  const tombstones = createTombstones<number>({ max, forMs: 100, now: () => time });
  return { tombstones, wait: (ms: number) => (time += ms) };
}

test("what was deleted is known for a while", () => {
  const { tombstones, wait } = make(10);
  tombstones.add("a", 1);
  wait(60);
  tombstones.add("b", 2);
  expect([tombstones.get("a"), tombstones.get("b"), tombstones.get("c")]).toEqual([1, 2, undefined]);
  wait(60);
  expect([tombstones.get("a"), tombstones.get("b")]).toEqual([undefined, 2]);
  expect(tombstones.values()).toEqual([2]);
});

test("the oldest go when there are too many", () => {
  const { tombstones } = make(3);
  for (let at = 0; at < 10; at++) tombstones.add(`k${at}`, at);
  expect(tombstones.values()).toEqual([7, 8, 9]);
});

test("what is deleted again is new again", () => {
  const { tombstones } = make(2);
  tombstones.add("a", 1);
  tombstones.add("b", 2);
  tombstones.add("a", 3);
  tombstones.add("c", 4);
  expect(tombstones.values()).toEqual([3, 4]);
});

import { expect, test } from "vitest";
import { begin, everywhere, l4Begin, l7Begin, minute, now, starWars } from "./worlds.ts";

test("a window asked twice gives the same flows and the same ledger", () => {
  const world = starWars();
  const [from, to] = [now - 5 * minute, now];
  expect(world.flows("k8s-w2", from, to)).toEqual(world.flows("k8s-w2", from, to));
  expect(world.ledger(from, to)).toEqual(world.ledger(from, to));
});

test("another world of the same seed has the same flows, also when it was born at another time", () => {
  const [from, to] = [now - 5 * minute, now];
  expect(everywhere(starWars({ history: 12 * minute }), from, to)).toEqual(everywhere(starWars(), from, to));
});

test("another seed has other flows", () => {
  const [from, to] = [now - minute, now];
  expect(everywhere(starWars({ seed: 8 }), from, to)).not.toEqual(everywhere(starWars(), from, to));
});

test("windows that are joined give what the whole window gives, wherever it is cut", () => {
  const world = starWars();
  const [from, to] = [l7Begin - 2 * minute, l7Begin + minute];
  for (const { name } of world.nodes) {
    const whole = world.flows(name, from, to);
    const at = (index: number) => timeOf(whole[index]);
    const cuts = [from, from + 1, at(10), at(11), from + 61_234.567, at(whole.length - 1), to];
    const joined = cuts.slice(1).flatMap((cut, index) => world.flows(name, cuts[index] ?? from, cut));
    expect(joined).toEqual(whole);
    expect(whole.length).toBeGreaterThan(200);
  }
  const parts = [world.ledger(from, from + 40_000), world.ledger(from + 40_000, to)];
  expect(parts.flat()).toEqual(world.ledger(from, to));
});

test("windows of a second lose nothing of what began before them", () => {
  const world = starWars();
  const seconds = Array.from({ length: 100 }, (_, index) => l7Begin - 50_000 + index * 1000);
  for (const { name } of world.nodes) {
    const joined = seconds.flatMap((second) => world.flows(name, second, second + 1000));
    expect(joined).toEqual(world.flows(name, l7Begin - 50_000, l7Begin + 50_000));
  }
});

test("flows come oldest first and lie in the window, its begin included and its end not", () => {
  const world = starWars();
  const times = world.flows("k8s-w1", now - minute, now).map(timeOf);
  expect(times).toEqual([...times].sort((left, right) => left - right));
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  expect(first).toBeGreaterThanOrEqual(now - minute);
  expect(last).toBeLessThan(now);
  expect(world.flows("k8s-w1", first, last).map(timeOf)).toEqual(times.filter((time) => time < last));
});

test("nothing happened before the world was born", () => {
  const world = starWars({ history: 10 * minute });
  expect(everywhere(world, 0, now - 10 * minute)).toEqual([]);
  expect(everywhere(world, 0, now).length).toBe(everywhere(world, now - 10 * minute, now).length);
});

test("a window without an end is refused", () => {
  const world = starWars();
  expect(() => world.flows("k8s-w1", now, Number.POSITIVE_INFINITY)).toThrow(RangeError);
  expect(() => world.ledger(Number.NaN, now)).toThrow(RangeError);
});

test("every flow has a UUID of its own", () => {
  const uuids = everywhere(starWars(), begin, now).map(({ flow }) => flow.uuid ?? "");
  expect(new Set(uuids).size).toBe(uuids.length);
  expect(
    uuids.every((uuid) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid)),
  ).toBe(true);
});

test("a change of step leaves the past as it was and makes another future", () => {
  const world = starWars();
  const before = everywhere(world, now - minute, now);
  const future = everywhere(world, now, now + minute);
  world.setStep("deleted", now);
  expect(everywhere(world, now - minute, now)).toEqual(before);
  expect(everywhere(world, now, now + minute)).not.toEqual(future);
});

test("a change between a packet's policy verdict and its drop leaves what was seen before it", () => {
  const denials = starWars()
    .ledger(now - minute, now)
    .filter(({ reason }) => reason === "POLICY_DENIED");
  expect(denials.length).toBeGreaterThan(20);
  for (const { time } of denials) {
    const world = starWars();
    const seen = () => everywhere(world, time - 1100, time - 0.05);
    const before = seen();
    world.setStep("deleted", time - 0.05);
    expect(seen()).toEqual(before);
  }
});

test("listeners hear of a change until they stop listening", () => {
  const world = starWars();
  const heard: unknown[] = [];
  const stop = world.onStep((step, at) => heard.push([step, at]));
  world.setStep("none", now);
  stop();
  world.setStep("l7", now + 1);
  expect(heard).toEqual([["none", now]]);
});

test("a change before the newest one is refused, and so is a step that there is not", () => {
  const world = starWars();
  expect(() => world.setStep("none", l7Begin - 1)).toThrow(/before the newest change/);
  expect(() => world.setStep("rule2" as "l7", now)).toThrow(/no such step: rule2/);
  expect(world.stepAt(now)).toBe("l7");
});

test("the step in force and its begin follow the schedule", () => {
  const world = starWars();
  expect([l4Begin - 1, l4Begin, now - 1].map((time) => world.stepAt(time))).toEqual(["none", "l3-l4", "l7"]);
  expect(world.stepSince(now)).toBe(l7Begin);
  expect(world.stepSince(l4Begin - 1)).toBe(world.bornAt);
  world.setStep("l7", now);
  expect(world.stepSince(now + 1)).toBe(l7Begin);
});

test.each(["none", "l3-l4", "l7"] as const)("a ring of 4095 flows holds more than ten minutes in step %s", (step) => {
  const world = starWars({ steps: [{ step, at: 0 }] });
  for (const { name } of world.nodes) {
    const perMinute = world.flows(name, begin, now).length / 24;
    expect(4095 / perMinute).toBeGreaterThan(11);
    expect(perMinute).toBeGreaterThan(120);
  }
});

function timeOf(response: { time?: { seconds?: number; nanos?: number } | null } | undefined): number {
  return (response?.time?.seconds ?? 0) * 1000 + (response?.time?.nanos ?? 0) / 1e6;
}

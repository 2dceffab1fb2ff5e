import { expect, test } from "vitest";
import { runWord, wordCompletions } from "../../src/lab/words.ts";
import { startRelay, type TestRelay } from "./relay/relays.ts";
import { now } from "./world/worlds.ts";

const at = (lab: TestRelay) => (line: string) =>
  runWord({ world: lab.world, relay: lab.relay, clock: () => now }, line);

test("a step, a node that is away, lost events and a burst can be typed, and what is so is said", async () => {
  await using lab = await startRelay();
  const type = at(lab);

  expect(await type("step deleted")).toBe("The policy is now at step deleted; give the traffic a few seconds.");
  expect(await type("fault")).toMatch(/^Nothing is wrong with Relay/);
  expect(await type("fault unavailable k8s-w1 k8s-w2")).toMatch(/k8s-w1 is unavailable; k8s-w2 is unavailable/);
  expect(await type("fault failing k8s-ctr")).toMatch(/k8s-ctr answers with an error/);
  expect(await type("fault lost k8s-w1 42 HUBBLE_RING_BUFFER")).toMatch(/k8s-w1 lost 42 events \(HUBBLE_RING_BUFFER\)/);
  expect(lab.relay.faults()).toMatchObject({
    unavailableNodes: ["k8s-w1", "k8s-w2"],
    failingNodes: ["k8s-ctr"],
    losses: [{ node: "k8s-w1", source: "HUBBLE_RING_BUFFER", count: 42 }],
  });
  expect(await type("fault off")).toMatch(/^Nothing is wrong/);
  expect(await type(" burst  100 3 20 ")).toBe(
    "300 packets from up to 20 addresses to deathstar are dropped in the next 3 seconds.",
  );

  expect(lab.world.stepAt(now)).toBe("deleted");
  expect(lab.world.bursts()).toEqual([{ at: now, perSecond: 100, seconds: 3, sources: 20 }]);
});

test.each([
  ["fault unavailable k8s-w9", /no such node: k8s-w9; there are k8s-ctr.*Type: fault unavailable NODE/],
  ["fault lost k8s-w1 many", /whole number.*Type: fault/],
  ["fault lost k8s-w1 3 WIND", /SOURCE is one of PERF_EVENT_RING_BUFFER/],
  ["fault fire", /no such fault: fire\. Type:/],
  ["burst", /perSecond is a whole number from 1 to 3000, not NaN\. Type: burst PER-SECOND/],
  ["step rule2", /steps: none, l3-l4, l7, deleted/],
])("%s is answered with what to type, and changes nothing", async (line, said) => {
  await using lab = await startRelay();
  const before = lab.relay.faults();
  expect(await at(lab)(line)).toMatch(said);
  expect(lab.relay.faults()).toEqual(before);
  expect(lab.world.bursts()).toEqual([]);
});

test("a question is left to the bot", async () => {
  await using lab = await startRelay();
  for (const line of ["drops deathstar", "stepwise", "", "toString"]) expect(await at(lab)(line)).toBeUndefined();
  expect(wordCompletions(lab)).toContain("fault lost k8s-w2");
});

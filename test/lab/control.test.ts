import { afterAll, beforeAll, expect, test } from "vitest";
import { type Control, createControl } from "../../src/lab/control.ts";
import { startRelay, type TestRelay } from "./relay/relays.ts";
import { minute, now } from "./world/worlds.ts";

let lab: TestRelay;
let control: Control;
beforeAll(async () => {
  lab = await startRelay();
  control = await createControl({ world: lab.world, clock: () => now, relay: lab.relay });
});
afterAll(async () => {
  await control.close();
  await lab[Symbol.asyncDispose]();
});

async function ask(path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const init =
    body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) };
  const response = await fetch(`${control.url}${path}`, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

test("the front page says what there is, on one screen", async () => {
  const { status, body } = await ask("/");
  expect(status).toBe(200);
  expect(body).toContain("POST /step");
  expect(String(body).split("\n").length).toBeLessThan(24);
});

test("the ledger of a window is the world's, by epoch and by RFC 3339", async () => {
  const expected = lab.world.ledger(now - minute, now);
  expect(expected.length).toBeGreaterThan(20);
  expect(await ask(`/ledger?from=${now - minute}&to=${now}`)).toEqual({ status: 200, body: expected });
  const [from, to] = [new Date(now - minute), new Date(now)].map((time) => encodeURIComponent(time.toISOString()));
  expect(await ask(`/ledger?from=${from}&to=${to}`)).toEqual({ status: 200, body: expected });
});

test("the ledger is of the last ten minutes by default, and never of the future", async () => {
  const expected = lab.world.ledger(now - 10 * minute, now);
  expect((await ask("/ledger")).body).toEqual(expected);
  expect((await ask(`/ledger?from=${now - 10 * minute}&to=${now + minute}`)).body).toEqual(expected);
});

test("a step can be read and changed", async () => {
  expect((await ask("/step")).body).toEqual({ step: "l7", since: new Date(now - 8 * minute).toISOString() });
  expect((await ask("/step", { step: "deleted" })).body).toEqual({
    step: "deleted",
    since: new Date(now).toISOString(),
  });
  expect(lab.world.stepAt(now)).toBe("deleted");
});

test("faults can be read and changed one by one", async () => {
  expect((await ask("/faults", { lostEvents: 3 })).body).toMatchObject({ lostEvents: 3, hang: false });
  expect((await ask("/faults", { unavailableNodes: ["k8s-w1"] })).body).toMatchObject({
    lostEvents: 3,
    unavailableNodes: ["k8s-w1"],
  });
  expect((await ask("/faults")).body).toEqual(lab.relay.faults());
});

test("a burst starts when it is asked for, and can be read", async () => {
  const { status, body } = await ask("/bursts", { perSecond: 50, seconds: 2 });
  expect([status, body]).toEqual([200, { at: now, perSecond: 50, seconds: 2, sources: 300 }]);
  expect((await ask("/bursts")).body).toEqual([body]);
  expect(lab.world.ledger(now, now + 2000).filter(({ source }) => source.startsWith("198.18."))).toHaveLength(100);
});

test.each([
  ["/step", { step: "rule2" }, 400, /one of none, l3-l4, l7, deleted/],
  ["/step", '{"step":', 400, /must be JSON/],
  ["/step", "null", 400, /one of none/],
  ["/step", "x".repeat(20_000), 413, /at most 16384 bytes/],
  ["/faults", { unavailableNodes: "k8s-w1" }, 400, /unavailableNodes cannot be/],
  ["/faults", { unavailableNodes: ["k8s-w9"] }, 400, /no such node: k8s-w9/],
  ["/faults", { slow: true }, 400, /no such fault: slow; there are unavailableNodes/],
  ["/faults", { losses: [{ node: "k8s-w1", source: "THE_WIND", count: 1 }] }, 400, /losses cannot be/],
  ["/faults", { failingNodes: ["k8s-w9"] }, 400, /no such node: k8s-w9/],
  ["/bursts", { perSecond: "many" }, 400, /a burst is like/],
  ["/bursts", { perSecond: 5000, seconds: 1 }, 400, /perSecond is a whole number from 1 to 3000, not 5000/],
  ["/faults", [], 400, /faults are an object/],
  ["/ledger?from=yesterday", undefined, 400, /no time: "yesterday"/],
  ["/nothing", undefined, 404, /there is no GET \/nothing/],
])("%s with %o is refused", async (path, body, status, message) => {
  const answer = await ask(path, body);
  expect(answer.status).toBe(status);
  expect((answer.body as { error: string }).error).toMatch(message);
});

import { expect, test } from "vitest";
import { createFaults, lossy } from "../support/slack/faults.ts";
import { fails, postForm, startTestSlack, type TestSlack } from "./service.ts";

const post = (service: TestSlack, text = "x") =>
  service.call("chat.postMessage", { channel: service.incidents.id, text });
const count = (service: TestSlack) => service.slack.messages(service.incidents).length;

test("a rate limit is 429 with Retry-After, and nothing happens", async () => {
  await using service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "rate-limited", retryAfter: 7 }], times: 1 });
  const response = await postForm(service.slack, "chat.postMessage", { channel: service.incidents.id, text: "x" });
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("7");
  expect(await response.json()).toEqual({ ok: false, error: "ratelimited" });
  expect(count(service)).toBe(0);
  expect(await post(service)).toMatchObject({ ok: true });
});

test("a lost reply is a message that is there and a connection that is cut", async () => {
  await using service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "lost-reply" }] });
  expect(await fails(post(service))).toBe(true);
  expect(count(service)).toBe(1);
  expect(service.slack.calls("chat.postMessage")).toMatchObject([{ fault: "lost-reply", effect: true, status: null }]);
});

test("a reset is a connection that is cut, and nothing happens", async () => {
  await using service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "reset" }] });
  expect(await fails(post(service))).toBe(true);
  expect(count(service)).toBe(0);
});

test("a server error happens with or without the effect", async () => {
  await using service = await startTestSlack();
  const args = { channel: service.incidents.id, text: "x" };
  const remove = service.slack.faults.add({ faults: [{ fault: "status", status: 503 }] });
  expect((await postForm(service.slack, "chat.postMessage", args)).status).toBe(503);
  expect(count(service)).toBe(0);
  remove();
  service.slack.faults.add({ faults: [{ fault: "status", status: 500, effect: true }] });
  expect((await postForm(service.slack, "chat.postMessage", args)).status).toBe(500);
  expect(count(service)).toBe(1);
});

test.each([
  ["before", 1],
  ["after", 0],
] as const)("a slow call takes effect %s the wait", async (effect, there) => {
  await using service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "slow", ms: 150, effect }] });
  const started = Date.now();
  const posting = post(service);
  await new Promise((resolve) => setTimeout(resolve, 70));
  expect(count(service)).toBe(there);
  expect(await posting).toMatchObject({ ok: true });
  expect(Date.now() - started).toBeGreaterThanOrEqual(145);
  expect(count(service)).toBe(1);
});

test("a hung call ends when the service is closed", async () => {
  const service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "hang" }] });
  const hung = fails(post(service));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const started = Date.now();
  await service.slack.close();
  expect(await hung).toBe(true);
  expect(Date.now() - started).toBeLessThan(500);
  expect(count(service)).toBe(0);
});

test("an error of Slack's own can be asked for", async () => {
  await using service = await startTestSlack();
  service.slack.faults.add({ faults: [{ fault: "error", error: "internal_error" }], times: 1 });
  expect(await post(service)).toEqual({ ok: false, error: "internal_error" });
});

test("a rule hits its methods and conversations and no others", async () => {
  await using service = await startTestSlack();
  const other = service.slack.workspace.addChannel({ name: "other" });
  service.slack.faults.add({
    methods: ["chat.postMessage"],
    channels: [service.incidents.id],
    faults: [{ fault: "error", error: "fatal_error" }],
  });
  expect(await post(service)).toMatchObject({ ok: false });
  expect(await service.call("chat.postMessage", { channel: other.id, text: "x" })).toMatchObject({ ok: true });
  expect(await service.call("auth.test")).toMatchObject({ ok: true });
});

test("a response_url and an upload can go wrong too", async () => {
  await using service = await startTestSlack({ ackMs: 20 });
  const { slack, alice, incidents } = service;
  slack.faults.add({ methods: ["response_url", "upload"], faults: [{ fault: "status", status: 502 }] });
  slack.deliverTo({ url: "http://127.0.0.1:9/" });
  const { responseUrl } = await slack.slashCommand({ text: "", user: alice, channel: incidents });
  expect((await fetch(String(responseUrl), { method: "POST", body: "{}" })).status).toBe(502);
  const { upload_url: url } = await service.call("files.getUploadURLExternal", { filename: "x", length: 1 });
  expect((await fetch(String(url), { method: "POST", body: "x" })).status).toBe(502);
  expect(slack.ephemerals()).toEqual([]);
});

function script(seed: number, calls: readonly string[]): readonly (string | null)[] {
  const faults = createFaults();
  faults.add(lossy(seed));
  return calls.map((channel) => faults.next("chat.postMessage", channel)?.fault ?? null);
}

test("a third of the calls is hit, about half of them with either fault", () => {
  const hits = script(
    7,
    Array.from({ length: 3_000 }, () => "C1"),
  ).filter((fault) => fault !== null);
  expect(hits.length).toBeGreaterThan(900);
  expect(hits.length).toBeLessThan(1_100);
  const lost = hits.filter((fault) => fault === "lost-reply").length / hits.length;
  expect(lost).toBeGreaterThan(0.4);
  expect(lost).toBeLessThan(0.6);
});

test("the same seed hits the same calls, another one others", () => {
  const calls = Array.from({ length: 50 }, () => "C1");
  expect(script(7, calls)).toEqual(script(7, calls));
  expect(script(7, calls)).not.toEqual(script(8, calls));
});

test("what hits one conversation does not depend on the others", () => {
  const alone = script(7, ["C1", "C1", "C1", "C1", "C1", "C1"]);
  const between = script(7, ["C1", "C2", "C1", "C1", "C3", "C1", "C2", "C1", "C1"]);
  const [a, , b, c, , d, , e, f] = between;
  expect([a, b, c, d, e, f]).toEqual(alone);
});

test("while nobody listens connecting is refused, and what Slack knows survives it", async () => {
  await using service = await startTestSlack();
  await post(service);
  const before = service.slack.apiUrl;
  await service.slack.refuse();
  const refused = await post(service).catch((thrown: unknown) => thrown);
  expect(String((refused as { readonly cause?: unknown }).cause)).toContain("ECONNREFUSED");
  await service.slack.listen();
  expect(service.slack.apiUrl).toBe(before);
  expect(await post(service)).toMatchObject({ ok: true });
  expect(count(service)).toBe(2);
});

test("the documented rate limits hold one conversation back and not the next", async () => {
  await using service = await startTestSlack({ rateLimits: true });
  const other = service.slack.workspace.addChannel({ name: "other" });
  const statuses: number[] = [];
  for (let at = 0; at < 6; at++) {
    const response = await postForm(service.slack, "chat.postMessage", { channel: service.incidents.id, text: "x" });
    statuses.push(response.status);
    if (response.status === 429) expect(response.headers.get("retry-after")).toBe("1");
  }
  expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 200]);
  expect(statuses).toContain(429);
  expect(await service.call("chat.postMessage", { channel: other.id, text: "x" })).toMatchObject({ ok: true });
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChartSpec } from "../../../../src/message/chart.ts";
import { startTestRedis, type TestRedis } from "../../../support/redis.ts";
import { buttonsOf, cardOf, type Message, objectsIn, textOf } from "../../../support/teams/state.ts";
import { charted, opsChart } from "../../slack/out/charts.ts";
import { longMessage } from "../../slack/out/long.ts";
import { appPassword, type Bench, openBench, say } from "./bench.ts";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const only = ({ teams, channel }: Bench): Message => {
  const [message, ...others] = teams.messages(channel);
  expect(others).toEqual([]);
  return message as Message;
};

test("the answer is an edit of the placeholder, in its thread, and repeats change nothing", async () => {
  await using bench = await openBench(redis.url);

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("placeholder"));
  expect(textOf(only(bench))).toContain("Working on: drops");
  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  expect(textOf(only(bench))).toContain("12 packets dropped");
  expect(only(bench).thread).toBe("1700000000001");
  expect(bench.counted).toEqual(["post ok", "update ok", "update ok"]);
  expect(bench.teams.leftovers()).toEqual([]);
  expect(bench.teams.calls("token")).toHaveLength(1);
});

test("an answer without a placeholder is announced and then edited, and once", async () => {
  await using bench = await openBench(redis.url);

  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  expect(only(bench).versions).toHaveLength(3);
  expect(textOf(only(bench))).toContain("12 packets dropped");
});

test.each([
  ["413 MessageSizeTooBig", ["post", "update"]],
  ["400 BadSyntax", ["update"]],
])("a card that Teams refuses with %s is shown as its text, counted and logged", async (error, methods) => {
  await using bench = await openBench(redis.url);
  for (const method of methods)
    bench.teams.faults.add({ methods: [method], faults: [{ fault: "error", error }], times: 1 });

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("answer"));

  expect(only(bench).versions.at(-1)).toMatchObject({
    text: expect.stringContaining("12 packets dropped"),
    textFormat: "plain",
    attachments: [],
  });
  expect(bench.counted.filter((each) => each === "minimal")).toHaveLength(methods.length);
  expect(bench.lines.join("")).toContain("the text is shown alone");
  expect(bench.counted).not.toContain("stray");
});

test.each([429, 412, 502, 503, 504])("HTTP %i is waited for and tried again", async (status) => {
  await using bench = await openBench(redis.url);
  await bench.deliver(bench.delivery("placeholder"));
  bench.teams.faults.add({ methods: ["update"], faults: [{ fault: "status", status }], times: 2 });

  expect(await bench.deliver(bench.delivery("answer"))).toBe(3);
  expect(textOf(only(bench))).toContain("12 packets dropped");
});

test("Retry-After is obeyed", async () => {
  await using bench = await openBench(redis.url);
  bench.teams.faults.add({ methods: ["post"], faults: [{ fault: "rate-limited", retryAfter: 37 }], times: 1 });

  const refused = await bench
    .process()
    .post(bench.delivery("placeholder"), AbortSignal.timeout(5_000))
    .catch((e) => e);

  expect(refused).toMatchObject({ code: "OVERLOADED", retry: true });
  expect(refused.retryAfterMs).toBeGreaterThanOrEqual(37_000);
});

test("without Retry-After the waits grow and differ", async () => {
  await using bench = await openBench(redis.url);
  bench.teams.faults.add({ methods: ["post"], faults: [{ fault: "status", status: 429 }] });
  const platform = bench.process();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const refused = platform.post(bench.delivery("placeholder"), AbortSignal.timeout(5_000));
    waits.push(
      await refused.then(
        () => 0,
        (error) => error.retryAfterMs,
      ),
    );
  }
  expect(new Set(waits).size).toBe(5);
  waits.forEach((wait, at) => {
    expect(wait).toBeGreaterThanOrEqual(500 * 2 ** at);
    expect(wait).toBeLessThanOrEqual(1_000 * 2 ** at + 1);
  });
});

test("a post whose reply is lost is repeated once its outcome has settled, and counted; its answer stands once", async () => {
  await using bench = await openBench(redis.url);
  bench.teams.faults.add({ methods: ["post"], faults: [{ fault: "lost-reply" }], times: 1 });

  await bench.deliver(bench.delivery("placeholder"));
  await bench.deliver(bench.delivery("answer"));

  const texts = bench.teams.messages(bench.channel).map(textOf);
  expect(texts.filter((text) => text.includes("12 packets"))).toHaveLength(1);
  expect(texts).toHaveLength(2);
  expect(bench.counted.filter((each) => each === "stray")).toHaveLength(1);
});

test("what never reached Teams is no stray", async () => {
  await using bench = await openBench(redis.url);
  const { name } = await bench.open("groupChat");
  bench.teams.faults.add({
    methods: ["post"],
    faults: [{ fault: "error", error: "412 PreconditionFailed" }],
    times: 2,
  });

  await bench.deliver(bench.delivery("placeholder", { conversation: name, place: {} }));

  expect(bench.counted).toEqual(["post rate_limited", "post rate_limited", "post ok", "typing ok"]);
});

test("a placeholder that somebody deleted is followed by a message of its own, once", async () => {
  await using bench = await openBench(redis.url);
  await bench.deliver(bench.delivery("placeholder"));
  bench.teams.remove(only(bench));

  await bench.deliver(bench.delivery("answer"));
  await bench.deliver(bench.delivery("answer"));

  expect(textOf(only(bench))).toContain("12 packets");
});

test.each([
  ["BotNotInConversationRoster", "not installed"],
  ["MessageWritesBlocked", "blocked the bot"],
])("403 %s gives up with a reason", async (code, reason) => {
  await using bench = await openBench(redis.url);
  bench.teams.block(bench.channel, code);

  const refused = bench.deliver(bench.delivery("answer"));

  await expect(refused).rejects.toMatchObject({ code: "FORBIDDEN", say: expect.stringContaining(reason) });
  expect(bench.teams.calls("post")).toHaveLength(1);
});

test("a token that is refused is replaced once; a wrong secret gives up and is never said", async () => {
  await using bench = await openBench(redis.url);
  bench.teams.faults.add({ methods: ["post"], faults: [{ fault: "error", error: "401 Unauthorized" }], times: 1 });
  await bench.deliver(bench.delivery("placeholder"));
  expect(bench.teams.calls("token")).toHaveLength(2);

  const wrong = bench.process({ appPassword: `${appPassword}-wrong` });
  const refused = bench.deliver(bench.delivery("answer"), wrong);

  await expect(refused).rejects.toMatchObject({ code: "DENIED", message: "teams token: invalid_client" });
  expect(bench.lines.join("")).not.toContain("canary");
});

test("a conversation that moved to a strange address gets no token", async () => {
  await using bench = await openBench(redis.url);
  const { name } = await bench.open("personal");
  await bench.conversations.keep(name, { serviceUrl: "https://teams.evil.example/", bot: "28:x", kind: "personal" });

  const refused = bench.deliver(bench.delivery("answer", { conversation: name }));

  await expect(refused).rejects.toMatchObject({ code: "DENIED", message: "teams post: service_not_allowed" });
  expect(bench.teams.calls()).toEqual([]);
});

test("a channel in which nobody spoke is reached by what is known of its tenant; a personal chat is not", async () => {
  await using bench = await openBench(redis.url);
  const quiet = bench.teams.addConversation("channel");
  const stranger = bench.teams.addConversation("personal");
  const conversation = (id: string) => ({ conversation: `teams:${bench.tenant}/${id}`, place: {} });

  await bench.deliver(bench.delivery("answer", conversation(quiet.id)));
  expect(bench.teams.messages(quiet).map(({ thread }) => thread)).toEqual([null]);

  const refused = bench.deliver(bench.delivery("answer", { ...conversation(stranger.id), subject: "other" }));
  await expect(refused).rejects.toMatchObject({ code: "FORBIDDEN", say: expect.stringContaining("does not know") });
});

test("a button carries the id of a stored command, the same one in each attempt", async () => {
  await using bench = await openBench(redis.url);
  const commands = ["drops deploy/a", "drops deploy/b"];
  const actions = commands.map((command) => ({ label: command, command }));
  const message = say("Which one?", [{ kind: "actions", actions }]);
  const ids = () => buttonsOf(only(bench)).map(({ data }) => data.button);

  await bench.deliver(bench.delivery("answer", { message }));
  const before = ids();
  await bench.deliver(bench.delivery("answer", { message }));

  expect(ids()).toEqual(before);
  const stored = await Promise.all(before.map((id) => bench.buttons.find(id)));
  expect(stored.map((button) => button?.command)).toEqual(commands);
});

test("progress is an edit, and one that may still land never comes after the answer", async () => {
  await using bench = await openBench(redis.url);
  const patient = bench.process({ timeoutMs: 1_000 });
  await bench.deliver(bench.delivery("placeholder"), patient);
  await bench.deliver(bench.delivery("progress", { message: say("Working on: 7 flows") }), patient);
  expect(textOf(only(bench))).toContain("7 flows");
  bench.teams.faults.add({ methods: ["update"], faults: [{ fault: "slow", ms: 1_150, effect: "after" }], times: 1 });
  const late = patient.post(
    bench.delivery("progress", { message: say("Working on: 9 flows") }),
    AbortSignal.timeout(9_000),
  );
  await expect(late).rejects.toMatchObject({ meaning: "unknown" });

  await bench.deliver(bench.delivery("answer"), patient);

  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(textOf(only(bench))).toContain("12 packets dropped");
  expect(JSON.stringify(only(bench).versions)).toContain("9 flows");
});

test("who asks privately in a channel learns that everybody sees it", async () => {
  await using bench = await openBench(redis.url);
  await bench.deliver(bench.delivery("answer", { place: { thread: "1", person: "ann", private: true } }));
  expect(textOf(only(bench))).toContain("ask in a personal chat");
});

test("a long answer has a link to the whole of it, and says how to ask for less where there are no links", async () => {
  const kept: string[] = [];
  const artifacts = {
    link: (id: string) => `https://bot.example.com/artifacts/${id}`,
    async keep({ name, body }: { readonly name: string; readonly body: Buffer }) {
      kept.push(body.toString("utf8"));
      return `https://bot.example.com/artifacts/${name}`;
    },
  };
  await using linked = await openBench(redis.url, { artifacts });
  await linked.deliver(linked.delivery("answer", { message: longMessage }));
  await linked.deliver(linked.delivery("answer", { message: longMessage }));
  expect(JSON.stringify(cardOf(only(linked)))).toContain('"url":"https://bot.example.com/artifacts/answer-');
  expect(kept).toHaveLength(1);
  expect(textOf(only(linked))).toContain("behind the link at its top");

  await using alone = await openBench(redis.url);
  await alone.deliver(alone.delivery("answer", { message: longMessage }));
  expect(textOf(only(alone))).toContain("ask for less");
});

test("a picture has the asker's clock", async () => {
  const zones: unknown[] = [];
  const paint = async (chart: ChartSpec) => {
    zones.push("zone" in chart ? chart.zone : undefined);
    return Buffer.from("png");
  };
  await using bench = await openBench(redis.url, { paint, charts: "pictures" });
  const message = charted(opsChart());
  await bench.deliver(bench.delivery("answer", { message, place: { zone: "Asia/Seoul" } }));
  expect(zones).toEqual(["Asia/Seoul"]);
});

test("a chart is Teams' own, with our picture behind a link or in the card once it is drawn", async () => {
  const paint = async () => Buffer.from("png");
  await using bench = await openBench(redis.url, { paint, charts: "pictures" });
  await bench.deliver(bench.delivery("answer", { message: charted(opsChart()) }));
  const images = objectsIn(cardOf(only(bench))).filter(({ type }) => type === "Image");
  expect(images.map(({ url }) => url)).toEqual(["data:image/png;base64,cG5n"]);
  expect(bench.counted).toContain("picture inline");

  await using failing = await openBench(redis.url, {
    charts: "pictures",
    paint: () => Promise.reject(new Error("no font")),
  });
  await failing.deliver(failing.delivery("answer", { message: charted(opsChart()) }));
  expect(textOf(only(failing))).toContain("could not be drawn");
  expect(failing.counted).toContain("picture failed");
});

test("many messages into one thread at once stay below what Teams allows", async () => {
  await using bench = await openBench(redis.url);
  const notices = Array.from({ length: 10 }, (_, at) => bench.delivery("notice", { id: `n${at}`, subject: `n${at}` }));
  await Promise.all(notices.map((notice) => bench.deliver(notice)));
  expect(bench.teams.messages(bench.channel)).toHaveLength(10);
  expect(bench.teams.leftovers()).toEqual([]);
});

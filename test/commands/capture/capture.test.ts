import { expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";
import { answerOf, askedAt, questionsOf, summary } from "./asking.ts";

const parse = (text: string) => parseCommand(text, { clusters: ["lab", "prod"], defaultCluster: "lab" });
const say = (text: string) => {
  const parsed = parse(text);
  return parsed.ok ? undefined : parsed.say;
};
const textOf = (...given: Parameters<typeof answerOf>) => messageText(answerOf(...given).message, 20_000);

test("asks each cluster for the time from then to a while ahead, with its part of what is allowed", () => {
  const [one] = questionsOf("capture default/deathstar --since 5m --for 1m --verdict DROPPED --not --protocol udp");
  expect(one).toMatchObject({
    ...{ source: "hubble", ask: "capture", cluster: "lab", since: askedAt - 300_000, until: askedAt + 60_000 },
    most: { flows: 50_000, bytes: 7_340_032 },
    name: "capture-lab-default-deathstar-2026-11-20T120000Z.jsonl.gz",
    conditions: { verdicts: [2] },
    not: { select: { protocols: ["udp"] } },
  });
  expect(one).not.toHaveProperty("visible");

  const both = questionsOf("capture deathstar --cluster *", { clusters: ["lab", "prod"], visible: { lab: ["shop"] } });
  expect(both.map(({ cluster, most, visible }) => [cluster, most.flows, visible])).toEqual([
    ["lab", 25_000, ["shop"]],
    ["prod", 25_000, undefined],
  ]);
});

test("begins now and lasts thirty seconds unless told", () => {
  expect(questionsOf("capture")[0]).toMatchObject({ since: askedAt, until: askedAt + 30_000 });
});

test.each([
  ["1s", 1_000],
  ["5m", 300_000],
])("the answer is waited for as long as that takes: %s", (text, ms) => {
  const parsed = parse(`capture deathstar --for ${text}`);
  expect(parsed.ok && parsed.command.lastsMs?.(parsed.args)).toBe(ms);
});

test.each([
  ["capture deathstar --for 6m", '--for: "6m" does not fit. Type how long from 1s to 5m'],
  ["capture deathstar --for 0s", "from 1s to 5m"],
  ["capture deathstar --for soon", '"soon" does not fit'],
  ["capture deathstar --since tomorrow", "--since:"],
  ["capture deathstar --verdict GONE", "--verdict:"],
  ["capture deathstar --last 5", "--last"],
  ["capture deathstar --http-status 403 --type drop", "--http-status: Only l7 events have that"],
])("%s is refused with what to type", (text, expected) => {
  expect(say(text)).toContain(expected);
});

test("says what is in the file, and how to read it and to do the same", () => {
  const answer = answerOf("capture deathstar --for 1m --since 5m", {});
  const text = messageText(answer.message, 20_000);

  expect(answer.message).toMatchObject({ tone: "info", title: "deathstar: 1,234 flows captured in 6m" });
  expect(text).toContain("FORWARDED 1,000, DROPPED 234");
  expect(text).toContain("capture-lab.jsonl.gz, 69 KB");
  expect(text).toMatch(/default\/xwing → default\/deathstar:80\/TCP.*900.*234/s);
  expect(text).toContain("2 more pairs, 334 flows");
  expect(text).toContain("Coverage: 3/3 nodes answered");
  expect(answer.copyAs.map((line) => line.text)).toEqual([
    "gunzip -c capture-lab.jsonl.gz | hubble observe --input-file -",
    expect.stringMatching(/^hubble observe --since 2026-11-20T11:55:00.500Z --follow -o json /),
  ]);
  expect(answer.files).toEqual([
    { id: "A".repeat(22), name: "capture-lab.jsonl.gz", type: "application/gzip", bytes: 70_000 },
  ]);
  expect(answer.result).toMatchObject({
    captures: [{ cluster: "lab", flows: 1_234, endedBy: "time", drops: { packets: 117 } }],
  });
});

test.each([
  ["flows", "It ended at 11:59:59 UTC: a capture has at most 50,000 flows. Narrow it"],
  ["bytes", "a capture has at most 7 MB. Narrow it"],
  ["cancelled", "It ended at 11:59:59 UTC: somebody stopped it."],
  ["lost", "Hubble Relay went away and did not come back in time."],
] as const)("says why it ended before its time: %s", (endedBy, expected) => {
  expect(textOf("capture --since 1m", { endedBy, to: askedAt - 1_000 })).toContain(expected);
});

test("of several clusters, names each", () => {
  const text = textOf("capture --cluster *", { endedBy: "flows" }, { clusters: ["lab", "prod"] });
  expect(text).toContain("2 clusters: 2,468 flows");
  expect(text).toMatch(/prod: It ended at .* at most 25,000 flows here, its part of what 2 clusters may have together/);
});

test("no flow is no file, and no proof of silence where not everything was seen", () => {
  const coverage = {
    nodes: { answered: 2, total: 3, missing: ["w3"] },
    oldest: null,
    lost: {},
    shed: 0,
    truncated: false,
  };
  const answer = answerOf("capture deathstar", { file: null, summary: { ...summary, flows: 0, pairs: [] }, coverage });

  expect(answer.message).toMatchObject({ tone: "warn", title: "deathstar: no flow fits in 30s" });
  expect(answer.files).toEqual([]);
  expect(messageText(answer.message, 20_000)).toContain("missing w3");
  expect(answer.copyAs.map((line) => line.text)).toEqual([expect.stringContaining("--follow")]);
});

test("a name of several things captures nothing and offers them", () => {
  const resolution = { status: "ambiguous", text: "api", candidates: ["deploy/a/api", "deploy/b/api"] } as const;
  const { message } = answerOf("capture api --for 1m", { resolution, file: null, summary: null, coverage: null });

  expect(message.title).toBe("api: which one? 2 things have that name in lab");
  expect(message.blocks).toContainEqual({
    kind: "actions",
    actions: ["deploy/a/api", "deploy/b/api"].map((label) => ({ label, command: `capture ${label} --for 1m` })),
  });
});

test("says what is left out where not everything may be seen", () => {
  expect(textOf("capture", {}, { visible: { lab: ["shop"] } })).toContain(
    "Only flows from or to namespace shop are shown here.",
  );
});

test("a Relay that could not be reached is said, with what to check", () => {
  const answer = answerOf("capture deathstar", "down");
  expect(answer.message).toMatchObject({ tone: "bad", title: "deathstar: no flows could be read" });
  expect(messageText(answer.message, 20_000)).toContain("could not be reached");
  expect(answer.files).toEqual([]);
});

test("cancel takes the id that a button carries, answers whoever asks alone, and stops as an effect", () => {
  const id = "0123456789abcdef0123456789abcdef";
  const parsed = parse(`cancel ${id} --cluster lab`);
  if (!parsed.ok) throw new Error(parsed.say);
  const { command, args } = parsed;
  const step = command.step({ args, askedAt, clusters: ["lab"], visible: {}, outcomes: [], round: 0 });

  expect([parsed.private, command.permittedAs, command.deadlineMs]).toEqual([true, "capture", 0]);
  expect(step).toMatchObject({ answer: { effects: [{ kind: "cancel", id }] } });
  expect(say("cancel everything")).toContain("Press the stop button");
  expect(say("cancel")).toBeDefined();
});

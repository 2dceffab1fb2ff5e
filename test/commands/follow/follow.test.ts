import { expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";
import { goldenFolder } from "../../golden/golden.ts";
import {
  answerAtOnce,
  answerOf,
  askedAt,
  everyNode,
  nodeLost,
  nothing,
  progressOf,
  questionsOf,
  viewAt,
} from "./asking.ts";

const parse = (text: string) => parseCommand(text, { clusters: ["lab", "prod"], defaultCluster: "lab" });
const say = (text: string) => {
  const parsed = parse(text);
  return parsed.ok ? undefined : parsed.say;
};

test("asks for the time from then to a while ahead, with the conditions of observe", () => {
  const [one, ...more] = questionsOf(
    "follow default/deathstar --for 2m --verdict DROPPED --not --protocol udp --numeric",
  );
  expect(more).toEqual([]);
  expect(one).toMatchObject({
    ...{ source: "hubble", ask: "follow", cluster: "lab", since: askedAt, until: askedAt + 120_000 },
    ...{ most: 1_000_000, lines: 10, print: { node: false, numeric: true }, conditions: { verdicts: [2] } },
    not: { select: { protocols: ["udp"] } },
  });
  expect(one).not.toHaveProperty("visible");
  expect(questionsOf("follow", { visible: { lab: ["shop"] } })[0]?.visible).toEqual(["shop"]);
});

test("lasts a minute unless told, and its answer is waited for as long", () => {
  expect(questionsOf("follow")[0]?.until).toBe(askedAt + 60_000);
  const parsed = parse("follow deathstar --for 10m");
  expect(parsed.ok && parsed.command.lastsMs?.(parsed.args)).toBe(600_000);
});

test.each([
  ["follow deathstar --for 11m", '--for: "11m" does not fit. Type how long from 5s to 10m'],
  ["follow deathstar --for 1s", "from 5s to 10m"],
  ["follow deathstar --since 5m", "--since"],
  ["follow deathstar --last 5", "--last"],
  ["follow deathstar -o json", "-o"],
  ["follow deathstar --verdict GONE", "--verdict:"],
])("%s is refused with what to type", (text, expected) => {
  expect(say(text)).toContain(expected);
});

test("of several clusters it asks which one, and repeats the rest of the line", () => {
  const { message } = answerAtOnce("follow deathstar --for 5m --cluster *", { clusters: ["lab", "prod"] });
  expect(message.title).toBe("follow: one cluster at a time");
  expect(message.blocks).toContainEqual({
    kind: "actions",
    actions: [
      { label: "lab", command: "follow deathstar --cluster lab --for 5m" },
      { label: "prod", command: "follow deathstar --cluster prod --for 5m" },
    ],
  });
});

test("where not everything could be seen, no number is the whole and no zero a zero", () => {
  const view = { ...viewAt(askedAt + 60_000), drops: { count: 0, byReason: {} }, nodes: { changes: [], earlier: 0 } };
  const titled = (coverage: typeof everyNode) =>
    answerOf("follow deathstar", { view: { ...view, coverage }, coverage }).message.title;
  expect(titled(everyNode)).toBe("deathstar: 512 flows in 1m, 20/s, nothing dropped");
  const missing = { answered: 2, total: 3, missing: ["k8s-w2"] };
  for (const coverage of [
    { ...everyNode, nodes: missing },
    { ...everyNode, lost: { HUBBLE_RING_BUFFER: 3 } },
  ])
    expect(titled(coverage)).toBe("deathstar: at least 512 flows in 1m, 20/s, no drop seen");
});

test("what a filter leaves out is not called zero", () => {
  const view = { ...viewAt(askedAt + 60_000), byVerdict: { FORWARDED: 512 }, drops: { count: 0, byReason: {} } };
  const told = (text: string) => messageText(answerOf(text, { view }).message, 20_000);
  for (const text of ["follow xwing", "follow xwing --verdict DROPPED", "follow xwing --type drop --type trace"]) {
    expect(told(text)).toContain("nothing dropped");
    expect(told(text)).toContain("| Dropped");
  }
  for (const filter of [
    "--verdict FORWARDED",
    "--type trace",
    "--protocol dns",
    "--http-status 5+",
    "--not --type drop",
  ]) {
    expect(told(`follow xwing ${filter}`)).not.toContain("nothing dropped");
    expect(told(`follow xwing ${filter}`)).not.toContain("| Dropped");
  }
});

test("what it offers to type is a command", () => {
  const { message } = answerAtOnce('follow -l "app=x,tier in (a)" --cluster *', { clusters: ["lab", "prod"] });
  for (const block of message.blocks)
    if (block.kind === "actions") for (const { command } of block.actions) expect(say(command)).toBeUndefined();
});

test("the result has what the message shows, and the same by hand", () => {
  const answer = answerOf("follow deathstar", nodeLostFinding());
  expect(answer.result).toEqual({
    target: "deathstar",
    candidates: [],
    followed: expect.objectContaining({
      ...{ cluster: "lab", endedBy: "cancelled", to: "2026-11-20T12:01:00.500Z", flows: 512, average: 19.6 },
      nodeChanges: [
        { node: "k8s-w2", change: "lost", at: "2026-11-20T12:00:07.500Z" },
        { node: "k8s-w3", change: "late", at: "2026-11-20T12:00:12.500Z" },
      ],
    }),
  });
  expect(answer.copyAs.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^hubble observe --since 2026-11-20T12:00:00.500Z --until 2026-11-20T12:01:00.500Z /),
  ]);
  expect(answer.coverage?.nodes.missing).toEqual(["k8s-w2"]);
});

test("a name of several things follows nothing and offers them", () => {
  const resolution = { status: "ambiguous", text: "api", candidates: ["deploy/a/api", "deploy/b/api"] } as const;
  const { message } = answerOf("follow api --for 5m", { resolution, view: null, coverage: null });
  expect(message.title).toBe("api: which one? 2 things have that name in lab");
  expect(message.blocks).toContainEqual({
    kind: "actions",
    actions: ["deploy/a/api", "deploy/b/api"].map((label) => ({ label, command: `follow ${label} --for 5m` })),
  });
});

test("long lines give way, the newest stays, whatever a chat shows of it", () => {
  const lines = Array.from({ length: 10 }, (_, index) => `${index} ${"x".repeat(900)}`);
  const { blocks } = progressOf("follow", { lines });
  const code = blocks.find((block) => block.kind === "code");
  expect(code).toMatchObject({ title: "The last 4 flows" });
  expect(code?.code.length).toBeLessThan(2_900);
  expect(code?.code.split("\n").map((line) => line.slice(0, 1))).toEqual(["6", "7", "8", "9"]);
});

test("titles stay short with any target", () => {
  const target = `deploy/${"n".repeat(60)}/${"d".repeat(60)}`;
  for (const { title } of [progressOf(`follow ${target}`), answerOf(`follow ${target}`, {}).message])
    expect(title.length).toBeLessThanOrEqual(150);
});

function nodeLostFinding() {
  const view = { ...viewAt(askedAt + 60_000), ...nodeLost };
  return { view, coverage: view.coverage, endedBy: "cancelled" } as const;
}

test("what people read", () => {
  const golden = goldenFolder("follow");
  const message = (name: string, shown: Parameters<typeof messageText>[0]) =>
    golden.expect(name, messageText(shown, 20_000));
  const at = askedAt + 60_000;
  const quiet = { ...viewAt(at), ...nothing };
  message("interim", progressOf("follow deathstar"));
  message("interim-nothing-yet", progressOf("follow deathstar", nothing));
  message("interim-node-lost", progressOf("follow deathstar", nodeLost));
  message("interim-restricted", progressOf("follow", {}, { visible: { lab: ["default"] } }));
  message("end", answerOf("follow deathstar", {}).message);
  message(
    "end-forwarded-only",
    answerOf("follow deathstar", {
      view: { ...viewAt(at), byVerdict: { FORWARDED: 512 }, pairs: [], drops: { count: 0, byReason: {} } },
    }).message,
  );
  message("nothing-seen", answerOf("follow deathstar", { view: quiet }).message);
  const missing = { ...quiet, coverage: { ...everyNode, nodes: { answered: 2, total: 3, missing: ["k8s-w2"] } } };
  message(
    "nothing-seen-node-missing",
    answerOf("follow deathstar", { view: missing, coverage: missing.coverage }).message,
  );
  message("node-lost-stopped", answerOf("follow deathstar", nodeLostFinding()).message);
  message("too-many-flows", answerOf("follow", { endedBy: "flows" }).message);
  message("relay-lost", answerOf("follow", { endedBy: "lost" }).message);
  message(
    "relay-failed",
    answerOf("follow deathstar", {
      ...{ code: "UNREACHABLE", say: "Relay at 10.0.0.1:80 could not be reached." },
    }).message,
  );
  message(
    "refused",
    answerOf("follow deathstar", {
      code: "TOO_MUCH",
      say: "2 follows run here already, as many as may: follow xwing (40s left at most) and a private one (2m left at most). Whoever asked for one may press stop under it; or ask again when one has ended, which is in 40s at the latest.",
    }).message,
  );
  golden.expectNoOthers();
});

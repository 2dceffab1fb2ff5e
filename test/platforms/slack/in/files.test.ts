/** Policies that stand beside `whatif` in a message: read after the acknowledgement, with the bot's token, from Slack alone. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { parseCommand } from "../../../../src/commands/grammar.ts";
import type { SentFile } from "../../../support/slack/state/sent-files.ts";
import { type Listening, notTaken, startListening, until, working } from "./harness.ts";

const policy = (name: string) => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: ${name}
spec:
  endpointSelector: {}
  ingress:
    - {}
`;
const closed: SentFile = { name: "closed.yaml", body: policy("closed") };

async function mention({ service }: Listening, text: string, ...files: readonly SentFile[]) {
  const { slack, alice, incidents } = service;
  return await slack.mention({ text, user: alice, channel: incidents, files });
}

/** What the program makes of the one request that was taken. */
function parsed({ asks }: Listening) {
  const asked = asks.at(-1)?.asked ?? { button: "" };
  const read = parseCommand("text" in asked ? asked.text : "", { clusters: ["lab"], defaultCluster: "lab" });
  if (!read.ok) throw new Error(read.say);
  const { policies, target, since } = read.args as {
    readonly policies: readonly { readonly kind: string; readonly name: string; readonly spec: unknown }[];
    readonly target?: { readonly name?: string };
    readonly since: unknown;
  };
  return { names: policies.map(({ kind, name }) => `${kind} ${name}`), target: target?.name, since };
}

test("the file's text is the policy, whichever words and flags stand beside it", async () => {
  await using bot = await startListening({ mode: "http" });
  const { slack, alice } = bot.service;
  const bare = { names: ["CiliumNetworkPolicy closed"], target: undefined, since: { kind: "ago", ms: 3_600_000 } };

  await mention(bot, "whatif", closed);
  await until(() => bot.asks.length === 1);
  expect(parsed(bot)).toEqual(bare);
  expect(bot.asks).toMatchObject([{ kind: "mention", place: { person: alice.id }, direct: false }]);

  await slack.messageIm({ text: "cilium whatif deathstar --since 15m", user: alice, files: [closed] });
  await until(() => bot.asks.length === 2);
  expect(parsed(bot)).toEqual({ ...bare, target: "deathstar", since: { kind: "ago", ms: 900_000 } });
  expect(bot.asks[1]).toMatchObject({ kind: "message", direct: true });
  expect(bot.notices).toEqual([]);
  expect(slack.leftovers()).toEqual([]);
});

test("several files are one set of policies, JSON among them", async () => {
  await using bot = await startListening({ mode: "http" });
  const json = JSON.stringify({
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "open" } },
    spec: { podSelector: {}, ingress: [{}] },
  });
  await mention(bot, "whatif", closed, { name: "open.json", body: json, type: "application/json" });
  await until(() => bot.asks.length === 1);
  expect(parsed(bot).names).toEqual(["CiliumNetworkPolicy closed", "NetworkPolicy open"]);
});

test("a code block needs no file, and what stands beside other commands is not read", async () => {
  await using bot = await startListening({ mode: "http" });
  const text = `whatif deathstar \`\`\`${policy("typed").replaceAll("&", "&amp;")}\`\`\``;
  await mention(bot, text);
  expect(parsed(bot)).toMatchObject({ names: ["CiliumNetworkPolicy typed"], target: "deathstar" });

  await mention(bot, "drops deathstar", closed);
  expect(bot.asks.at(-1)?.asked).toEqual({ text: "drops deathstar" });
  expect(bot.service.slack.calls("file")).toEqual([]);
});

test("the acknowledgement does not wait for the file", async () => {
  await using bot = await startListening({ mode: "http", slack: { ackMs: 2_000 } });
  const { slack } = bot.service;
  slack.faults.add({ methods: ["file"], faults: [{ fault: "slow", ms: 3_500 }] });
  expect(await mention(bot, "whatif", closed)).toMatchObject({ outcome: "acked", attempts: [{ status: 200 }] });
  expect(bot.asks).toEqual([]);
  await until(() => bot.asks.length === 1);
  expect(parsed(bot).names).toEqual(["CiliumNetworkPolicy closed"]);
});

const long = `${policy("long")}# ${"x".repeat(256 * 1024)}`;
const unread: readonly (readonly [name: string, file: SentFile, say: RegExp])[] = [
  ["that is larger than it may be", { ...closed, body: long }, /^At most 256 KB of policies are read/],
  ["that is larger than Slack says", { ...closed, body: long, size: 100 }, /^At most 256 KB of policies are read/],
  ["that is a picture", { ...closed, name: "a.png", type: "image/png" }, /^a\.png is no text/],
  ["that is no text", { ...closed, body: "a\0b" }, /^closed\.yaml is no text/],
  ["that is empty", { ...closed, body: " \n" }, /^The file is empty/],
  ["with a fence in it", { ...closed, body: `${closed.body}# \`\`\`` }, /ends a code block/],
  ["of another workspace", { ...closed, url: null }, /^Slack does not say where that file is/],
  ["elsewhere", { ...closed, url: "https://files.example/a.yaml" }, /kept where this bot does not read/],
  ["without TLS", { ...closed, url: "http://files.slack.com/a.yaml" }, /kept where this bot does not read/],
  ["that only looks like Slack's", { ...closed, url: "https://evilslack.com/a" }, /kept where this bot does not/],
];

for (const [name, file, say] of unread) {
  test(`a file ${name} is not taken, and that person is told what to do`, async () => {
    await using bot = await startListening({ mode: "http" });
    expect(await mention(bot, "whatif", file)).toMatchObject({ outcome: "acked" });
    await until(() => bot.notices.length === 1);
    expect(bot.notices).toMatchObject([{ say: expect.stringMatching(say), ask: { kind: "mention" } }]);
    expect(bot.asks).toEqual([]);
    expect(bot.audits).toMatchObject([{ platform: "slack", decision: "refused", reason: "file" }]);
    expect(bot.logged()).not.toContain("files-pri");
  });
}

test("without the scope files:read there is a page to sign in, and the sentence names the scope", async () => {
  await using bot = await startListening({ mode: "http", slack: { scopes: ["chat:write", "commands"] } });
  await mention(bot, "whatif", closed);
  await until(() => bot.notices.length === 1);
  expect(bot.notices[0]?.say).toMatch(/^closed\.yaml may not be read by this bot .*files:read/);
});

test("the token goes to Slack alone, also where an address leads elsewhere", async () => {
  let visits = 0;
  const other = createServer((_, response) => {
    visits += 1;
    response.end(closed.body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  try {
    await using bot = await startListening({ mode: "http" });
    await mention(bot, "whatif", { ...closed, leadsTo: elsewhere });
    await until(() => bot.notices.length === 1);
    expect(bot.notices[0]?.say).toMatch(/kept where this bot does not read/);
    expect([visits, bot.asks]).toEqual([0, []]);
  } finally {
    other.close();
  }
});

test("two sources of policies and too many files are refused", async () => {
  await using bot = await startListening({ mode: "http" });
  await mention(bot, "whatif ```kind: NetworkPolicy```", closed);
  await mention(bot, "whatif", ...Array.from({ length: 6 }, () => closed));
  await until(() => bot.notices.length === 2);
  expect(bot.notices.map(({ say }) => say)).toEqual([
    expect.stringMatching(/^There is a code block and a file/),
    expect.stringMatching(/^At most 5 files/),
  ]);
  expect(bot.service.slack.calls("file")).toEqual([]);
});

test("what was not taken after its acknowledgement is tried again here, and in the end said", async () => {
  await using bot = await startListening({ mode: "http", take: (_, count) => (count === 2 ? working : notTaken) });
  await mention(bot, "whatif", closed);
  await until(() => bot.asks.length === 2);
  expect(bot.notices).toEqual([]);

  await mention(bot, "whatif", closed);
  await until(() => bot.notices.length === 1);
  expect(bot.asks.map(({ repeats }) => repeats)).toEqual([true, true, true, true, false]);
  expect(bot.notices).toMatchObject([{ say: notTaken.say }]);
});

import { expect, test } from "vitest";
import { openSocket, type SocketClient } from "../../../slack-service/socket-client.ts";
import { notTaken, refused, row, startListening, until, working } from "./harness.ts";

const overSocket = async (options: Partial<Parameters<typeof startListening>[0]> = {}) => {
  const bot = await startListening({ mode: "socket", ...options });
  await until(() => bot.service.slack.sockets.connections().length === 2);
  await until(() => bot.slackIn.status() === "connected (2)");
  return bot;
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("commands, mentions, messages and buttons come over two connections", async () => {
  await using bot = await overSocket();
  const { slack, alice, bob, incidents } = bot.service;
  expect(bot.slackIn.ready()).toBe(true);
  expect(bot.slackIn.requestListener).toBeUndefined();
  await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  await slack.mention({ text: "drops", user: alice, channel: incidents });
  await slack.messageIm({ text: "drops", user: alice });
  await bot.service.call("chat.postMessage", { channel: incidents.id, text: "x", blocks: [row] });
  const message = slack.messages(incidents).at(-1);
  if (!message) throw new Error("nothing was posted");
  await slack.pressButton(message, "command:0", { user: bob });
  expect(bot.asks.map(({ kind }) => kind)).toEqual(["command", "mention", "message", "button"]);
  expect(bot.asks[3]?.place.thread).toBe(message.ts);
  expect(slack.acks().map(({ via, body }) => ({ via, body }))).toEqual([
    { via: "socket", body: JSON.stringify({ response_type: "ephemeral", text: "Working on it." }) },
    ...Array(3).fill({ via: "socket", body: "" }),
  ]);
  expect(slack.leftovers()).toEqual([]);
});

test("what is refused is acknowledged and said in private", async () => {
  await using bot = await overSocket({ take: () => refused });
  const { slack, alice, incidents } = bot.service;
  await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  await slack.mention({ text: "drops", user: alice, channel: incidents });
  expect(slack.ephemerals()).toMatchObject([{ text: "Ask &lt;#C1&gt; &amp; co." }]);
  await until(() => bot.notices.length === 1);
  expect(slack.leftovers()).toEqual([]);
});

test("an event that was not taken is not acknowledged, and comes again", async () => {
  await using bot = await overSocket({
    take: (_, count) => (count === 1 ? notTaken : working),
    slack: { ackMs: 300, retriesMs: [0] },
  });
  const { slack, alice, incidents } = bot.service;
  const delivery = await slack.mention({ text: "drops", user: alice, channel: incidents });
  expect(delivery.attempts.map(({ outcome }) => outcome)).toEqual(["timeout", "acked"]);
  expect(new Set(bot.asks.map(({ key }) => key)).size).toBe(1);
});

test("refreshing a connection loses nothing and leaves no moment without one", async () => {
  await using bot = await overSocket();
  const { slack, alice, incidents } = bot.service;
  let fewest = 2;
  const watching = setInterval(() => {
    fewest = Math.min(fewest, slack.sockets.connections().length);
  }, 1);
  const sent: Promise<{ readonly outcome: string }>[] = [];
  const flow = setInterval(() => {
    sent.push(slack.mention({ text: "drops", user: alice, channel: incidents }));
    sent.push(slack.slashCommand({ text: "drops", user: alice, channel: incidents }));
  }, 5);
  const [first, second] = slack.sockets.connections();
  if (!first || !second) throw new Error("there are two");
  for (const connection of [first, second]) {
    slack.sockets.refresh({ connection, warningMs: 600, graceMs: 50 });
    await until(() => connection.state() === "closed");
    await until(() => bot.slackIn.status() === "connected (2)");
  }
  // Both at once, and the closing handshake left open, as Slack does.
  slack.sockets.refresh({ warningMs: 1_500, graceMs: 50 });
  await pause(2_500);
  clearInterval(flow);
  clearInterval(watching);
  const outcomes = (await Promise.all(sent)).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(["acked"]));
  expect(bot.asks).toHaveLength(sent.length);
  expect(sent.length).toBeGreaterThan(100);
  expect(fewest).toBeGreaterThanOrEqual(2);
  expect(slack.leftovers()).toEqual([]);
});

test("a connection that Slack ends without a warning is replaced while the other one carries on", async () => {
  await using bot = await overSocket({ slack: { retriesMs: [0, 50] } });
  const { slack, alice, incidents } = bot.service;
  const [first] = slack.sockets.connections();
  first?.cut();
  expect(await slack.mention({ text: "x", user: alice, channel: incidents })).toMatchObject({ outcome: "acked" });
  await until(() => slack.sockets.connections().length === 2 && bot.slackIn.status() === "connected (2)");
  expect(slack.leftovers()).toEqual([]);
});

test("a half-open connection is found and replaced", async () => {
  await using bot = await overSocket();
  const { slack } = bot.service;
  const before = slack.sockets.connections().map(({ id }) => id);
  slack.sockets.connections()[0]?.freeze();
  await until(() => slack.sockets.connections().some(({ id }) => !before.includes(id)));
});

test("when Slack goes away and comes back, both connections do", async () => {
  await using bot = await overSocket();
  const { slack, alice, incidents } = bot.service;
  await slack.refuse();
  await until(() => bot.slackIn.status() === "connecting: Slack cannot be reached");
  expect(bot.slackIn.ready()).toBe(false);
  await pause(1_000);
  const tries = bot.logged().match(/connection not opened/g)?.length ?? 0;
  expect(tries).toBeLessThan(20);
  await slack.listen();
  await until(() => bot.slackIn.status() === "connected (2)");
  await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  expect(bot.asks).toHaveLength(1);
});

test("with too many connections of the app one is enough, and Slack is not pestered", async () => {
  const others: SocketClient[] = [];
  await using bot = await startListening({
    mode: "socket",
    before: async ({ slack }) => {
      for (let count = 0; count < 9; count++) others.push(await openSocket(slack));
    },
  });
  const { slack } = bot.service;
  await until(() => bot.logged().includes("too_many_websockets"));
  expect(bot.slackIn.status()).toBe("connected (1)");
  const calls = slack.calls("apps.connections.open").length;
  await pause(1_000);
  expect(slack.calls("apps.connections.open")).toHaveLength(calls);
  for (const other of others) await other[Symbol.asyncDispose]();
});

test("an app token that Slack refuses is named by its error", async () => {
  await using bot = await startListening({
    mode: "socket",
    before: ({ slack }) =>
      slack.faults.add({ methods: ["apps.connections.open"], faults: [{ fault: "error", error: "invalid_auth" }] }),
  });
  expect(bot.slackIn.status()).toBe("auth failed: invalid_auth");
  expect(bot.slackIn.team()).toBeDefined();
});

test("messages that cannot be read end nothing", async () => {
  await using bot = await overSocket();
  const { slack, alice, incidents } = bot.service;
  for (const connection of slack.sockets.connections()) {
    for (const message of [
      { type: "events_api", envelope_id: "1" },
      { type: "events_api", envelope_id: "2", payload: { event: null } },
      { type: "slash_commands", envelope_id: "3", payload: null },
      { type: "disconnected-or-not", reason: "disconnect" },
      { type: null },
    ]) {
      connection.send(message);
    }
  }
  await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  expect(bot.asks).toHaveLength(1);
  expect(bot.slackIn.status()).toBe("connected (2)");
});

test("close ends both connections in bounded time, after what is being acknowledged", async () => {
  await using bot = await overSocket({
    take: async () => {
      await pause(200);
      return working;
    },
  });
  const { slack, alice, incidents } = bot.service;
  const sending = slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  await until(() => bot.asks.length === 1);
  const before = Date.now();
  const closing = bot.slackIn.close();
  // Acknowledged, but nothing is begun any more.
  const late = await slack.slashCommand({ text: "late", user: alice, channel: incidents });
  await closing;
  expect(Date.now() - before).toBeLessThan(5_000);
  expect((await sending).outcome).toBe("acked");
  expect(late.attempts[0]?.body).toContain("restarting");
  expect(bot.asks).toHaveLength(1);
  await until(() => slack.sockets.connections().length === 0);
  await pause(1_000);
  expect(slack.sockets.connections()).toEqual([]);
  expect(bot.audits).toMatchObject([{ decision: "not_taken", reason: "stopping" }]);
});

/** TCP connections of this process, ours and the service's ends of them; those of calls end after a few seconds without any. */
const tcpSockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

test("connections that were replaced are ended, even where Slack does not", async () => {
  await using bot = await overSocket();
  const { sockets } = bot.service.slack;
  await until(() => tcpSockets() === 4);
  const ids = sockets.connections().map(({ id }) => id);
  sockets.refresh({ warningMs: 20, graceMs: 60_000 });
  await until(() => sockets.connections().length === 2 && sockets.connections().every(({ id }) => !ids.includes(id)));
  await until(() => tcpSockets() === 4);
  expect(bot.slackIn.status()).toBe("connected (2)");
});

test("close does not wait for a Slack that has gone silent", async () => {
  await using bot = await overSocket();
  await until(() => tcpSockets() === 4);
  for (const connection of bot.service.slack.sockets.connections()) connection.freeze();
  await bot.slackIn.close();
  const closed = Date.now();
  // The service's ends of both are left. The library alone takes five seconds to let go.
  await until(() => tcpSockets() === 2);
  expect(Date.now() - closed).toBeLessThan(3_000);
});

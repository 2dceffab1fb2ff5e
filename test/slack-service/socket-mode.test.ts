import { expect, test } from "vitest";
import { asObject, type Json } from "../support/slack/json.ts";
import { closeCodes, closeFrame, encodeFrame, opcodes } from "../support/slack/socket/frames.ts";
import { startTestSlack, until } from "./service.ts";
import { connect, openSocket, type SocketClient, socketUrl } from "./socket-client.ts";

const isHello = (message: Json) => message["type"] === "hello";
const isEnvelope = (message: Json) => message["envelope_id"] !== undefined;
const envelopes = (client: SocketClient) => client.got.filter(isEnvelope);

test("a connection begins with hello", async () => {
  await using service = await startTestSlack();
  await using client = await openSocket(service.slack);
  expect(await client.next(isHello)).toEqual({
    type: "hello",
    num_connections: 1,
    connection_info: { app_id: service.slack.workspace.bot.appId },
    debug_info: { host: expect.any(String), build_number: 1, approximate_connection_time: 18_060 },
  });
});

test("an address is good for one connection", async () => {
  await using service = await startTestSlack();
  const url = await socketUrl(service.slack);
  await using client = await connect(url);
  await client.next(isHello);
  await expect(connect(url)).rejects.toThrow("404");
});

test("a command comes in an envelope and its acknowledgement is timed", async () => {
  await using service = await startTestSlack();
  const { slack, alice, incidents } = service;
  await using client = await openSocket(slack, { acks: true });
  slack.deliverTo("socket-mode");
  const delivery = await slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  expect(delivery).toMatchObject({ outcome: "acked", attempts: [{ via: "socket", ms: expect.any(Number) }] });
  expect(envelopes(client)).toEqual([
    {
      envelope_id: delivery.attempts[0]?.envelopeId,
      type: "slash_commands",
      accepts_response_payload: true,
      payload: expect.objectContaining({ command: "/cilium", text: "drops", trigger_id: delivery.key }),
    },
  ]);
  expect(slack.leftovers()).toEqual([]);
});

test("an acknowledgement with a payload is an answer", async () => {
  await using service = await startTestSlack();
  const { slack, alice, incidents } = service;
  await using client = await openSocket(slack);
  slack.deliverTo("socket-mode");
  const sending = slack.slashCommand({ text: "drops", user: alice, channel: incidents });
  client.ack((await client.next(isEnvelope))["envelope_id"], { text: "on it" });
  await sending;
  expect(slack.ephemerals()).toMatchObject([{ text: "on it", via: "ack" }]);
});

test("each envelope goes to one connection, in turn", async () => {
  await using service = await startTestSlack();
  const { slack, alice, incidents } = service;
  await using first = await openSocket(slack, { acks: true });
  await using second = await openSocket(slack, { acks: true });
  slack.deliverTo("socket-mode");
  for (let count = 0; count < 6; count++) await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  expect([envelopes(first).length, envelopes(second).length]).toEqual([3, 3]);
});

test("an eleventh connection is sent away", async () => {
  await using service = await startTestSlack();
  await using _clients = await openMany(10);
  await using eleventh = await openSocket(service.slack);
  expect(await eleventh.next(() => true)).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  expect(service.slack.sockets.connections()).toHaveLength(10);

  async function openMany(count: number): Promise<AsyncDisposable> {
    const clients = await Promise.all(Array.from({ length: count }, () => openSocket(service.slack)));
    await until(() => service.slack.sockets.connections().length === count);
    return {
      async [Symbol.asyncDispose]() {
        for (const client of clients) await client[Symbol.asyncDispose]();
      },
    };
  }
});

test("an event that is not acknowledged comes again on another connection", async () => {
  await using service = await startTestSlack({ ackMs: 60, retriesMs: [0] });
  const { slack, alice, incidents } = service;
  await using deaf = await openSocket(slack);
  await using client = await openSocket(slack, { acks: true });
  await client.next(isHello);
  slack.deliverTo("socket-mode");
  const delivery = await slack.mention({ text: "x", user: alice, channel: incidents });
  expect(delivery.attempts.map(({ outcome }) => outcome)).toEqual(["timeout", "acked"]);
  expect(envelopes(deaf)[0]).toMatchObject({
    type: "events_api",
    accepts_response_payload: false,
    retry_attempt: 0,
    retry_reason: "",
  });
  expect(envelopes(client)[0]).toMatchObject({ retry_attempt: 1, retry_reason: "http_timeout" });
  const [first, second] = [envelopes(deaf)[0], envelopes(client)[0]].map((envelope) => asObject(envelope));
  expect(first?.["envelope_id"]).not.toBe(second?.["envelope_id"]);
  expect(asObject(first?.["payload"])["event_id"]).toBe(asObject(second?.["payload"])["event_id"]);
});

test("an event whose connection breaks comes again at once", async () => {
  await using service = await startTestSlack({ retriesMs: [0] });
  const { slack, alice, incidents } = service;
  await using dying = await openSocket(slack);
  await using client = await openSocket(slack, { acks: true });
  await client.next(isHello);
  slack.deliverTo("socket-mode");
  const started = Date.now();
  const sending = slack.mention({ text: "x", user: alice, channel: incidents });
  await dying.next(isEnvelope);
  await dying[Symbol.asyncDispose]();
  expect((await sending).attempts.map(({ outcome }) => outcome)).toEqual(["unreachable", "acked"]);
  expect(Date.now() - started).toBeLessThan(1_000);
});

test("without a connection a command fails and an event is tried again", async () => {
  await using service = await startTestSlack({ retriesMs: [150] });
  const { slack, alice, incidents } = service;
  slack.deliverTo("socket-mode");
  const command = await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  expect(command).toMatchObject({ outcome: "unreachable", notice: "dispatch_failed" });
  const sending = slack.mention({ text: "x", user: alice, channel: incidents });
  await using _client = await openSocket(slack, { acks: true });
  expect((await sending).attempts.map(({ outcome }) => outcome)).toEqual(["unreachable", "acked"]);
});

test("a late acknowledgement is late, a second one and one for nothing are left over", async () => {
  await using service = await startTestSlack({ ackMs: 40 });
  const { slack, alice, incidents } = service;
  await using client = await openSocket(slack);
  slack.deliverTo("socket-mode");
  const late = await slack.slashCommand({ text: "x", user: alice, channel: incidents });
  const id = late.attempts[0]?.envelopeId;
  expect(late).toMatchObject({ outcome: "timeout", notice: "operation_timeout" });
  client.ack(id);
  await until(() => (slack.acks()[0]?.lateMs ?? 0) >= 40);
  client.ack(id);
  client.ack("nothing");
  await until(() => slack.leftovers().length === 3);
  expect(slack.leftovers()).toEqual([
    `envelope ${id} was acknowledged twice`,
    "an acknowledgement for an envelope that was never sent: nothing",
    expect.stringMatching(/^slash .*, attempt 1: timeout, acknowledged after \d+ ms$/),
  ]);
});

test("a refresh warns, asks, and closes; envelopes come until it asks", async () => {
  await using service = await startTestSlack({ lingerMs: 10 });
  const { slack, alice, incidents } = service;
  await using client = await openSocket(slack, { acks: true });
  await client.next(isHello);
  slack.deliverTo("socket-mode");
  slack.sockets.refresh({ warningMs: 100 });
  await client.next((message) => message["reason"] === "warning");
  expect(await slack.slashCommand({ text: "x", user: alice, channel: incidents })).toMatchObject({ outcome: "acked" });
  await client.next((message) => message["reason"] === "refresh_requested");
  expect(slack.sockets.connections()).toEqual([]);
  await until(() => client.closed());
  expect(client.frames.at(-1)?.opcode).toBe(opcodes.close);
});

test("after the closing handshake the TCP connection is left to the bot for a while", async () => {
  await using service = await startTestSlack({ lingerMs: 120 });
  await using client = await openSocket(service.slack);
  await client.next(isHello);
  client.sendFrame(closeFrame(closeCodes.normal));
  await until(() => client.frames.at(-1)?.opcode === opcodes.close);
  expect(service.slack.sockets.connections()).toEqual([]);
  expect(client.closed()).toBe(false);
  await until(() => client.closed());
});

test("Socket Mode can be turned off", async () => {
  await using service = await startTestSlack({ lingerMs: 10 });
  await using client = await openSocket(service.slack);
  await client.next(isHello);
  service.slack.sockets.disconnect("link_disabled");
  expect(await client.next((message) => message["type"] === "disconnect")).toMatchObject({ reason: "link_disabled" });
  await until(() => client.closed());
});

test("pings are answered and sent", async () => {
  await using service = await startTestSlack({ pingMs: 30 });
  await using client = await openSocket(service.slack);
  client.sendFrame({ opcode: opcodes.ping, payload: Buffer.from("are you there") });
  await until(() => client.frames.some(({ opcode }) => opcode === opcodes.pong));
  expect(client.frames.find(({ opcode }) => opcode === opcodes.pong)?.payload.toString()).toBe("are you there");
  await until(() => client.frames.filter(({ opcode }) => opcode === opcodes.ping).length >= 2);
});

test("a frozen connection says and hears nothing, a thawed one does", async () => {
  await using service = await startTestSlack({ ackMs: 60 });
  const { slack, alice, incidents } = service;
  await using client = await openSocket(slack, { acks: true });
  await client.next(isHello);
  slack.deliverTo("socket-mode");
  const [connection] = slack.sockets.connections();
  connection?.freeze();
  client.sendFrame({ opcode: opcodes.ping, payload: Buffer.from("x") });
  const said = { text: "x", user: alice, channel: incidents };
  expect(await slack.slashCommand(said)).toMatchObject({ outcome: "timeout" });
  expect(client.frames.some(({ opcode }) => opcode === opcodes.pong)).toBe(false);
  connection?.thaw();
  expect(await slack.slashCommand(said)).toMatchObject({ outcome: "acked" });
});

test.each([
  ["a frame without a mask", encodeFrame({ opcode: opcodes.text, payload: Buffer.from("{}") }), 1002],
  ["an unknown opcode", Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
  ["an extension", Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), 1002],
  ["a continuation of nothing", Buffer.from([0x80, 0x80, 0, 0, 0, 0]), 1002],
  ["a ping that is too long", Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), 1002],
  ["text that is no UTF-8", encodeFrame({ opcode: opcodes.text, payload: Buffer.from([0xff]) }, Buffer.alloc(4)), 1007],
  ["two megabytes", Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]), 1009],
])("%s ends the connection and is left over", async (_, bytes, code) => {
  await using service = await startTestSlack({ lingerMs: 10 });
  await using client = await openSocket(service.slack);
  await client.next(isHello);
  client.write(bytes);
  await until(() => client.closed());
  const last = client.frames.at(-1);
  expect([last?.opcode, last?.payload.readUInt16BE(0)]).toEqual([opcodes.close, code]);
  expect(service.slack.leftovers()).toHaveLength(1);
});

test("what is no acknowledgement is left over", async () => {
  await using service = await startTestSlack();
  await using client = await openSocket(service.slack);
  client.sendFrame({ opcode: opcodes.text, payload: Buffer.from("hello?") });
  await until(() => service.slack.leftovers().length === 1);
});

test("close ends all WebSockets", async () => {
  const service = await startTestSlack();
  await using client = await openSocket(service.slack);
  await client.next(isHello);
  await service.slack.close();
  await until(() => client.closed());
});

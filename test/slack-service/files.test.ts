import { expect, test } from "vitest";
import { asList, asObject } from "../support/slack/json.ts";
import { section, startTestSlack, type TestSlack, until } from "./service.ts";

const png = Buffer.concat([Buffer.from("\x89PNG", "latin1"), Buffer.alloc(60)]);

async function place(service: TestSlack, bytes: Buffer, filename = "x.png") {
  const answer = await service.call("files.getUploadURLExternal", { filename, length: bytes.length });
  return { url: String(answer["upload_url"]), id: String(answer["file_id"]) };
}

async function upload(service: TestSlack, bytes: Buffer, filename?: string): Promise<string> {
  const { url, id } = await place(service, bytes, filename);
  const response = await fetch(url, { method: "POST", body: new Uint8Array(bytes) });
  expect(response.status).toBe(200);
  return id;
}

test("a file in three steps ends as a message in the thread", async () => {
  await using service = await startTestSlack();
  const { slack, incidents, alice } = service;
  const root = slack.say({ text: "root", user: alice, channel: incidents });
  const id = await upload(service, Buffer.from("{}\n"), "flows.jsonl");
  const answer = await service.call("files.completeUploadExternal", {
    files: [{ id, title: "Flows" }],
    channel_id: incidents.id,
    thread_ts: root.ts,
    initial_comment: "3 flows",
  });
  expect(answer).toEqual({ ok: true, files: [{ id, title: "Flows" }] });
  await until(() => slack.messages(incidents).length === 2);
  expect(slack.messages(incidents)[1]).toMatchObject({ text: "3 flows", files: [id], threadTs: root.ts });
  expect(slack.files()[0]?.bytes?.toString()).toBe("{}\n");
  expect(slack.leftovers()).toEqual([]);
});

test("the type and the shares of a file come after the completion was answered", async () => {
  await using service = await startTestSlack({ fileReadyMs: 60 });
  const id = await upload(service, png);
  await service.call("files.completeUploadExternal", { files: [{ id }], channels: service.incidents.id });
  expect(await service.call("files.info", { file: id })).toMatchObject({ file: { mimetype: "", shares: {} } });
  await until(() => service.slack.messages(service.incidents).length === 1);
  const ts = service.slack.messages(service.incidents)[0]?.ts;
  const info = await service.call("files.info", { file: id });
  expect(info).toMatchObject({
    file: { mimetype: "image/png", size: 64, shares: { public: { [service.incidents.id]: [{ ts }] } } },
  });
});

test("a form with one part is the same as raw bytes", async () => {
  await using service = await startTestSlack();
  const bytes = Buffer.from("a\r\n\r\n--b");
  const { url, id } = await place(service, bytes);
  const form = new FormData();
  form.append("body", new Blob([new Uint8Array(bytes)]), "x.png");
  expect(await (await fetch(url, { method: "POST", body: form })).text()).toBe("OK - 8");
  expect(service.slack.files().find((file) => file.id === id)?.bytes).toEqual(bytes);
});

test("bytes of another length than announced are refused, and so is the completion", async () => {
  await using service = await startTestSlack();
  const { url, id } = await place(service, png);
  expect((await fetch(url, { method: "POST", body: "short" })).status).toBe(400);
  const files = [{ id }];
  expect(await service.call("files.completeUploadExternal", { files })).toMatchObject({ error: "file_not_found" });
  expect(service.slack.leftovers()).toEqual(["the upload of x.png was not completed"]);
});

test("an upload is completed once", async () => {
  await using service = await startTestSlack();
  const args = { files: [{ id: await upload(service, png) }], channel_id: service.incidents.id };
  expect(await service.call("files.completeUploadExternal", args)).toMatchObject({ ok: true });
  expect(await service.call("files.completeUploadExternal", args)).toMatchObject({ error: "file_not_found" });
});

test("a file goes only where the bot has joined", async () => {
  await using service = await startTestSlack();
  const outside = service.slack.workspace.addChannel({ name: "outside", bot: false });
  const args = { files: [{ id: await upload(service, png) }], channel_id: outside.id };
  expect(await service.call("files.completeUploadExternal", args)).toMatchObject({ error: "not_in_channel" });
});

test("a length of 0 is a missing argument", async () => {
  await using service = await startTestSlack();
  expect(await service.call("files.getUploadURLExternal", { filename: "x", length: 0 })).toMatchObject({
    error: "missing_argument",
  });
});

test("a picture can stand in a message once Slack has looked at it", async () => {
  await using service = await startTestSlack({ fileReadyMs: 60 });
  const id = await upload(service, png);
  await service.call("files.completeUploadExternal", { files: [{ id }] });
  const blocks = [{ type: "image", alt_text: "drops", slack_file: { id } }, section("x")];
  const post = () => service.call("chat.postMessage", { channel: service.incidents.id, blocks });
  expect(asList((await post())["errors"])).toEqual(["invalid slack file [json-pointer:/blocks/0/slack_file]"]);
  await until(() => service.slack.files()[0]?.mimetype === "image/png");
  expect(await post()).toMatchObject({ ok: true });
});

test("a completion can say ok and never share", async () => {
  await using service = await startTestSlack({ fileReadyMs: 1 });
  service.slack.faults.add({ methods: ["files.completeUploadExternal"], faults: [{ fault: "unshared" }] });
  const id = await upload(service, png);
  const args = { files: [{ id }], channel_id: service.incidents.id };
  expect(await service.call("files.completeUploadExternal", args)).toMatchObject({ ok: true });
  await until(() => service.slack.files()[0]?.mimetype === "image/png");
  const info = await service.call("files.info", { file: id });
  expect(asObject(info["file"])["shares"]).toEqual({});
  expect(service.slack.messages(service.incidents)).toEqual([]);
});

test("chat.update can add a file that was completed", async () => {
  await using service = await startTestSlack();
  const channel = service.incidents.id;
  const { ts } = await service.call("chat.postMessage", { channel, text: "x" });
  const id = await upload(service, png);
  const attach = () => service.call("chat.update", { channel, ts, text: "x", file_ids: [id] });
  expect(await attach()).toMatchObject({ error: "file_not_found" });
  await service.call("files.completeUploadExternal", { files: [{ id }] });
  expect(await attach()).toMatchObject({ ok: true, message: { files: [{ id }] } });
});

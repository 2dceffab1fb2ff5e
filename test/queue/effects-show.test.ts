/** Answers asked for again: who may see them where, as messages and as files. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Binding, Visible } from "../../src/access/access.ts";
import type { ShownAs } from "../../src/commands/show/act.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { createKeep, createShowEffect, type KeptAnswer } from "../../src/queue/effects-show.ts";
import type { CommandRecord } from "../../src/queue/jobs.ts";
import { createAnswers } from "../../src/store/answers.ts";
import { createFiles } from "../../src/store/artifacts.ts";
import { goldenFolder } from "../golden/golden.ts";
import { useTestRedis } from "../support/redis-client.ts";

const server = useTestRedis();
const golden = goldenFolder("show");
const askedAt = "2026-11-20T10:02:14.000Z";
const now = Date.parse("2026-11-20T14:30:00Z");

const bindings: Binding[] = [
  { match: "slack:WIDE", clusters: ["*"], namespaces: ["*"], commands: ["*"] },
  { match: "slack:SHOP", clusters: ["*"], namespaces: ["shop"], commands: ["*"] },
  { match: "slack:BOTH", clusters: ["*"], namespaces: ["shop", "default"], commands: ["*"] },
  { match: "slack:MAPS", clusters: ["*"], namespaces: ["*"], commands: ["map"] },
  { match: "slack:US", clusters: ["us"], namespaces: ["*"], commands: ["*"] },
  { match: "slack:dm", clusters: ["*"], namespaces: ["*"], commands: ["*"] },
];
const clustersIn = (channel: string) => (channel === "US" ? ["us"] : ["eu", "us"]);

const document: AnswerDocument = {
  command: "drops",
  args: {},
  clusters: ["eu"],
  askedAt,
  window: { from: "2026-11-20T09:47:14.000Z", to: askedAt },
  result: {
    packets: 12,
    pairs: [
      { source: "shop/web", destination: "shop/=db", port: 5432, packets: 9 },
      { source: "shop/web", destination: "world", port: 443, packets: 3 },
    ],
    metrics: [{ cluster: "eu", packets: 12 }],
  },
  coverage: null,
  sources: [{ cluster: "eu", name: "hubble", status: "ok", ms: 5 }],
  message: { tone: "bad", title: "web: 12 packets dropped", blocks: [{ kind: "text", text: "9 to shop/db:5432" }] },
  copyAs: [],
};

interface Asked {
  readonly channel?: string;
  readonly person?: string;
  readonly alone?: boolean;
  readonly visible?: Visible;
}

function recordOf({ channel = "WIDE", person = "U1", alone = false, visible = {} }: Asked): CommandRecord {
  const place = { person, ...(alone && { private: true }) };
  const conversation = channel.includes(":") ? channel : `slack:T1/${channel}`;
  const times = { askedAt: now, takenAt: now, deadlineAt: now };
  const id = randomUUID().replaceAll("-", "");
  return { id, text: "", ...times, clusters: clustersIn(channel), visible, conversation, place };
}

function open() {
  const prefix = `{test-${randomUUID().slice(0, 8)}}`;
  const answers = createAnswers<KeptAnswer>({ redis: server.redis, prefix, ttlMs: 60_000 });
  const files = createFiles({ redis: server.redis, prefix });
  const isDirect = async (conversation: string) => /\/D\w+$/.test(conversation);
  const keep = createKeep({ answers, isDirect });
  const effect = createShowEffect({
    ...{ answers, files, fileTtlMs: 60_000, bindings, contact: "#platform", isDirect, now: () => now },
  });
  return {
    files,
    keep: async (asked: Asked = {}, line = "drops web", of = document) => await keep(recordOf(asked), line, of),
    show: async (id: string | undefined, asked: Asked = {}, as: ShownAs = "message") => {
      const said = await effect({ kind: "show", id: id ?? "none", as }, recordOf(asked));
      if (said === undefined) throw new Error("nothing was said");
      // Ids are random here.
      return { ...said, text: renderTerminal(said, { width: 80, color: false }).replaceAll(id ?? "none", "k7f3") };
    },
  };
}

test("the same answer, with when it was asked and what it is about", async () => {
  const { keep, show } = open();

  const { text } = await show(await keep());

  golden.expect("again", text);
});

test("on another day its day is said", async () => {
  const { keep, show } = open();
  const before = { ...document, askedAt: "2026-11-19T23:59:59.000Z", window: null };

  const { title } = await show(await keep({}, "drops web", before));

  expect(title).toBe("As of Nov 19 23:59:59 UTC: web: 12 packets dropped");
});

test("a long title still fits", async () => {
  const { keep, show } = open();
  const message = { ...document.message, title: "x".repeat(150) };

  const { title } = await show(await keep({}, "drops web", { ...document, message }));

  expect(title).toHaveLength(150);
});

describe("who may see it", () => {
  const matrix: [string, Asked, string, string | undefined][] = [
    ["all seen, all may be seen", {}, "WIDE", undefined],
    ["all seen, one namespace may be seen", {}, "SHOP", "more of eu may be seen; here only shop may"],
    ["one seen, two may be seen", { visible: { eu: ["shop"] } }, "BOTH", undefined],
    ["two seen, one may be seen", { visible: { eu: ["shop", "default"] } }, "SHOP", "here only shop may"],
    ["one seen, another may be seen", { visible: { eu: ["default"] } }, "SHOP", "here only shop may"],
    ["the same seen as may be seen", { visible: { eu: ["shop"] } }, "SHOP", undefined],
    ["one seen of another cluster", { visible: { us: ["shop"] } }, "SHOP", "here only shop may"],
    ["its command may not be used", {}, "MAPS", "not drops"],
    ["its cluster may not be asked", {}, "US", "not about eu"],
    ["no entry for the place", {}, "NOWHERE", "not drops"],
  ];
  test.each(matrix)("%s", async (_, asked, channel, refused) => {
    const { keep, show } = open();
    const id = await keep(asked);

    const said = await Promise.all((["message", "csv", "json"] as const).map((as) => show(id, { channel }, as)));

    for (const { text, files } of said) {
      if (refused === undefined) {
        expect(text).not.toContain("may not be shown");
        continue;
      }
      expect(text).toContain(refused);
      expect(text).not.toContain("12 packets");
      expect(files).toBeUndefined();
    }
  });

  test("a namespace that the command names has to be one of those here", async () => {
    const { keep, show } = open();
    const id = await keep({ visible: { eu: ["shop"] } }, "drops ns/default");

    expect((await show(id, { channel: "SHOP" })).text).toContain("not default");
  });

  test("what one person alone was shown is that person's, who may share it", async () => {
    const { keep, show } = open();
    const ids = [await keep({ alone: true }), await keep({ channel: "D0AL" })];

    for (const id of ids) {
      expect((await show(id, { person: "U2" })).title).toMatch(/^No answer #.* is kept$/);
      expect((await show(id, { person: "U2" }, "json")).files).toBeUndefined();
      expect((await show(id, { person: "U1" })).title).toContain("12 packets dropped");
    }
  });

  test("another team has no such answer", async () => {
    const { keep, show } = open();
    const { text } = await show(await keep(), { channel: "slack:T2/WIDE" });

    golden.expect("unknown", text);
  });

  test("a refusal says how to ask instead, where that is allowed", async () => {
    const { keep, show } = open();
    const id = await keep();

    golden.expect("seen-more", (await show(id, { channel: "SHOP" })).text);
    golden.expect("not-allowed", (await show(id, { channel: "MAPS" })).text);
  });
});

test("asking again asks the same clusters, whatever is asked here by default", async () => {
  const { keep, show } = open();
  const us = { ...document, clusters: ["us"] };

  const from = async (line: string, channel: string) => {
    const { blocks } = await show(await keep({}, line, us), { channel });
    return blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []))[0]?.command;
  };

  expect(await from("drops web", "US")).toBe("drops web");
  expect(await from("drops web", "WIDE")).toBe("drops --cluster us web");
  expect(await from("query sum(up)", "WIDE")).toBe("query --cluster us sum(up)");
  expect(await from("drops web --cluster us", "WIDE")).toBe("drops web --cluster us");
});

test("nothing is kept of what asked no source, nor of what nobody in a chat asked", async () => {
  const { keep } = open();

  expect(await keep({}, "help", { ...document, sources: [] })).toBeUndefined();
  const keepAlerts = createKeep({
    answers: createAnswers<KeptAnswer>({ redis: server.redis, prefix: "{none}", ttlMs: 60_000 }),
    isDirect: async () => false,
  });
  expect(await keepAlerts({ ...recordOf({}), place: {} }, "drops", document)).toBeUndefined();
});

describe("a digest", () => {
  const line = "digest now Asia/Seoul --due 2026-11-20T00:00:00.000Z --skipped 2026-11-18,2026-11-19 --namespace shop";
  const digest: AnswerDocument = {
    ...document,
    ...{ command: "digest", result: { quiet: false, items: [{ kind: "drops", key: "shop" }] } },
    ...{ window: { from: "2026-11-19T10:00:00.000Z", to: "2026-11-20T10:00:00.000Z" } },
    details: [{ tone: "bad", title: "What is dropped", blocks: [] }],
  };
  function opened() {
    const prefix = `{test-${randomUUID().slice(0, 8)}}`;
    const answers = createAnswers<KeptAnswer>({ redis: server.redis, prefix, ttlMs: 60_000 });
    const isDirect = async (conversation: string) => conversation.includes("/D");
    const files = createFiles({ redis: server.redis, prefix: "{none}" });
    const effect = createShowEffect({
      ...{ answers, files, fileTtlMs: 60_000, bindings, contact: "#platform", isDirect, now: () => now },
    });
    return {
      // As the schedule asks: nobody in the chat.
      send: async (asked: Asked = {}, of = digest) =>
        await createKeep({ answers, isDirect })({ ...recordOf(asked), place: {} }, line, of),
      show: async (id: string | undefined, asked: Asked) =>
        await effect({ kind: "show", id: id ?? "none", as: "message" }, recordOf(asked)),
    };
  }

  test("that was sent is shown as it was, of its own time, with its thread; asked again it is of now", async () => {
    const { send, show } = opened();

    const said = await show(await send({ visible: { eu: ["shop"] } }), { channel: "BOTH" });

    expect(said?.title).toBe("As of 10:02:14 UTC: web: 12 packets dropped");
    expect(JSON.stringify(said?.blocks)).toContain("It is about Nov 19 10:00 – Nov 20 10:00 UTC.");
    expect(said?.details).toEqual(digest.details);
    const buttons = said?.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(buttons?.[0]).toEqual({ label: "ask again now", command: "digest now Asia/Seoul --namespace shop" });
  });

  test("that was sent is not shown where less may be seen", async () => {
    const { send, show } = opened();
    const id = await send({ visible: { eu: ["shop", "default"] } });

    expect((await show(id, { channel: "SHOP" }))?.title).toMatch(/may not be shown here$/);
    expect((await show(id, { channel: "MAPS" }))?.title).toMatch(/may not be shown here$/);
    expect((await show(id, { channel: "BOTH" }))?.title).toContain("12 packets dropped");
  });

  test("that was sent to one person alone stays there", async () => {
    const { send, show } = opened();
    const id = await send({ channel: "slack:T1/D0AL" });

    expect((await show(id, { channel: "WIDE" }))?.title).toMatch(/^No answer #/);
    expect((await show(id, { channel: "slack:T1/D0OTHER" }))?.title).toMatch(/^No answer #/);
    expect((await show(id, { channel: "slack:T1/D0AL" }))?.title).toContain("12 packets dropped");
  });

  test("of a quiet day stays three lines: it has no id", async () => {
    expect(await opened().send({}, { ...digest, result: { quiet: true, items: [] } })).toBeUndefined();
  });

  test("that a person asked for is that person's answer as any other, quiet or not", async () => {
    const { keep, show } = open();
    const quiet = { ...digest, result: { quiet: true, items: [] } };

    const { title, details } = await show(await keep({}, "digest now", quiet));

    expect(title).toContain("12 packets dropped");
    expect(details).toEqual(digest.details);
  });
});

describe("as files", () => {
  test("CSV: one for each table, the longest first", async () => {
    const { keep, show, files } = open();
    const id = (await keep()) ?? "";

    const said = await show(id, {}, "csv");

    golden.expect("csv", said.text);
    expect(said.files?.map(({ name, type }) => [name, type])).toEqual([
      [`drops-${id}-pairs.csv`, "text/csv; charset=utf-8"],
      [`drops-${id}-metrics.csv`, "text/csv; charset=utf-8"],
    ]);
    const body = (await files.find(said.files?.[0]?.id ?? ""))?.body;
    expect(body?.toString("utf8")).toBe(
      "\uFEFFsource,destination,port,packets\r\nshop/web,shop/=db,5432,9\r\nshop/web,world,443,3\r\n",
    );
    expect(said.files?.[0]?.bytes).toBe(body?.length);
  });

  test("CSV of many tables: what is no file is said", async () => {
    const { keep, show } = open();
    const table = (rows: number) => Array.from({ length: rows }, (_, at) => ({ at }));
    const result = { "a/b": table(5), b: table(4), c: table(3), d: table(2), e: table(1) };

    const said = await show(await keep({}, "drops web", { ...document, result }), {}, "csv");

    golden.expect("csv-of-many", said.text);
    expect(said.files?.map(({ name }) => name.split("-").at(-1))).toEqual(["a_b.csv", "b.csv", "c.csv"]);
  });

  test("CSV of what has no table", async () => {
    const { keep, show } = open();

    const said = await show(await keep({}, "drops web", { ...document, result: { packets: null } }), {}, "csv");

    golden.expect("csv-of-none", said.text);
    expect(said.files).toBeUndefined();
  });

  test("JSON: the answer's document", async () => {
    const { keep, show, files } = open();

    const said = await show(await keep(), {}, "json");

    golden.expect("json", said.text);
    const stored = await files.find(said.files?.[0]?.id ?? "");
    expect(stored?.type).toBe("application/json");
    expect(JSON.parse(stored?.body.toString("utf8") ?? "")).toEqual(document);
  });
});

test("every golden message is one of these", () => {
  golden.expectNoOthers();
});

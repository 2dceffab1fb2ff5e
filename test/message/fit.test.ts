import { describe, expect, test } from "vitest";
import { type Budget, fitMessage } from "../../src/message/fit.ts";
import type { Block, Message } from "../../src/message/message.ts";
import { messageText } from "../../src/message/text.ts";

/** A platform that counts UTF-8 bytes of JSON, as one does that is not Slack. */
const measure = (message: Message) => ({
  size: Buffer.byteLength(JSON.stringify(message)),
  blocks: message.blocks.length,
});
const budget: Budget = { size: 4_000, blocks: 20, rows: 40, text: 2_000 };
const rest = "The rest is elsewhere.";

const fitted = (blocks: readonly Block[], change: Partial<Budget> = {}) =>
  fitMessage({ tone: "bad", title: "title", blocks }, { budget: { ...budget, ...change }, measure, rest });

const table = (rows: number, folded?: string): Block => ({
  kind: "table",
  columns: [{ title: "Name" }, { title: "Count", align: "right" }],
  rows: Array.from({ length: rows }, (_, at) => [`row ${at}`, { code: "é".repeat(20) }]),
  ...(folded !== undefined && { folded }),
});
const lastText = (message: Message) => {
  const last = message.blocks.at(-1);
  return last?.kind === "note" ? last.text : undefined;
};
const rowsOf = (message: Message) =>
  message.blocks.flatMap((block) => (block.kind === "table" ? block.rows : [])).length;

describe("a message that fits", () => {
  test("stays as it is, and needs no file", () => {
    const blocks = [
      table(10, "3 more"),
      { kind: "text", text: ["a", { strong: "b" }] },
      { kind: "code", code: "c" },
    ] as const;
    expect(fitted(blocks)).toEqual({ message: { tone: "bad", title: "title", blocks }, cut: false });
  });
});

describe("a message that is too large", () => {
  test("loses rows first, and says how many at the table and at the end", () => {
    const { message, cut } = fitted([{ kind: "text", text: "x".repeat(1_500) }, table(200, "3 more pairs")]);
    expect(cut).toBe(true);
    expect(rowsOf(message)).toBe(30);
    expect(message.blocks[0]).toEqual({ kind: "text", text: "x".repeat(1_500) });
    expect(message.blocks[1]).toMatchObject({ folded: "170 more rows left out here; 3 more pairs" });
    expect(lastText(message)).toBe("Left out here: 170 rows. The rest is elsewhere.");
  });

  test("loses the ends of long texts when fewer rows are not enough, and then has its rows again", () => {
    const long = Array.from(
      { length: 4 },
      (): Block => ({ kind: "text", text: ["y".repeat(1_000), { code: "z".repeat(800) }] }),
    );
    const { message } = fitted([...long, table(10)]);
    expect(rowsOf(message)).toBe(10);
    expect(message.blocks[0]).toEqual({ kind: "text", text: [`${"y".repeat(399)}…`] });
    expect(lastText(message)).toBe("Left out here: the ends of 4 long texts. The rest is elsewhere.");
  });

  test("keeps a piece of code whole or says that it is gone", () => {
    const code = `kubectl delete cnp rule1 ${"-n default ".repeat(300)}`;
    const { message } = fitted([
      { kind: "code", title: "Kubernetes", code },
      { kind: "code", title: "Hubble", code: "hubble observe" },
    ]);
    expect(message.blocks).toEqual([
      { kind: "note", text: "Kubernetes: too long to show here." },
      { kind: "code", title: "Hubble", code: "hubble observe" },
      { kind: "note", text: "Left out here: 1 long code block. The rest is elsewhere." },
    ]);
  });

  test("becomes its title, its first paragraph and the notes that limit it", () => {
    const notes = Array.from({ length: 9 }, (_, at): Block => ({ kind: "note", text: `calm ${at}` }));
    const { message, cut } = fitted([
      table(1),
      { kind: "text", text: "The cause." },
      ...Array.from({ length: 30 }, (_, at): Block => ({ kind: "text", text: `${at}` })),
      ...notes,
      { kind: "note", tone: "warn", text: "Coverage: 1/3 nodes." },
      { kind: "note", tone: "bad", text: "Prometheus is down." },
    ]);
    expect(cut).toBe(true);
    expect(messageText(message)).toBe(
      [
        "title",
        "The cause.",
        "calm 0",
        "calm 1",
        "calm 2",
        "Coverage: 1/3 nodes.",
        "Prometheus is down.",
        "Only the summary fits here. The rest is elsewhere.",
      ].join("\n"),
    );
  });

  test("becomes its title alone where not even the summary fits", () => {
    const { message, cut } = fitted([{ kind: "text", text: "é".repeat(400) }], { size: 300 });
    expect(message).toEqual({ tone: "bad", title: "title", blocks: [{ kind: "note", text: rest }] });
    expect(cut).toBe(true);
  });

  test("has no more rows, facts and buttons than asked, however small they are", () => {
    const many = Array.from({ length: 9 }, (_, at) => `${at}`);
    const { message } = fitted(
      [
        { kind: "facts", facts: many.map((name) => ({ name, value: name })) },
        { kind: "actions", actions: many.map((label) => ({ label, command: label })) },
        { kind: "table", columns: [{ title: "A" }], rows: many.map((name) => [name]) },
      ],
      { rows: 4 },
    );
    expect(message.blocks).toMatchObject([
      { facts: { length: 4 } },
      { actions: { length: 4 } },
      { rows: { length: 4 } },
      {},
    ]);
    expect(lastText(message)).toBe("Left out here: 10 rows, 5 buttons. The rest is elsewhere.");
  });

  test("never has a command cut", () => {
    const command = `drops ${"x".repeat(3_000)}`;
    const { message } = fitted([{ kind: "actions", actions: [{ label: "again", command }] }, table(400)], {
      size: 5_000,
    });
    expect(message.blocks[0]).toEqual({ kind: "actions", actions: [{ label: "again", command }] });
  });
});

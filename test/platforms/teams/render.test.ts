import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../src/message/message.ts";
import { plain } from "../../../src/message/plain.ts";
import type { CardElement } from "../../../src/platforms/teams/card.ts";
import { renderCard, renderMinimal, type TeamsMessage } from "../../../src/platforms/teams/render.ts";
import { allMessages } from "../../fixtures/all-messages.ts";
import { markup, markupMessages } from "../../fixtures/messages-extreme.ts";
import { parityMessages } from "../../fixtures/messages-parity.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { problemsOf } from "./check.ts";

const golden = goldenFolder("teams", "json");
afterAll(() => golden.expectNoOthers());

function render(message: Message): TeamsMessage {
  let buttons = 0;
  return renderCard(message, {
    actionValue: () => `id-${++buttons}`,
    looks: message.blocks.map(() => ({ native: true })),
  });
}

const messages = { ...allMessages, ...parityMessages };
const rendered = Object.entries(messages).map(([name, message]) => [name, render(message)] as const);

/** One element on a line: what changed in a card is what changed in the file. */
function written({ summary, card: { body, ...card } }: TeamsMessage): string {
  const lines = body.map((element) => JSON.stringify(element)).join(",\n");
  return `{"summary":${JSON.stringify(summary)},"card":${JSON.stringify(card).slice(0, -1)},"body":[\n${lines}\n]}}\n`;
}

/** Each run of text, piece by piece, and nothing of the structure. */
function wordsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === "string" ? (name === "text" ? [part] : []) : wordsOf(part),
  );
}

const read = ({ card }: TeamsMessage) => wordsOf(card.body).join("");
const rows = ({ body }: TeamsMessage["card"]) =>
  body.flatMap((element) => (element.type === "ActionSet" ? [element.actions.length] : []));
const kinds = ({ card }: TeamsMessage) => card.body.map(({ type }) => type);

function one(...blocks: Message["blocks"]): TeamsMessage {
  return render({ tone: "info", title: "title", blocks });
}

describe("every message in Teams", () => {
  test.each(rendered)("%s is what it was", (name, message) => {
    golden.expect(name, written(message));
    expect(JSON.parse(written(message))).toEqual({ summary: message.summary, card: message.card });
  });

  test.each(rendered)("%s is within Teams' limits and ours", (_, { card }) => {
    expect(problemsOf(card)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(24_000);
  });

  test.each(rendered)("%s begins with its title, in the card and in the notification", (name, { summary, card }) => {
    const title = messages[name]?.title ?? "";
    expect(card.body[0]).toMatchObject({ type: "Container", bleed: true });
    expect(summary.length).toBeGreaterThan(0);
    expect(summary.length).toBeLessThanOrEqual(250);
    if (!/[^ -~]/.test(title) && title.length < 240) {
      expect(wordsOf(card.body[0]).join("")).toContain(title);
      expect(summary).toContain(title);
    }
  });

  test.each(rendered)("%s has a form for a card that was refused", (name) => {
    const text = renderMinimal(messages[name] as Message);
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(2_000);
  });

  test("there are at least fifty", () => {
    expect(rendered.length).toBeGreaterThanOrEqual(50);
  });
});

describe("strangers' strings", () => {
  test.each(Object.entries(markup))("%s stay data, letter by letter", (name, text) => {
    const { card } = render(markupMessages[`markup ${name}`] as Message);
    const blocks = card.body.map((element) => wordsOf(element).join(""));
    // Title, paragraph, link, fact, table title, cell, what is folded, chart, both notes, code's title.
    expect(blocks.filter((words) => words.includes(plain(text))).length).toBeGreaterThanOrEqual(9);
    expect(JSON.stringify(card)).not.toMatch(
      /"(TextBlock|FactSet|entities|Input\.\w+|Action\.(ShowCard|ToggleVisibility))"/,
    );
  });

  test("are no date that a client fills in", () => {
    const { card } = one({
      kind: "text",
      text: "a {{DATE(2026-11-20T03:00:00Z)}} {{{TIME(2026-11-20T03:00:00Z)}} {{x}}",
    });
    expect(wordsOf(card.body[1])).toEqual([
      "a {",
      "{DATE(2026-11-20T03:00:00Z)}} {{",
      "{TIME(2026-11-20T03:00:00Z)}} {{x}}",
    ]);
  });

  test("that are no web address are no link", () => {
    for (const href of ["javascript:alert(1)", "mailto:a@b.example", "x", "", `https://a/${"b".repeat(4_000)}`]) {
      expect(JSON.stringify(one({ kind: "text", text: { link: "name", href } }))).not.toContain("OpenUrl");
    }
    const { card } = one({ kind: "text", text: { link: "name", href: "https://docs.cilium.io/" } });
    expect(card.body[1]).toEqual({
      type: "RichTextBlock",
      inlines: [
        {
          type: "TextRun",
          text: "name",
          selectAction: { type: "Action.OpenUrl", url: "https://docs.cilium.io/" },
        },
      ],
    });
  });

  test("are no picture", () => {
    const { card } = one({ kind: "text", text: "https://evil.example/x.png ![x](https://evil.example/x.png)" });
    expect(JSON.stringify(card)).not.toContain('"Image"');
  });
});

describe("a button", () => {
  const action = { label: "again", command: "drops deathstar --since 1h" };

  test("carries the id it is given and never the command, as Execute and as Submit", () => {
    const { card } = renderCard(
      { tone: "info", title: "t", blocks: [{ kind: "actions", actions: [action] }] },
      { actionValue: ({ command }) => `id of ${command.length}` },
    );
    const data = { button: "id of 26" };
    expect(card.body[1]).toEqual({
      type: "ActionSet",
      actions: [
        {
          type: "Action.Execute",
          title: "again",
          verb: "ask",
          data,
          fallback: { type: "Action.Submit", title: "again", data },
        },
      ],
    });
    expect(JSON.stringify(card)).not.toContain(action.command);
  });

  test("stands beside others as far as a phone shows them whole", () => {
    const actions = ["drops deathstar", "drops default/deathstar", "a", "drops b"].map((label) => ({
      label,
      command: label,
    }));
    expect(rows(one({ kind: "actions", actions }).card)).toEqual([1, 2, 1]);
  });

  test("asks for its id once, and only when it is shown", () => {
    const asked: string[] = [];
    const actions = Array.from({ length: 80 }, (_, at) => ({ label: `${at}`, command: `drops ${at}` }));
    const { card, cut } = renderCard(
      { tone: "info", title: "t", blocks: [{ kind: "actions", actions }] },
      { actionValue: ({ command }) => `${asked.push(command)}` },
    );
    expect(asked).toEqual(actions.slice(0, 50).map(({ command }) => command));
    expect(Math.max(...rows(card))).toBe(6);
    expect(rows(card).reduce((sum, count) => sum + count)).toBe(50);
    expect(cut).toBe(true);
  });
});

describe("a table", () => {
  const columns = [{ title: "Pair" }, { title: "Port" }, { title: "Packets", align: "right" }] as const;
  const table = (...rows: string[][]) => one({ kind: "table", title: "Pairs", columns, rows, folded: "3 more" });
  const cells = (element: CardElement | undefined) =>
    element?.type === "ColumnSet"
      ? element.columns.map(({ items, width }) => [width, ...items.map((item) => wordsOf(item).join(""))])
      : [];

  test("that fits a phone stands in columns of the same width", () => {
    const { card } = table(["a → b", "80/TCP", "1,312"], ["漢字 → b", "443/TCP", "7"]);
    expect(card.body.slice(2, 5).map(cells)).toEqual([
      [
        ["72px", "Pair"],
        ["63px", "Port"],
        ["63px", "Packets"],
      ],
      [
        ["72px", "a → b"],
        ["63px", "80/TCP"],
        ["63px", "1,312"],
      ],
      [
        ["72px", "漢字 → b"],
        ["63px", "443/TCP"],
        ["63px", "7"],
      ],
    ]);
  });

  test("that does not is a list of records behind their number, empty cells left out", () => {
    const { card } = table(["default/xwing → default/deathstar", "80/TCP", "1,312"], ["a → b", "–", "7"]);
    expect(card.body.slice(2, 5).map(cells)).toEqual([
      [
        ["71px", "Packets"],
        ["stretch", "Pair"],
      ],
      [
        ["71px", "1,312"],
        ["stretch", "default/xwing → default/deathstar", "port 80/TCP"],
      ],
      [
        ["71px", "7"],
        ["stretch", "a → b"],
      ],
    ]);
  });

  test("whose lines begin with a number says of what", () => {
    const columns = [{ title: "ms", align: "right" }, { title: "k8s-w1" }] as const;
    expect(read(one({ kind: "table", columns, rows: [["0.4", "x".repeat(50)]] }))).toContain("ms 0.4");
  });

  test("without a number is a list of records", () => {
    const message = one({ kind: "table", columns: [{ title: "A" }, { title: "B" }], rows: [["x".repeat(50), "y"]] });
    expect(kinds(message)).toEqual(["Container", "RichTextBlock", "RichTextBlock"]);
    expect(read(message)).toContain(`${"x".repeat(50)}b y`);
  });
});

describe("a note", () => {
  test("that limits the answer stands in a box before the small print", () => {
    const message = one(
      { kind: "note", text: "Prometheus agrees." },
      { kind: "note", tone: "warn", text: "Coverage: 2/3 nodes." },
      { kind: "note", text: "Asked: prod-eu." },
      { kind: "note", tone: "bad", text: "Relay is down." },
    );
    expect(kinds(message)).toEqual(["Container", "Container", "RichTextBlock", "RichTextBlock"]);
    expect(message.card.body[1]).toMatchObject({ style: "attention" });
    expect(message.card.body.slice(1).map((element) => wordsOf(element).join(""))).toEqual([
      "⚠️ Coverage: 2/3 nodes.🔴 Relay is down.",
      "Prometheus agrees.",
      "Asked: prod-eu.",
    ]);
  });
});

describe("a title", () => {
  test.each([
    ["good", "✅", "good"],
    ["info", "ℹ️", "accent"],
    ["warn", "⚠️", "warning"],
    ["bad", "🔴", "attention"],
  ] as const)("of tone %s begins with %s", (tone, sign, style) => {
    const { card, summary } = render({ tone, title: "title", blocks: [] });
    expect(card.body).toMatchObject([{ style }]);
    expect(wordsOf(card.body)).toEqual([`${sign} title`]);
    expect(summary).toBe(`${sign} title`);
  });
});

describe("code", () => {
  test("is verbatim where clients have a code block, and in a fixed-width face elsewhere", () => {
    const { card } = one({ kind: "code", title: "Policy", code: "a:\n  - b" });
    expect(card.body[2]).toEqual({
      type: "CodeBlock",
      codeSnippet: "a:\n  - b",
      language: "PlainText",
      fallback: {
        type: "Container",
        style: "emphasis",
        spacing: "Small",
        items: [
          {
            type: "RichTextBlock",
            inlines: [{ type: "TextRun", text: "a:\n\u00a0\u00a0- b", fontType: "Monospace", size: "Small" }],
          },
        ],
      },
    });
  });

  test("that is too long is left out whole, and said", () => {
    const { card, cut } = render(parityMessages["40 kB of code"] as Message);
    expect(wordsOf(card.body)).toContain("Policy: too long to show here.");
    expect(JSON.stringify(card)).toContain("kubectl apply -f deathstar.yaml");
    expect(wordsOf(card.body).at(-1)).toBe("Left out here: 1 long code block. The whole answer is in the file.");
    expect(cut).toBe(true);
  });
});

describe("what is left out", () => {
  test("is said with its number, and where the rest is", () => {
    const { card, cut } = renderCard(parityMessages["200 rows"] as Message, {
      actionValue: () => "-",
      rest: "Ask for less.",
    });
    expect(card.body.filter(({ type }) => type === "ColumnSet")).toHaveLength(31);
    expect(wordsOf(card.body)).toContain("170 more rows left out here");
    expect(wordsOf(card.body).at(-1)).toBe("Left out here: 170 rows. Ask for less.");
    expect(cut).toBe(true);
  });

  test("is nothing in an answer of a usual size", () => {
    const cut = rendered.filter(([, message]) => message.cut).map(([name]) => name);
    expect(cut.filter((name) => !name.startsWith("giant"))).toEqual(["200 rows", "40 kB of code"]);
    expect(cut.length).toBeGreaterThan(5);
  });

  test("the form for a refused card says what it is about and where the rest is", () => {
    expect(renderMinimal(parityMessages["200 rows"] as Message, "Ask for less.")).toMatch(
      /^🔴 checkout: 40,100 packets dropped in 15m\nWorst of 200 pairs: .*Coverage: 2\/3 nodes answered.*Ask for less\.$/s,
    );
  });
});

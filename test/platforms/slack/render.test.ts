import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "../../../src/message/message.ts";
import { plain } from "../../../src/message/plain.ts";
import { renderSlack, type SlackMessage } from "../../../src/platforms/slack/render.ts";
import { allMessages } from "../../fixtures/all-messages.ts";
import { columns } from "../../fixtures/columns.ts";
import { markup, markupMessages } from "../../fixtures/messages-extreme.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { problemsOf } from "./check.ts";

const golden = goldenFolder("slack", "json");
afterAll(() => golden.expectNoOthers());

function render(message: Message): SlackMessage {
  let buttons = 0;
  return renderSlack(message, { actionValue: () => `id-${++buttons}` });
}

const rendered = Object.entries(allMessages).map(([name, message]) => [name, render(message)] as const);

/** What a person reads, piece by piece, and nothing of the structure. */
function wordsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === "string" ? (name === "text" ? [part] : []) : wordsOf(part),
  );
}

const read = (message: SlackMessage) => wordsOf(message.blocks).join("");
const kinds = (message: SlackMessage) => message.blocks.map(({ type }) => type);

function one(...blocks: Message["blocks"]): SlackMessage {
  return render({ tone: "info", title: "title", blocks });
}

describe("every message in Slack", () => {
  test.each(rendered)("%s is what it was", (name, { text, blocks }) => {
    golden.expect(name, `${JSON.stringify({ text, blocks }, null, 2)}\n`);
  });

  test.each(rendered)("%s is within Slack's limits and ours", (_, message) => {
    expect(problemsOf(message)).toEqual([]);
  });

  test.each(rendered)("%s begins with its title, in blocks and in text", (name, { text, blocks }) => {
    const title = allMessages[name]?.title ?? "";
    expect(blocks[0]?.type).toBe("header");
    if (!/[^ -~]/.test(title) && title.length < 140 && !/[<>&]/.test(title)) {
      expect(wordsOf(blocks[0]).join("")).toContain(title);
      expect(text).toContain(title);
    }
  });

  test("there are at least forty", () => {
    expect(rendered.length).toBeGreaterThanOrEqual(40);
  });
});

describe("strangers' strings", () => {
  test.each(Object.entries(markup))("%s stay data, letter by letter", (name, text) => {
    const { blocks } = render(markupMessages[`markup ${name}`] as Message);
    const visible = plain(text);
    // Title, paragraph, code, strong, link, fact, table title, cell, what is folded, chart, both notes, code's title.
    expect(wordsOf(blocks).filter((word) => word.includes(visible)).length).toBeGreaterThanOrEqual(12);
    expect(JSON.stringify(blocks)).not.toMatch(/mrkdwn|markdown|broadcast|usergroup|user_id|"emoji":true/);
  });

  test("ring nobody in the fallback text", () => {
    const { text } = render(markupMessages["markup mentions of everybody"] as Message);
    expect(text).toContain("&lt;!channel&gt;");
    expect(text).not.toMatch(/[<>]/);
  });

  test("that are no web address are no link", () => {
    for (const href of ["javascript:alert(1)", "mailto:a@b.example", "x", "", `https://a/${"b".repeat(4_000)}`]) {
      const { blocks } = one({ kind: "text", text: { link: "name", href } });
      expect(JSON.stringify(blocks)).not.toContain('"link"');
    }
    const { blocks } = one({ kind: "text", text: { link: "name", href: "https://docs.cilium.io/" } });
    expect(JSON.stringify(blocks)).toContain('{"type":"link","url":"https://docs.cilium.io/","text":"name"}');
  });
});

describe("a button", () => {
  const action = { label: "again", command: "drops deathstar --since 1h" };

  test("carries the value it is given and never the command", () => {
    const { blocks } = renderSlack(
      { tone: "info", title: "t", blocks: [{ kind: "actions", actions: [action] }] },
      { actionValue: ({ command }) => `id of ${command.length}` },
    );
    expect(blocks[1]).toEqual({
      type: "actions",
      elements: [
        {
          type: "button",
          action_id: "command:0",
          text: { type: "plain_text", text: "again", emoji: false },
          value: "id of 26",
        },
      ],
    });
    expect(JSON.stringify(blocks)).not.toContain(action.command);
  });

  test("asks for its value once, and only when it is shown", () => {
    const asked: string[] = [];
    const actions = Array.from({ length: 80 }, (_, at) => ({ label: `${at}`, command: `drops ${at}` }));
    const { blocks, cut } = renderSlack(
      { tone: "info", title: "t", blocks: [{ kind: "actions", actions }] },
      { actionValue: ({ command }) => `${asked.push(command)}` },
    );
    expect(asked).toEqual(actions.slice(0, 50).map(({ command }) => command));
    expect(blocks.filter(({ type }) => type === "actions")).toHaveLength(2);
    expect(cut).toBe(true);
  });
});

describe("a table", () => {
  const columns = [{ title: "Pair" }, { title: "Port" }, { title: "Packets", align: "right" }] as const;
  const table = (...rows: string[][]) => one({ kind: "table", title: "Pairs", columns, rows, folded: "3 more" });

  test("that fits a phone's line is aligned", () => {
    const message = table(["a/b → c/d", "80/TCP", "1,312"], ["漢字 → c/d", "443/TCP", "7"]);
    expect(kinds(message)).toEqual(["header", "rich_text", "context"]);
    expect(wordsOf(message.blocks.slice(1))).toEqual([
      "Pairs",
      "PAIR        PORT     PACKETS\na/b → c/d   80/TCP     1,312\n漢字 → c/d  443/TCP        7",
      "3 more",
    ]);
  });

  test("that does not is a list, numbers first, empty cells left out", () => {
    const message = table(["default/xwing → default/deathstar", "80/TCP", "1,312"], ["a → b", "–", "7"]);
    expect(wordsOf(message.blocks.slice(1))).toEqual([
      "Pairs",
      "default/xwing → default/deathstar\npackets ",
      "1,312",
      " · port 80/TCP",
      "a → b · packets ",
      "7",
      "3 more",
    ]);
  });

  test("whose lines begin with a number says of what", () => {
    const columns = [{ title: "ms", align: "right" }, { title: "k8s-w1" }] as const;
    const message = one({ kind: "table", columns, rows: [["0.4", "SYN dropped: Policy denied by a long name"]] });
    expect(wordsOf(message.blocks.slice(1)).join("")).toBe("ms 0.4\nk8s-w1 SYN dropped: Policy denied by a long name");
  });
});

describe("a note", () => {
  test("that limits the answer stands in full size before the small print", () => {
    const message = one(
      { kind: "note", text: "Prometheus agrees." },
      { kind: "note", tone: "warn", text: "Coverage: 2/3 nodes." },
      { kind: "note", text: "Asked: prod-eu." },
    );
    expect(kinds(message)).toEqual(["header", "rich_text", "context"]);
    expect(wordsOf(message.blocks.slice(1))).toEqual([
      " Coverage: 2/3 nodes.",
      "Prometheus agrees.",
      "Asked: prod-eu.",
    ]);
    expect(JSON.stringify(message.blocks[1])).toContain('{"type":"emoji","name":"warning"}');
  });
});

describe("columns", () => {
  test("fit a phone, in bars where there is no picture", () => {
    const values = Array.from({ length: 40 }, (_, at) => (at === 39 ? 9 : 0));
    const said = read(one(columns(values, { from: 0, to: 600_000 })));
    expect(said).toContain(`${"·".repeat(19)}█\n00:00:00   00:10:00 UTC`);
    expect(said).toContain("Policy denied: 9 packets, at most 9 in 15s");
  });
});

describe("what is left out", () => {
  const long: Message = { tone: "info", title: "t", blocks: [{ kind: "text", text: "x".repeat(3_000) }] };

  test("is where the caller says", () => {
    const { blocks, cut } = renderSlack(long, { actionValue: () => "id", rest: "Ask in a channel for all of it." });
    expect(wordsOf(blocks).at(-1)).toBe("Left out here: the end of 1 long text. Ask in a channel for all of it.");
    expect(cut).toBe(true);
  });

  test("is nothing in an answer of a usual size", () => {
    const cut = rendered.filter(([, message]) => message.cut).map(([name]) => name);
    expect(cut.filter((name) => !name.startsWith("giant"))).toEqual([]);
    expect(cut.length).toBeGreaterThan(5);
  });
});

describe("a title", () => {
  test.each([
    ["good", "✅"],
    ["info", "ℹ️"],
    ["warn", "⚠️"],
    ["bad", "🔴"],
  ] as const)("of tone %s begins with %s", (tone, sign) => {
    expect(wordsOf(render({ tone, title: "title", blocks: [] }).blocks)).toEqual([`${sign} title`]);
  });

  test("longer than a header is whole below it", () => {
    const title = "word ".repeat(60).trim();
    const words = wordsOf(render({ tone: "bad", title, blocks: [] }).blocks);
    expect(words[0]).toMatch(/…$/);
    expect(words[1]).toBe(title);
  });
});

describe("code", () => {
  test("that grows too long by what is invisible in it is left out whole, and said", () => {
    const message = one({ kind: "code", title: "Policy", code: "\u0007".repeat(2_800) });
    expect(wordsOf(message.blocks.slice(1))).toEqual([
      "Policy: too long to show here.",
      "Left out here: 1 long code block. The whole answer is in the file.",
    ]);
  });

  test("that follows code is one block, each piece whole", () => {
    const message = one(
      { kind: "code", title: "Hubble", code: "hubble observe \\\n  --pod `a`" },
      { kind: "code", title: "Kubernetes", code: "kubectl get cnp" },
    );
    expect(kinds(message)).toEqual(["header", "rich_text"]);
    expect(wordsOf(message.blocks[1])).toEqual([
      "Hubble",
      "hubble observe \\\n  --pod `a`",
      "Kubernetes",
      "kubectl get cnp",
    ]);
  });
});

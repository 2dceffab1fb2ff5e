import { expect, test } from "vitest";
import type { Block, Inline, Message, Text, Tone } from "../../../src/message/message.ts";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import { markup } from "../../fixtures/messages-extreme.ts";
import { type Random, randomFrom } from "../../fixtures/random.ts";
import { problemsOf } from "./check.ts";

const alphabets = ["a", "word ", "&<>", "\u0001", "é漢", "😀", "\ud800", "\u202e", " ", "\n", ":100:", "`*_~"];
const sizes = [0, 1, 5, 30, 200, 3_000];
const counts = [0, 1, 2, 4, 12, 60];
const tones: readonly Tone[] = ["info", "good", "warn", "bad"];

function some<Item>(random: Random, make: () => Item, limit = 60): Item[] {
  return Array.from({ length: Math.min(random.pick(counts), limit) }, make);
}

/** A message of this many characters is too large by far; more would only take time. */
const enough = 100_000;
let made = 0;

function string(random: Random): string {
  const text = made > enough ? "x" : anyString(random);
  made += text.length;
  return text;
}

function anyString(random: Random): string {
  if (random.chance(0.2)) return random.pick(Object.values(markup));
  const alphabet = random.pick(alphabets);
  return alphabet.repeat(Math.ceil(random.pick(sizes) / alphabet.length));
}

function inline(random: Random): Inline {
  const text = string(random);
  return random.pick([
    text,
    { code: text },
    { strong: text },
    { link: text, href: random.chance(0.5) ? "https://docs.cilium.io/" : string(random) },
  ]);
}

function words(random: Random): Text {
  return random.chance(0.5) ? inline(random) : some(random, () => inline(random), 12);
}

function block(random: Random): Block {
  const title = string(random);
  switch (random.below(7)) {
    case 0:
      return { kind: "text", text: words(random) };
    case 1:
      return { kind: "facts", facts: some(random, () => ({ name: string(random), value: words(random) })) };
    case 2: {
      const columns = some(
        random,
        () => ({ title: string(random), align: random.pick(["left", "right"] as const) }),
        30,
      );
      // Rows may be shorter or longer than they should be.
      const row = () => Array.from({ length: Math.max(0, columns.length + random.below(3) - 1) }, () => words(random));
      return { kind: "table", title, columns, rows: some(random, row), folded: string(random) };
    }
    case 3:
      return { kind: "code", title, code: string(random) };
    case 4: {
      const from = random.below(1_000_000);
      const values = some(random, () => random.below(50));
      return { kind: "sparkline", title, unit: string(random), values, from, to: from + random.below(10_000) };
    }
    case 5:
      return { kind: "note", ...(random.chance(0.5) && { tone: random.pick(tones) }), text: words(random) };
    default:
      return { kind: "actions", actions: some(random, () => ({ label: string(random), command: string(random) })) };
  }
}

function message(random: Random): Message {
  made = 0;
  return { tone: random.pick(tones), title: string(random), blocks: some(random, () => block(random)) };
}

test.each(Array.from({ length: 300 }, (_, seed) => seed))("any message is within Slack's limits (seed %i)", (seed) => {
  const any = message(randomFrom(seed));
  let values = 0;
  const { text, blocks, cut } = renderSlack(any, { actionValue: () => `${++values}` });
  expect(problemsOf({ text, blocks })).toEqual([]);
  const buttons = blocks.flatMap((part) => (part.type === "actions" ? part.elements : []));
  expect(buttons.map(({ value }) => value)).toEqual(buttons.map((_, at) => `${at + 1}`));
  if (cut) expect(JSON.stringify(blocks)).toContain("The whole answer is in the file.");
});

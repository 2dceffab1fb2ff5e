import { expect, test } from "vitest";
import { renderSlack } from "../../../src/platforms/slack/render.ts";
import type { ChartLook } from "../../../src/platforms/slack/render-chart.ts";
import { anyMessage } from "../../fixtures/any-message.ts";
import { randomFrom } from "../../fixtures/random.ts";
import { problemsOf } from "./check.ts";

const looks: readonly (ChartLook | undefined)[] = [
  undefined,
  { as: "native" },
  { as: "picture", file: "F0123456789" },
  { as: "numbers", why: ["Slack took no picture. ", { link: "See it", href: "https://a.example/artifacts/x" }] },
];

/** A hundred, or as many as SEEDS says. */
const seeds = Number(process.env["SEEDS"] ?? 100);

test.each(Array.from({ length: seeds }, (_, seed) => seed))(
  "any message is within Slack's limits (seed %i)",
  (seed) => {
    const any = anyMessage(randomFrom(seed));
    let buttonValues = 0;
    const random = randomFrom(seed);
    const few = looks.filter((look) => look?.as !== "native");
    const chosen = any.blocks.map((_, at) => random.pick(at < 2 ? looks : few));
    const { text, blocks, cut, charts } = renderSlack(any, { actionValue: () => `${++buttonValues}`, looks: chosen });
    const given = any.blocks.filter(({ kind }) => kind === "chart").length;
    expect([0, given]).toContain(charts);
    expect(problemsOf({ text, blocks })).toEqual([]);
    const buttons = blocks.flatMap((part) => (part.type === "actions" ? part.elements : []));
    expect(buttons.map(({ value }) => value)).toEqual(buttons.map((_, at) => `${at + 1}`));
    if (cut) expect(JSON.stringify(blocks)).toContain("The whole answer is in the file.");
  },
);

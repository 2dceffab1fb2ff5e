import { expect, test } from "vitest";
import { renderCard, renderMinimal } from "../../../src/platforms/teams/render.ts";
import type { ChartLook } from "../../../src/platforms/teams/render-chart.ts";
import { anyMessage } from "../../fixtures/any-message.ts";
import { randomFrom } from "../../fixtures/random.ts";
import { countOf, valuesOf } from "../lost.ts";
import { problemsOf } from "./check.ts";

const link = "https://bot.example.com/artifacts/id.hmac";
const looks: readonly (ChartLook | undefined)[] = [
  undefined,
  { native: true },
  { link },
  { native: true, link, data: `data:image/png;base64,${"A".repeat(9_000)}` },
  { why: ["No picture. ", { link: "See it", href: link }] },
];

/** A hundred, or as many as SEEDS says. */
const seeds = Number(process.env["SEEDS"] ?? 100);

test.each(Array.from({ length: seeds }, (_, seed) => seed))("any message is within Teams' limits (seed %i)", (seed) => {
  const random = randomFrom(seed);
  const message = anyMessage(random);
  let values = 0;
  const { card, summary, cut } = renderCard(message, {
    actionValue: () => `${++values}`,
    looks: message.blocks.map(() => random.pick(looks)),
  });
  expect(problemsOf(card)).toEqual([]);
  expect(summary.length).toBeLessThanOrEqual(250);
  // Each button twice: as Execute and as its fallback.
  expect(valuesOf(card.body, ["button"])).toEqual(
    Array.from({ length: 2 * values }, (_, at) => `${Math.floor(at / 2) + 1}`),
  );
  expect(countOf(card.body, ["Action.Execute"])).toBe(values);
  if (cut) expect(JSON.stringify(card)).toContain("The whole answer is in the file.");
  expect(renderMinimal(message).length).toBeLessThanOrEqual(2_000);
});

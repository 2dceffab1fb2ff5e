import { expect, test } from "vitest";
import { createDropsReducer } from "../../../src/analysis/drops-reducer.ts";
import { mergeDrops } from "../../../src/analysis/merge-drops.ts";
import type { Picture } from "../../../src/commands/drops/picture.ts";
import { timelineBlock } from "../../../src/commands/drops/timeline.ts";
import type { TimeChart } from "../../../src/message/chart.ts";
import { makeFlow, noon } from "../../fixtures/flows/make.ts";
import { coverage } from "../../fixtures/outcomes/build.ts";

const day = 86_400_000;
const window = { from: noon - day, to: noon };

/** One drop a second, of the flows' last so many seconds. */
function chartOf(drops: number, reach: number): TimeChart {
  const reducer = createDropsReducer({ window, top: 5, buckets: 30 });
  for (let second = 1; second <= drops; second++) reducer.add(makeFlow({ time: noon - second * 1_000 }));
  const oldest = new Date(noon - reach * 1_000).toISOString();
  const block = timelineBlock({
    ...{ window, args: { all: false }, drops: mergeDrops([{ cluster: "lab", drops: reducer.finish() }]) },
    views: [{ coverage: coverage({ oldest }), policies: [] }],
  } as unknown as Picture);
  return block?.kind === "chart" && block.chart.kind === "columns" ? block.chart : expect.fail("no columns");
}

const columnsOf = ({ series }: TimeChart) => series[0]?.points ?? [];

test("flows of the last minutes of a day are more than one block, on an axis of their own, and the title says so", () => {
  const chart = chartOf(200, 240);
  expect(chart.title).toBe("Drops over time, the last 3m45s");
  expect(chart.window).toEqual({ from: noon - 225_000, to: noon });
  expect(columnsOf(chart)).toHaveLength(10);
  expect(columnsOf(chart).reduce((sum, [, packets]) => sum + (packets ?? 0), 0)).toBe(200);
});

test("what was quiet before the first drop is shown as far as flows reach, in few columns", () => {
  const chart = chartOf(60, 3_600);
  expect(columnsOf(chart).length).toBeGreaterThanOrEqual(20);
  expect(columnsOf(chart).length).toBeLessThanOrEqual(40);
  expect(columnsOf(chart)[0]?.[1]).toBe(0);
});

test("a day that is known whole is shown whole", () => {
  const chart = chartOf(60, 2 * 86_400);
  expect(chart).toMatchObject({ title: "Drops over time", window });
  expect(columnsOf(chart)).toHaveLength(30);
});

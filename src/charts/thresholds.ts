/** Heights worth a line. One far above everything is named at the upper edge instead: to show it would flatten what happened. */
import type { TimeChart } from "../message/chart.ts";
import { plain } from "../message/plain.ts";
import { quantity } from "../message/quantity.ts";
import { fitText } from "./fit-text.ts";
import { type Box, type Mark, textSize } from "./layout.ts";
import type { Paper } from "./picture.ts";

type Threshold = NonNullable<TimeChart["thresholds"]>[number];

const farTimes = 4;
/** As of points. */
const largest = 1e100;
const mostLines = 4;
const widestLabel = 300;

export interface Thresholds {
  /** Inside the scale. */
  readonly near: readonly Threshold[];
  readonly far: readonly Threshold[];
}

export function splitThresholds(thresholds: readonly Threshold[], high: number): Thresholds {
  const known = thresholds.filter(({ value }) => Math.abs(value) <= largest).slice(0, mostLines);
  const near = (value: number) => (high > 0 && Math.abs(value) > high * farTimes ? "far" : "near");
  return {
    near: known.filter(({ value }) => near(value) === "near"),
    far: known.filter(({ value }) => near(value) === "far"),
  };
}

export function thresholdMarks(
  { near, far }: Thresholds,
  unit: string,
  { plot, yOf, paper }: { readonly plot: Box; readonly yOf: (value: number) => number; readonly paper: Paper },
): Mark[] {
  const { colours, font } = paper;
  // The newest values stand at the right end: what is near keeps away from them.
  const label = (text: string, y: number, align: "left" | "right"): Mark => ({
    kind: "text",
    x: align === "left" ? plot.left + 6 : plot.right - 4,
    y,
    text: fitText(text, { width: widestLabel, size: textSize }, font),
    colour: colours.text,
    align,
    rim: colours.background,
  });
  const taken: number[] = [];
  const free = (y: number) => taken.every((other) => Math.abs(other - y) >= textSize + 2);
  const lines = near.flatMap(({ value, label: name }): Mark[] => {
    const y = yOf(value);
    const line: Mark = {
      kind: "line",
      from: [plot.left, y],
      to: [plot.right, y],
      colour: colours.text,
      thickness: 2,
      dash: [12, 5],
    };
    const at = [y - 13, y + 14].find((middle) => middle - 13 >= plot.top && free(middle));
    if (at === undefined) return [line];
    taken.push(at);
    return [line, label(name, at, "left")];
  });
  const outside = far.map(({ value, label: name }, index) => {
    const text = `${plain(name, 40)} (${quantity(value, unit)}) ${value > 0 ? "↑" : "↓"}`;
    return label(text, plot.top + 12 + index * (textSize + 3), "right");
  });
  return [...lines, ...outside];
}

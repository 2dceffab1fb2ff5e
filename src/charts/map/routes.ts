/** The lines of a map: from a card's side over the gaps to the line of the port that is called. */
import type { MapLine } from "../../message/service-map.ts";
import { dots } from "../legend.ts";
import type { Colours } from "../theme.ts";
import type { Card } from "./cards.ts";
import { type Columns, linkKey, type Placed } from "./place.ts";
import { num, type Stroke, svgPath } from "./svg.ts";

export interface Sheet {
  readonly cards: ReadonlyMap<string, Card>;
  readonly levels: ReadonlyMap<string, number>;
  readonly columns: Columns;
  readonly placed: Placed;
  /** Of the picture's uppermost card. */
  readonly top: number;
  readonly colours: Colours;
}

type Look = "passed" | "quiet" | "audit" | "lost" | "unheard";

const lostDash: readonly number[] = [9, 5];
const auditDash: readonly number[] = [3, 4];

const arrow = 9;

/** Those that matter are drawn above the others. */
export function routes(lines: readonly MapLine[], sheet: Sheet): string[] {
  const most = Math.max(0, ...lines.map(({ rate }) => (Number.isFinite(rate) ? rate : 0)));
  const drawn = lines
    .filter(({ from, to }) => from !== to)
    .flatMap((line) => [
      ...(line.rate > 0 || !(line.lost > 0 || isUnheard(line)) ? [{ line, look: passedLook(line) }] : []),
      ...(isUnheard(line) ? [{ line, look: "unheard" as const }] : []),
      ...(line.lost > 0 ? [{ line, look: "lost" as const }] : []),
    ]);
  const above: readonly Look[] = ["quiet", "passed", "audit", "unheard", "lost"];
  return drawn
    .toSorted((one, other) => above.indexOf(one.look) - above.indexOf(other.look))
    .flatMap(({ line, look }) => route(line, strokeOf(look, line.rate, { most, colours: sheet.colours }), look, sheet));
}

function isUnheard({ unanswered = 0 }: MapLine): boolean {
  return unanswered > 0;
}

function passedLook({ look }: MapLine): Look {
  return look ?? "passed";
}

function strokeOf(
  look: Look,
  rate: number,
  { most, colours }: { readonly most: number; readonly colours: Colours },
): Stroke {
  switch (look) {
    case "lost":
      return { colour: colours.bad[0] ?? "", thickness: 3, dash: lostDash };
    case "unheard":
      return { colour: colours.bad[0] ?? "", thickness: 2.5, dash: dots };
    case "audit":
      return { colour: colours.named[1] ?? "", thickness: 2.5, dash: auditDash };
    case "quiet":
      return { colour: colours.rest, thickness: 1.5 };
    case "passed": {
      // Between the busiest and a thousandth of it.
      const size = rate > 0 && most > 0 ? Math.min(1, Math.max(0, 1 + Math.log10(rate / most) / 3)) : 0;
      return { colour: colours.named[0] ?? "", thickness: 1.5 + 3 * size };
    }
  }
}

function route(line: MapLine, stroke: Stroke, look: Look, sheet: Sheet): string[] {
  const { levels, columns, placed, top, cards } = sheet;
  const [from, to] = [levels.get(line.from) ?? 0, levels.get(line.to) ?? 0];
  const [client, server] = [cards.get(line.from), cards.get(line.to)];
  if (client === undefined || server === undefined) return [];
  const y0 = top + (placed.tops.get(line.from) ?? 0) + client.departure;
  const y1 =
    top +
    (placed.tops.get(line.to) ?? 0) +
    server.arrival(line.port, look === "lost" || look === "unheard" ? look : "port");
  const right = (level: number) => columns.left(level) + columns.width;
  const end = arrow - 2;
  if (from === to) return loop([columns.left(from), y0, y1], stroke);
  const forward = from < to;
  const crossings = placed.crossings.get(linkKey(line)) ?? [];
  let [x, y] = [forward ? right(from) : columns.left(from), y0];
  let path = `M${num(x)} ${num(y)}`;
  const curveTo = (nextX: number, nextY: number) => {
    const middle = (x + nextX) / 2;
    path += `C${num(middle)} ${num(y)} ${num(middle)} ${num(nextY)} ${num(nextX)} ${num(nextY)}`;
    [x, y] = [nextX, nextY];
  };
  for (const [index, height] of crossings.entries()) {
    const level = forward ? from + 1 + index : from - 1 - index;
    curveTo(forward ? columns.left(level) : right(level), top + height);
    x = forward ? right(level) : columns.left(level);
    path += `H${num(x)}`;
  }
  const tip = forward ? columns.left(to) : right(to);
  curveTo(forward ? tip - end : tip + end, y1);
  return [svgPath(path, stroke), head(tip, y1, forward ? 1 : -1, stroke.colour)];
}

/** Between cards of one column, on its left. */
function loop([x, y0, y1]: readonly [x: number, y0: number, y1: number], stroke: Stroke): string[] {
  const bow = Math.max(4, x - 36);
  const path = `M${num(x)} ${num(y0)}C${num(bow)} ${num(y0)} ${num(bow)} ${num(y1)} ${num(x - arrow + 2)} ${num(y1)}`;
  return [svgPath(path, stroke), head(x, y1, 1, stroke.colour)];
}

function head(x: number, y: number, way: 1 | -1, colour: string): string {
  const back = x - way * arrow;
  return `<path d="M${num(x)} ${num(y)}L${num(back)} ${num(y - 5)}L${num(back)} ${num(y + 5)}Z" fill="${colour}"/>`;
}

/** What the parts of the answer have in common: everything found, put together once. */
import type { Window } from "../../analysis/select.ts";
import type { DropsArgs } from "../drops/args.ts";
import { type Picture, pictureOf, whenText, windowOf } from "../drops/picture.ts";
import type { TopArgs } from "./args.ts";
import { type Fill, fillsOf } from "./fill.ts";
import type { TopView } from "./gather.ts";
import { type FlowGroup, flowGroup, type MetricGroup, metricGroups } from "./ranked.ts";

export interface TopPicture {
  readonly args: TopArgs;
  readonly askedAt: number;
  readonly window: Window;
  /** Length of the window as people read it. */
  readonly span: string;
  /** `in 1h`. */
  readonly when: string;
  readonly who: string;
  readonly views: readonly TopView[];
  readonly manyClusters: boolean;
  readonly metrics: readonly MetricGroup[];
  /** Undefined where no flows were asked for, or none could be read. */
  readonly flows: FlowGroup | undefined;
  readonly fills: readonly Fill[];
  /** For the notes that all answers from flows have. */
  readonly shared: Picture;
}

export function topPictureOf(args: TopArgs, askedAt: number, window: Window, views: readonly TopView[]): TopPicture {
  const shared = pictureOf(asDrops(args), askedAt, window, views);
  return {
    ...{ args, askedAt, window, views, shared },
    span: shared.span,
    when: whenText(shared),
    who: shared.who,
    manyClusters: shared.manyClusters,
    metrics: metricGroups(args, views),
    flows: flowGroup(args.top, views),
    fills: fillsOf(views, window),
  };
}

/** Undefined when the times, now that "now" is known, make no window. */
export function topWindow(args: TopArgs, askedAt: number): Window | undefined {
  return windowOf(asDrops(args), askedAt);
}

/** The same question to `drops` and to what has its flags. */
export function asDrops({ select, since, until, clusters }: TopArgs): DropsArgs {
  return {
    ...{ select, since, until, top: 10, all: false },
    ...(clusters !== undefined && { clusters }),
  };
}

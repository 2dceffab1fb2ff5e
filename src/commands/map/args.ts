/** The arguments of `map`, checked. Plain JSON; times stay as typed until the moment of asking is known. */
import { z } from "zod";
import type { FlowSelect } from "../../analysis/select.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { DropsArgs } from "../drops/args.ts";

export interface MapArgs {
  readonly select: FlowSelect;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** Edges to list. */
  readonly top: number;
  /** Probes, scrapes and noise too. */
  readonly all: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaults = { since: "5m", sinceMs: 300_000, top: 60 } as const;
export const mostEdges = 200;

const Own = z.looseObject({ top: piece.one(piece.count(1, mostEdges)).optional() });

/** `drops` reads the times and the conditions on the ends, and refuses those that contradict each other. */
export const MapArgs = Own.transform(({ top, ...raw }, context): MapArgs => {
  const read = DropsArgs.safeParse({ since: defaults.since, ...raw });
  if (!read.success) {
    for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path: [...path], message });
    return z.NEVER;
  }
  const { select, since, until, all, clusters } = read.data;
  return { select, since, until, top: top ?? defaults.top, all, ...(clusters !== undefined && { clusters }) };
});

/** The same selection as a question for drops. */
export function asDrops({ select, since, until, all, clusters }: MapArgs): DropsArgs {
  return { select, since, until, top: 10, all, ...(clusters !== undefined && { clusters }) };
}

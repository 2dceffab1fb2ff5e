/** What the parts of the answers of `suggest` and `whatif` have in common: what the cluster gave, and of which time that is. */
import type { Visible } from "../../access/access.ts";
import type { FlowSelect, Window } from "../../analysis/select.ts";
import { resolveTime, type TimeSpec } from "../../analysis/time.ts";
import type { CoachFinding, Outcome, SuggestFinding, WhatifFinding } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import { type Picture, pictureOf } from "../drops/picture.ts";

export interface ReplayPicture<Found> {
  readonly cluster: string;
  /** Undefined when the flows could not be read. */
  readonly found: Found | undefined;
  /** For the notes that all answers about flows have. */
  readonly shared: Picture;
}

export interface ReplayAsked {
  readonly select: FlowSelect;
  readonly since: TimeSpec;
  readonly clusters?: readonly string[];
}

const longestMs = 31 * 86_400_000;

/** Undefined when the time, now that "now" is known, makes no window. */
export function windowOf(since: TimeSpec, askedAt: number): Window | undefined {
  const from = resolveTime(since, askedAt);
  return from < askedAt && askedAt - from <= longestMs ? { from, to: askedAt } : undefined;
}

export function replayPictureOf<Ask extends "suggest" | "whatif" | "coach">(
  ask: Ask,
  asked: ReplayAsked,
  {
    askedAt,
    window,
    cluster,
    visible,
    outcomes,
  }: {
    readonly askedAt: number;
    readonly window: Window;
    readonly cluster: string;
    readonly visible: Visible;
    readonly outcomes: readonly Outcome[];
  },
): ReplayPicture<Extract<SuggestFinding | WhatifFinding | CoachFinding, { ask: Ask }>> {
  type Found = Extract<SuggestFinding | WhatifFinding | CoachFinding, { ask: Ask }>;
  const found = outcomes
    .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
    .find((one): one is Found => one.ask === ask);
  const view = {
    cluster,
    visible: restrictionIn(visible, cluster).visible,
    resolution: found?.resolution ?? undefined,
    coverage: found?.coverage ?? undefined,
    drops: undefined,
    forwarded: undefined,
    totals: undefined,
    policies: [],
    troubles: outcomes.filter((outcome) => outcome.status !== "ok"),
  };
  const args = { ...asked, until: { kind: "ago", ms: 0 }, top: 10, all: false } as const;
  return { cluster, found, shared: pictureOf(args, askedAt, window, [view]) };
}

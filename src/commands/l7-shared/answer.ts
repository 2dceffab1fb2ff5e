/** What answers of `http` and `dns` end in, and the answers without flows. */
import { durationText } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import type { DropsArgs } from "../drops/args.ts";
import { absentNotes, askedNote, troubleNotes } from "../drops/notes.ts";
import { candidatesOf } from "../drops/result.ts";
import { copyBlocks, ended } from "../ending.ts";
import { listCopyAs } from "../observe/copy-as.ts";
import { againLine } from "../observe/line.ts";
import { asObserve, type L7Name, l7Line } from "./line.ts";
import type { L7Picture } from "./picture.ts";

/** What the structured results of both begin with. */
export interface L7Result {
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
}

export function resultHead<Summary>({ shared, views }: L7Picture<Summary>): L7Result {
  const { target } = shared.args.select;
  return { target: target === undefined ? null : targetText(target), candidates: candidatesOf(views) };
}

interface Finished {
  readonly result: unknown;
  /** Beside "show flows". */
  readonly actions?: readonly Action[];
}

export function finished<Summary>(
  picture: L7Picture<Summary>,
  message: Message,
  { result, actions = [] }: Finished,
): Answer {
  const { name, shared, views } = picture;
  const { window, args } = shared;
  const range = ["--since", rfc3339(window.from), "--until", rfc3339(window.to)];
  const lines = listCopyAs({ asked: asObserve(name, args), views }, range);
  return ended(shared, message, {
    troubles: [...absentNotes(shared), ...troubleNotes(shared)],
    last: [
      askedNote(shared),
      ...(actions.length === 0 ? [] : [{ kind: "actions", actions } satisfies Block]),
      ...copyBlocks(lines),
    ],
    ...{ result, window, copyAs: lines },
  });
}

/** The flows of the same time, whenever the button is pressed. */
export function flowsAction<Summary>(
  { name, shared: { args, window } }: L7Picture<Summary>,
  label: string,
  httpStatus: readonly string[] = [],
): Action {
  // A time in a command is whole seconds.
  const since = { kind: "at", ms: Math.floor(window.from / 1_000) * 1_000 } as const;
  const until = { kind: "at", ms: Math.ceil(window.to / 1_000) * 1_000 } as const;
  const observed = asObserve(name, { ...args, since, until }, httpStatus);
  return { label, command: againLine({ ...observed, limit: { keep: "newest", count: 20 } }) };
}

/** Nothing was seen, and the rings hold more. */
export function widerAction<Summary>({ name, shared, views }: L7Picture<Summary>): Action[] {
  const { window, askedAt, args } = shared;
  const span = window.to - window.from;
  const isDeeper = views.some(
    ({ coverage }) => coverage !== undefined && coverage.oldest !== null && gapsOf(coverage, window).unreachedMs === 0,
  );
  if (!isDeeper || window.to !== askedAt || span > 6 * 3_600_000) return [];
  const ms = Math.ceil((span * 4) / 60_000) * 60_000;
  return [{ label: `look back ${durationText(ms)}`, command: l7Line(name, { ...args, since: { kind: "ago", ms } }) }];
}

/** Nobody could be read, or the target is not one thing. */
export function withoutFlows<Summary>(picture: L7Picture<Summary>, result: unknown): Answer {
  const { name, views, shared } = picture;
  const { args, who, window } = shared;
  if (!views.some(({ resolution }) => resolution?.status === "ambiguous" || resolution?.status === "unknown")) {
    const blocks: Block[] = [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ];
    return finished(picture, { tone: "bad", title: `${who}: no flows could be read`, blocks }, { result });
  }
  const { select } = args;
  const message = whichOne({ views, who, select, line: (other) => l7Line(name, { ...args, select: other }) });
  return { message, result, coverage: null, window, copyAs: [] };
}

export function windowAnswer(name: L7Name, args: DropsArgs): Answer {
  const lastHour = l7Line(name, { ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } });
  return { message: whichTime(name, lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

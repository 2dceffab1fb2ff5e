/** The answer of `trace`: how far attempts come, on which node they stop, timelines of the newest, and how sure that is. */
import { listed } from "../../analysis/counted.ts";
import { rangeText } from "../../analysis/time.ts";
import type { Action, Block } from "../../message/message.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { thingText } from "../drops/asked-text.ts";
import { dropsLine } from "../drops/line.ts";
import { troubleText } from "../drops/notes.ts";
import { shorten } from "../drops/words.ts";
import { copyBlocks, ended } from "../ending.ts";
import { whyLine } from "../why/line.ts";
import { asDrops, type TraceArgs } from "./args.ts";
import { adviceBlocks, nameNotes, stageTable, timelines } from "./blocks.ts";
import { copyAs } from "./copy-as.ts";
import { headline, isReversed } from "./headline.ts";
import { traceLine } from "./line.ts";
import type { TracePicture, TraceView } from "./picture.ts";
import { traceResult } from "./result.ts";

/** Flows of at least one cluster could be read. */
export function traceAnswer(picture: TracePicture): Answer {
  return finished(picture, {
    ...headline(picture),
    blocks: picture.views.flatMap((view) => viewBlocks(view, picture)),
  });
}

export function failedAnswer(picture: TracePicture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.pair}: cannot tell, because no flows could be read`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** An end is several things, or none: the one that connects is asked about first. */
export function endAnswer(picture: TracePicture, end: "from" | "to"): Answer {
  const { args, views, window } = picture;
  const base = asDrops(args);
  const message = whichOne({
    views: views.map((view) => ({ ...view, resolution: view.ends?.[end] })),
    who: picture.pair,
    select: { ...base.select, target: args[end], from: {} },
    line: (other) =>
      other.target === undefined
        ? dropsLine({ ...base, select: { ...other, from: {}, to: {}, protocols: [] } })
        : traceLine({ ...args, [end]: other.target }),
  });
  return { message, result: traceResult(args, views), coverage: null, window, copyAs: [] };
}

export function timeAnswer(args: TraceArgs): Answer {
  const lastHour = traceLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } });
  return { message: whichTime("trace", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function finished(picture: TracePicture, message: Answer["message"]): Answer {
  const { args, views, window, shared } = picture;
  const lines = copyAs(picture);
  return ended(shared, message, {
    troubles: troubles(picture),
    last: [askedNote(picture), nextSteps(picture), ...copyBlocks(lines)],
    ...{ result: traceResult(args, views), window, copyAs: lines },
  });
}

function viewBlocks({ cluster, trace, ends }: TraceView, { manyClusters, askedAt }: TracePicture): Block[] {
  if (trace === undefined) return notThere(cluster, ends);
  return [
    ...(manyClusters ? [{ kind: "text", text: { strong: cluster } } as const] : []),
    ...stageTable(trace, askedAt),
    ...adviceBlocks(trace),
    ...timelines(trace, askedAt),
    ...nameNotes(trace),
  ];
}

/** Of a cluster that answered, among others: nothing was looked for there. */
function notThere(cluster: string, ends: TraceView["ends"]): Block[] {
  const open = (["from", "to"] as const).flatMap((end) => ends?.[end] ?? []);
  const texts = open.flatMap((end) => {
    if (end.status === "unknown") return [`nothing is called ${shorten(end.text)} there`];
    return end.status === "ambiguous" ? [`several things are called ${shorten(end.text)} there`] : [];
  });
  return texts.length === 0 ? [] : [{ kind: "note", tone: "warn", text: `${cluster}: ${listed(texts)}.` }];
}

function troubles({ views }: TracePicture): Block[] {
  const texts = views.flatMap((view) =>
    view.troubles.map((trouble) => `${troubleText(trouble)} How far connections came there is not known.`),
  );
  return [...new Set(texts)].slice(0, 6).map((text) => ({ kind: "note", tone: "warn", text }));
}

function askedNote({ views, window, askedAt }: TracePicture): Block {
  const ends = (["from", "to"] as const).flatMap((end) => {
    const resolution = views.find((view) => view.ends?.[end].status === "resolved")?.ends?.[end];
    return resolution?.status === "resolved" ? [thingText(resolution.target)] : [];
  });
  const when = `flows of ${rangeText(window, askedAt)} UTC`;
  const parts = [listed(views.map(({ cluster }) => cluster)), ends.join(" → "), when];
  return { kind: "note", text: `Asked: ${parts.filter((part) => part !== "").join(", ")}.` };
}

function nextSteps({ args, views }: TracePicture): Block {
  const { from, to } = args;
  const attempts = views.reduce((sum, { trace }) => sum + (trace?.attempts ?? 0), 0);
  const actions: Action[] = [
    // The port is the destination's: the other way it is another.
    ...(attempts === 0 && isReversed(views)
      ? [{ label: "the other way", command: traceLine({ ...args, from: to, to: from, port: null }) }]
      : []),
    { label: "why: what the policies say", command: whyLine({ ...args, http: null }) },
    { label: "drops of this pair", command: dropsLine(asDrops(args)) },
  ];
  return { kind: "actions", actions };
}

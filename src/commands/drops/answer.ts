/** The answer of `drops`: the headline, the cause, the evidence, the small print, and how to check it by hand. */
import { counted, listed } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { deniedRequests, realPackets } from "../../analysis/worst.ts";
import type { Block, Message, Text } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { ended } from "../ending.ts";
import { causeTexts } from "./cause.ts";
import { copyAs } from "./copy-as.ts";
import { gapTexts } from "./coverage.ts";
import type { ClusterView } from "./gather.ts";
import { headline, isAbsent, sawAll, sawEverything } from "./headline.ts";
import { nextSteps } from "./next.ts";
import { askedNote, counterNotes, noiseNote, policyLogNote, troubleNotes } from "./notes.ts";
import type { Picture } from "./picture.ts";
import { policyBlocks } from "./policies.ts";
import { resultOf } from "./result.ts";
import { denialTable, directionFacts, pairTable, reasonTable } from "./tables.ts";
import { timelineBlock } from "./timeline.ts";
import { scopeText } from "./visible.ts";
import { pairText } from "./words.ts";

/** Flows of at least one cluster could be read. */
export function flowsAnswer(picture: Picture): Answer {
  const found = picture.packets > 0 || picture.denials > 0;
  return finished(picture, {
    ...headline(picture),
    blocks: [
      ...clusterFacts(picture),
      ...(found
        ? causeTexts(picture).map((text): Block => ({ kind: "text", text }))
        : [{ kind: "text", text: nothingText(picture) } as const]),
      ...present([
        timelineBlock(picture),
        pairTable(picture),
        reasonTable(picture),
        directionFacts(picture),
        denialTable(picture),
      ]),
      ...(found ? policyBlocks(picture) : forwardedTables(picture)),
      ...present([noiseNote(picture), policyLogNote(picture)]),
      ...counterNotes(picture),
    ],
  });
}

/** Adds what every answer ends in: troubles, coverage, what was asked, next steps, and the lines to copy. */
export function finished(picture: Picture, message: Message): Answer {
  const { args, views, window } = picture;
  const lines = copyAs(picture);
  return ended(picture, message, {
    troubles: troubleNotes(picture),
    last: [askedNote(picture), ...present([nextSteps(picture)]), ...codeBlocks(lines)],
    ...{ result: resultOf(args, views), window, copyAs: lines },
  });
}

/** Lines of one kind share a block. */
function codeBlocks(lines: Answer["copyAs"]): Block[] {
  return [...new Set(lines.map(({ label }) => label))].map((title) => ({
    kind: "code",
    title,
    code: lines
      .filter(({ label }) => label === title)
      .map(({ text }) => text)
      .join("\n"),
  }));
}

/** With several clusters: each in a few words, before anything is added up. */
function clusterFacts(picture: Picture): Block[] {
  const { views, manyClusters } = picture;
  if (!manyClusters) return [];
  return [{ kind: "facts", facts: views.map((view) => ({ name: view.cluster, value: clusterText(view, picture) })) }];
}

function clusterText(view: ClusterView, { args, window }: Picture): string {
  const { drops, resolution } = view;
  if (drops === undefined) {
    if (resolution?.status === "unknown") return `nothing is called ${resolution.text}`;
    if (resolution?.status === "ambiguous")
      return `${resolution.text} is not one thing there: ${listed(resolution.candidates.slice(0, 3))}`;
    return "flows could not be read";
  }
  const packets = realPackets(drops, args.all);
  const denials = deniedRequests(drops);
  const parts = [
    ...(packets > 0 ? [`${counted(packets, "packet")} dropped`] : []),
    ...(denials > 0 ? [`${counted(denials, "request")} refused`] : []),
  ];
  if (parts.length > 0) return listed(parts);
  return sawAll(view, window) ? "nothing dropped" : "no drops seen";
}

function nothingText(picture: Picture): Text {
  const { views, span, window, drops } = picture;
  const gaps = views.flatMap((view) =>
    view.coverage === undefined ? [] : gapTexts(gapsOf(view.coverage, window), span),
  );
  const unread = views
    .filter((view) => !isAbsent(view) && (view.drops === undefined || view.coverage === undefined))
    .map(({ cluster }) => `how much of ${cluster} was seen is not known`);
  const noise = drops !== undefined && drops.packets > 0;
  const passed = passedText(views);
  const scope = scopeText(views);
  if (sawEverything(picture))
    return `${noise ? `Only normal noise${scope} was dropped` : `No packet${scope} was dropped`}, and no request was refused.${passed}`;
  return `No drops${scope} were seen${noise ? ", apart from normal noise" : ""}, but that is no proof: ${listed([...new Set([...gaps, ...unread])])}.${passed}`;
}

/** A sentence about what was forwarded, or "" when that was not asked or nobody answered. */
function passedText(views: readonly ClusterView[]): string {
  const findings = views.flatMap(({ forwarded }) => (forwarded === undefined ? [] : [forwarded]));
  const flows = findings.reduce((sum, { forwarded }) => sum + (forwarded?.flows ?? 0), 0);
  const cut = findings.some(({ coverage }) => coverage?.truncated);
  // Many only left the sender's node: that is no connection.
  if (flows > 0)
    return ` ${cut ? "At least " : ""}${counted(flows, "flow")} ${flows === 1 ? "was" : "were"} forwarded, which does not say that anything arrived.`;
  if (cut) return " What was forwarded could not be read in time.";
  return findings.length > 0 ? " No forwarded flow was seen either." : "";
}

function forwardedTables({ views, manyClusters }: Picture): Block[] {
  const rows = views.flatMap(({ cluster, forwarded }) =>
    (forwarded?.forwarded?.pairs ?? []).map((pair) => ({ ...pair, cluster })),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: "table",
      title: "What was forwarded",
      columns: [
        { title: "Source → destination" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Flows", align: "right" },
      ],
      rows: rows
        .slice(0, 5)
        .map((pair) => [pairText(pair), ...(manyClusters ? [pair.cluster] : []), String(pair.flows)]),
    },
  ];
}

function present(blocks: readonly (Block | undefined)[]): Block[] {
  return blocks.filter((block) => block !== undefined);
}

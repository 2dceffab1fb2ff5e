/** The answer of `top`: what leads, the ranking, its picture, how full maps are, and where all of that is from. */
import { mergeCoverage } from "../../analysis/gaps.ts";
import type { Action, Block } from "../../message/message.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { dropsLine } from "../drops/line.ts";
import { l7Line } from "../l7-shared/line.ts";
import type { L7Picture } from "../l7-shared/picture.ts";
import { visibilityBlocks } from "../l7-shared/visibility.ts";
import { defaults, type TopArgs } from "./args.ts";
import { chartBlocks } from "./charts.ts";
import { codeBlocks, copyAs } from "./copy-as.ts";
import { fillTable, fillTexts } from "./fill.ts";
import { headline, isRead, nothingText } from "./headline.ts";
import { topLine } from "./line.ts";
import { failingText, mapRefusals, notes, unmeasuredNotes } from "./notes.ts";
import { asDrops, type TopPicture } from "./picture.ts";
import { resultOf } from "./result.ts";
import { flowTable, metricTables } from "./tables.ts";

export function topAnswer(picture: TopPicture): Answer {
  const { args, views, window } = picture;
  if (views.some(({ resolution }) => resolution?.status === "ambiguous" || resolution?.status === "unknown"))
    if (picture.flows === undefined) return whichAnswer(picture);
  const lines = copyAs(picture);
  return {
    message: {
      ...headline(picture),
      blocks: [
        ...(args.of === "maps" ? mapBlocks(picture) : flowBlocks(picture)),
        ...notes(picture),
        ...nextSteps(picture),
        ...codeBlocks(lines),
      ],
    },
    result: resultOf(picture),
    coverage: mergeCoverage(
      views.flatMap(({ cluster, coverage }) => (coverage === undefined ? [] : [{ cluster, coverage }])),
    ),
    window,
    copyAs: lines,
  };
}

export function windowAnswer(args: TopArgs): Answer {
  const lastHour = topLine({ ...args, since: defaults.since, until: defaults.until });
  return { message: whichTime("top", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function whichAnswer(picture: TopPicture): Answer {
  const { args, views, window, who } = picture;
  const { select } = args;
  const message = whichOne({ views, who, select, line: (other) => topLine({ ...args, select: other }) });
  return { message, result: resultOf(picture), coverage: null, window, copyAs: [] };
}

function mapBlocks(picture: TopPicture): Block[] {
  const failing = failingText(picture);
  const tables = metricTables(picture);
  const refused = tables.length === 0 ? mapRefusals(picture) : [];
  return [
    ...fillTexts(picture).map(paragraph),
    ...(tables.length === 0 ? refused.map(paragraph) : tables),
    ...(tables.length === 0 && refused.length === 0 && picture.args.failed ? [paragraph(noneFailed(picture))] : []),
    ...(failing === undefined ? [] : [paragraph(failing)]),
    ...chartBlocks(picture),
    ...fillTable(picture),
    ...unmeasuredNotes(picture),
  ];
}

/** Names first: the agents' counters know none. */
function flowBlocks(picture: TopPicture): Block[] {
  const { of } = picture.args;
  const flows = flowTable(picture);
  const tables = [...(flows === undefined ? [] : [flows]), ...metricTables(picture)];
  if (tables.length > 0) return [...tables, ...chartBlocks(picture)];
  if (!isRead(picture))
    return [
      paragraph(
        of === "dns" || of === "http"
          ? "Flows could not be read; why stands below."
          : "Neither metrics nor flows could be read; why stands below.",
      ),
    ];
  return [
    paragraph(nothingText(picture)),
    // No request is not "all is well": nothing may have looked.
    ...(of === "dns" || of === "http" ? visibilityBlocks(l7Picture(of, picture)) : []),
  ];
}

function l7Picture(name: "dns" | "http", { views, shared }: TopPicture): L7Picture<undefined> {
  return { name, views: views.map((view) => ({ ...view, summary: undefined })), read: [], shared };
}

function noneFailed({ span }: TopPicture): string {
  return `The agents counted operations in the last ${span}, and none of them failed.`;
}

function nextSteps({ args, views, metrics, flows }: TopPicture): Block[] {
  const hasRows = metrics.some(({ rows }) => rows.length > 0);
  const hasFlows = (flows?.rows.length ?? 0) > 0;
  const failing = views.some(({ ranking }) => (ranking?.failing.length ?? 0) > 0);
  const actions: Action[] = [
    ...(args.of === "maps" && hasRows && args.by === undefined
      ? [{ label: "by node", command: topLine({ ...args, by: "node" }) }]
      : []),
    ...(args.of === "maps" && failing
      ? [{ label: "failed operations", command: topLine({ ...args, failed: true }) }]
      : []),
    ...(args.of === "drops" && (hasRows || hasFlows)
      ? [{ label: "why they were dropped", command: dropsLine(asDrops(args)) }]
      : []),
    ...((args.of === "dns" || args.of === "http") && hasFlows
      ? [
          {
            label: args.of === "dns" ? "what failed, by client" : "what failed, and how slow",
            command: l7Line(args.of, asDrops(args)),
          },
        ]
      : []),
  ];
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}

function paragraph(text: Extract<Block, { kind: "text" }>["text"]): Block {
  return { kind: "text", text };
}

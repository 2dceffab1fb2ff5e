/** The answer of `map`: the picture, its edges as a table, what is hidden, and how sure that is. */
import { counted, listed } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import type { HiddenKind } from "../../analysis/service-map/service-map.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { rateText } from "../../message/service-map.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { dropsLine } from "../drops/line.ts";
import { absentNotes, askedNote } from "../drops/notes.ts";
import { isOutside } from "../drops/visible.ts";
import { pairLabel, pairText } from "../drops/words.ts";
import { copyBlocks, ended } from "../ending.ts";
import { tracePairLine } from "../trace/line.ts";
import { asDrops, type MapArgs, mostEdges } from "./args.ts";
import { chartBlocks, foldedText } from "./chart.ts";
import { copyAs } from "./copy-as.ts";
import { mapLine } from "./line.ts";
import type { MapPicture, RatedEdge } from "./picture.ts";
import { resultOf } from "./result.ts";

type Note = Extract<Block, { kind: "note" }>;

const shownRows = 20;
const mostTraces = 2;
const longestLabel = 60;
/** Longest sentence of a source that is repeated. */
const longest = 300;

/** Flows of at least one cluster could be read. */
export function mapAnswer(picture: MapPicture): Answer {
  const { edges } = picture;
  return finished(picture, {
    ...headline(picture),
    blocks: [
      ...(edges.length === 0 ? [{ kind: "text", text: nothingText(picture) } as const] : []),
      ...chartBlocks(picture),
      ...(edges.length === 0 ? [] : [edgeTable(picture)]),
      ...hiddenNotes(picture),
      ...unheardNotes(picture),
      ...(edges.length === 0 ? [] : [basisNote(picture)]),
    ],
  });
}

export function failedAnswer(picture: MapPicture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.who}: no map, because no flows could be read`,
    blocks: [
      { kind: "text", text: "Check that Relay runs and that the bot can reach it:" },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer(picture: MapPicture): Answer {
  const { args, views, who, window } = picture;
  const { select } = args;
  const message = whichOne({ views, who, select, line: (other) => mapLine({ ...args, select: other }) });
  return { message, result: resultOf(picture), coverage: null, window, copyAs: [] };
}

export function windowAnswer(args: MapArgs): Answer {
  const lastHour = mapLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } });
  return { message: whichTime("map", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function finished(picture: MapPicture, message: Message): Answer {
  const { window, shared } = picture;
  const lines = copyAs(picture);
  return ended(shared, message, {
    troubles: [...absentNotes(shared), ...troubleNotes(picture)],
    last: [askedNote(shared), ...nextSteps(picture), ...copyBlocks(lines)],
    ...{ result: resultOf(picture), window, copyAs: lines },
  });
}

function headline(picture: MapPicture): Pick<Message, "tone" | "title"> {
  const { who, when, edges, folded } = picture;
  const whole = sawEverything(picture);
  if (edges.length === 0) {
    return {
      tone: whole ? "info" : "warn",
      title: `${who}: no traffic seen ${when}${whole ? "" : ", but not everything could be seen"}`,
    };
  }
  const lossy = edges.filter(isLossy).length;
  const unheard = edges.filter(isUnheard);
  const ends = new Set(
    edges.flatMap(({ cluster, source, destination }) => [`${cluster} ${source}`, `${cluster} ${destination}`]),
  );
  const all = `${whole ? "" : "at least "}${counted(edges.length + folded.edges, "edge")}`;
  const between = folded.edges > 0 ? "" : ` between ${counted(ends.size, "end")}`;
  const drops = lossy === 0 ? "none with drops" : `${lossy}${folded.dropped > 0 ? " or more" : ""} with drops`;
  const silent = unheard.length === 0 ? "" : `, ${unheard.length} without an answer`;
  const isBad = lossy > 0 || unheard.some(({ isSure }) => isSure);
  return {
    tone: isBad ? "bad" : unheard.length > 0 ? "warn" : "info",
    title: `${who}: ${all}${between} ${when}, ${drops}${silent}`,
  };
}

/** Noise is dropped where all is well. */
function isLossy({ lost, kind }: RatedEdge): boolean {
  return lost > 0 && kind !== "noise";
}

/** It leaves, and nothing of it arrives or comes back. */
function isUnheard({ unheard }: RatedEdge): boolean {
  return unheard > 0;
}

/** Every edge of the picture, as many as a message takes. */
function edgeTable({ edges, folded, manyClusters }: MapPicture): Block {
  const hasLost = edges.some(({ lost }) => lost > 0);
  const hasUnheard = edges.some(isUnheard);
  const hasL7 = edges.some(({ l7 }) => l7 > 0);
  const hasAudit = edges.some(({ audited }) => audited > 0);
  const rows = edges.slice(0, shownRows);
  const more = edges.length - rows.length;
  const gone = [...(more > 0 ? [`${counted(more, "edge")} of the picture`] : []), foldedText(folded)].filter(
    (text) => text !== undefined,
  );
  return {
    kind: "table",
    title: "Edges",
    columns: [
      { title: "Source → destination" },
      ...(manyClusters ? [{ title: "Cluster" }] : []),
      ...(hasLost ? [{ title: "Dropped", align: "right" } as const] : []),
      ...(hasUnheard ? [{ title: "No answer", align: "right" } as const] : []),
      { title: "Passed", align: "right" },
      ...(hasAudit ? [{ title: "Audited", align: "right" } as const] : []),
      ...(hasL7 ? [{ title: "L7", align: "right" } as const] : []),
    ],
    rows: rows.map((edge) => [
      pairText(edge),
      ...(manyClusters ? [edge.cluster] : []),
      ...(hasLost ? [rateText(edge.lost) || "–"] : []),
      ...(hasUnheard ? [rateText(edge.unheard) || "–"] : []),
      rateText(edge.rate) || "–",
      ...(hasAudit ? [edge.audited > 0 ? String(edge.audited) : "–"] : []),
      ...(hasL7 ? [edge.l7 > 0 ? `${Math.max(1, Math.round(edge.l7 * 100))}%` : "–"] : []),
    ]),
    ...(gone.length > 0 && { folded: `Not listed: ${listed(gone)}` }),
  };
}

function hiddenNotes({ hidden, args }: MapPicture): Note[] {
  if (args.all) return [{ kind: "note", text: "Probes, scrapes and noise are shown too." }];
  const texts = hidden.filter(({ edges }) => edges > 0).map(({ kind, edges }) => counted(edges, `${words[kind]} edge`));
  return texts.length === 0
    ? []
    : [
        {
          kind: "note",
          text: [`Hidden: ${listed(texts)}; `, { code: "--all" }, ` shows ${onlyOne(hidden) ? "it" : "them"}.`],
        },
      ];
}

const words: Readonly<Record<HiddenKind, string>> = { probe: "probe", scrape: "scrape", noise: "noise" };

function onlyOne(hidden: MapPicture["hidden"]): boolean {
  return hidden.reduce((sum, { edges }) => sum + edges, 0) === 1;
}

/** What the state means, and how sure it is. */
function unheardNotes({ edges }: MapPicture): Note[] {
  const unheard = edges.filter(isUnheard);
  const unsure = unheard.filter(({ isSure }) => !isSure);
  const what = "No answer: TCP leaves its node, and no record shows that it arrives or that anything comes back";
  if (unheard.length === 0) return [];
  if (unsure.length === 0)
    return [{ kind: "note", text: `${what}, though all nodes answered and no events were lost.` }];
  const of = unsure.length < unheard.length ? ` of ${counted(unsure.length, "edge")}` : "";
  const but = `${what}; not everything could be seen${of}: it may have arrived, and been dropped there.`;
  return [{ kind: "note", tone: "warn", text: but }];
}

function basisNote({ edges }: MapPicture): Note {
  const l7 = edges.some((edge) => edge.l7 > 0) ? " L7 is the part that a proxy read." : "";
  return {
    kind: "note",
    text: `Rates count Hubble's records of what clients sent, of the side that saw more: connections and long streams, not every packet.${l7}`,
  };
}

function nothingText(picture: MapPicture): string {
  const isHidden = picture.hidden.some(({ edges }) => edges > 0);
  if (!sawEverything(picture)) return "That is no proof that there was none: see the coverage below.";
  return isHidden
    ? "Apart from what is hidden, nothing passed and nothing was dropped."
    : "Nothing passed and nothing was dropped.";
}

function sawEverything({ views, window }: MapPicture): boolean {
  return views.every(
    ({ coverage, resolution }) =>
      resolution?.status === "unknown" || (coverage !== undefined && gapsOf(coverage, window).none),
  );
}

function troubleNotes({ views, manyClusters }: MapPicture): Note[] {
  return views.flatMap(({ cluster, troubles }) =>
    troubles.map(({ error }): Note => {
      const said = error.say.includes("Relay") ? error.say : `Hubble Relay: ${error.say}`;
      return { kind: "note", tone: "warn", text: cutEnd(manyClusters ? `${cluster}: ${said}` : said, longest) };
    }),
  );
}

/** How far they come, of the first ones. */
function traceActions({ args, edges, views, manyClusters }: MapPicture): Action[] {
  const isShown = ({ source, destination, cluster }: RatedEdge) => {
    const view = views.find((one) => one.cluster === cluster);
    return ![source, destination].some((name) => isOutside({ name, labels: [] }, view));
  };
  return edges
    .filter((edge) => isUnheard(edge) && isShown(edge))
    .slice(0, mostTraces)
    .flatMap((edge) => {
      const { since, until } = args;
      const clusters = manyClusters ? [edge.cluster] : args.clusters;
      const command = tracePairLine(edge, { since, until, ...(clusters !== undefined && { clusters }) });
      return command === undefined ? [] : [{ label: cutEnd(`how far: ${pairLabel(edge)}`, longestLabel), command }];
    });
}

function nextSteps(picture: MapPicture): Block[] {
  const { args, edges, folded, hidden } = picture;
  const actions: Action[] = [
    ...traceActions(picture),
    ...(edges.some(isLossy)
      ? [{ label: "why they were dropped", command: dropsLine({ ...asDrops(args), all: false }) }]
      : []),
    ...(folded.edges > 0 && args.top < mostEdges
      ? [{ label: "more edges", command: mapLine({ ...args, top: mostEdges }) }]
      : []),
    ...(!args.all && hidden.some((kind) => kind.edges > 0)
      ? [{ label: "show what is hidden", command: mapLine({ ...args, all: true }) }]
      : []),
  ];
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}

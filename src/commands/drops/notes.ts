/** The small print that keeps the answer honest: what was asked, what failed, what was folded, what the counters say. */
import { counted, numberText } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { reconcile } from "../../analysis/reconcile.ts";
import { rangeText } from "../../analysis/time.ts";
import { realCounts, realPackets } from "../../analysis/worst.ts";
import type { Block, Text } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Question } from "../../sources/question.ts";
import { thingText } from "./asked-text.ts";
import type { ClusterView, Trouble } from "./gather.ts";
import type { Picture } from "./picture.ts";
import { noiseReasons } from "./tables.ts";
import { shorten } from "./words.ts";

type Note = Extract<Block, { kind: "note" }>;

/** Longest sentence of a source that is repeated. */
const longest = 300;
export const sourceTitles = { hubble: "Hubble Relay", prometheus: "Prometheus", kubernetes: "Kubernetes" } as const;

export function noiseNote({ drops, args }: Picture): Note | undefined {
  if (drops === undefined || drops.noise === 0) return undefined;
  const kinds = noiseReasons(drops);
  const what = `${counted(drops.noise, "packet")} of normal noise${kinds === "" ? "" : `, ${kinds},`}`;
  return {
    kind: "note",
    text: args.all ? `${what} included.` : [`${what} left out; `, { code: "--all" }, " lists them."],
  };
}

/** Prometheus beside Hubble, a sentence per cluster that has both. */
export function counterNotes(picture: Picture): Note[] {
  const { views, args, filtered, window } = picture;
  return views.flatMap((view): Note[] => {
    const { totals, drops, coverage } = view;
    if (totals === undefined || drops === undefined) return [];
    // Why there are no counters is a warning of its own.
    if (totals.agents === 0 && totals.warnings.length > 0) return [];
    const sentence = reconcile({
      packets: realPackets(drops, args.all),
      ...realCounts(drops, args.all),
      denials: drops.l7Denials.reduce((sum, { count }) => sum + count, drops.foldedL7.count),
      narrowed: filtered || args.select.target !== undefined,
      last: args.last,
      totals: totals.totals,
      agents: totals.agents,
      nodes: coverage?.nodes.total ?? 0,
      gaps: coverage && gapsOf(coverage, window),
      windowMs: window.to - window.from,
    });
    return [{ kind: "note", text: led(picture, view, sentence) }];
  });
}

/** What could not be asked, and what the answer lacks for it. A source that is not configured is missing on purpose. */
export function troubleNotes(picture: Picture): Note[] {
  return picture.views.flatMap((view): Note[] => {
    const texts = view.troubles
      .filter((trouble) => trouble.status !== "skipped" || trouble.question.source === "hubble")
      .map((trouble) => `${troubleText(trouble)} ${consequence(trouble.question, view)}`.trim());
    const warnings = (view.totals?.warnings ?? [])
      .slice(0, 3)
      .map((warning) => `Prometheus: ${ended(cutEnd(warning, longest))}`);
    return [...new Set([...texts, ...warnings])].map(
      (text): Note => ({ kind: "note", tone: "warn", text: led(picture, view, text) }),
    );
  });
}

export function askedNote(picture: Picture): Note {
  const { window, askedAt, args, filtered } = picture;
  const things = picture.views.map(({ cluster, resolution }) => {
    if (resolution?.status !== "resolved") return cluster;
    return `${cluster}, ${thingText(resolution.target)}`;
  });
  const limits = [
    ...(filtered ? ["with the filters given"] : []),
    ...(args.last === undefined ? [] : [`only the newest ${numberText(args.last)} drops`]),
  ];
  const when = `${rangeText(window, askedAt)} UTC`;
  return { kind: "note", text: `Asked: ${[things.join("; "), ...limits, when].join(", ")}.` };
}

/** Flows were matched by their text, because nobody could look the name up. */
export function unresolvedNotes(picture: Picture): Note[] {
  return picture.views.flatMap((view): Note[] =>
    view.resolution?.status === "unresolved"
      ? [
          {
            kind: "note",
            tone: "warn",
            text: led(picture, view, `The target is matched by its text alone: ${ended(view.resolution.because)}`),
          },
        ]
      : [],
  );
}

/** Of several clusters those that know the target not, or twice: nothing was looked for there. */
export function absentNotes({
  views,
  manyClusters,
}: {
  readonly views: readonly Pick<ClusterView, "cluster" | "resolution">[];
  readonly manyClusters: boolean;
}): Note[] {
  if (!manyClusters) return [];
  return views.flatMap(({ cluster, resolution }): Note[] => {
    if (resolution?.status !== "unknown" && resolution?.status !== "ambiguous") return [];
    const how = resolution.status === "unknown" ? "nothing is" : "several things are";
    return [{ kind: "note", tone: "warn", text: `${cluster}: ${how} called ${shorten(resolution.text)} there.` }];
  });
}

export function policyLogNote({ drops }: Picture): Note | undefined {
  const logs = drops?.policyLogs ?? [];
  return logs.length === 0
    ? undefined
    : {
        kind: "note",
        text: [
          `Policy log: `,
          ...logs.flatMap((log, index): Text[] => [index === 0 ? "" : ", ", { code: shorten(log) }]),
        ] as Text,
      };
}

export function troubleText({ question, error }: Trouble): string {
  const title = sourceTitles[question.source];
  const isNamed = error.say.includes(title.split(" ").at(-1) ?? title);
  return ended(cutEnd(isNamed ? error.say : `${title}: ${error.say}`, longest));
}

function consequence({ ask }: Question, { drops }: ClusterView): string {
  switch (ask) {
    case "drops":
    case "top":
      return "Who was hit is not known.";
    case "forwarded":
      return "What got through is not known.";
    case "dropTotals":
      return drops === undefined ? "" : "Totals are from flows only.";
    case "policies":
    case "why":
      return drops === undefined ? "" : "Policies are not listed.";
    default:
      // Questions of other commands.
      return "";
  }
}

/** With the cluster's name, where there are several: `Prometheus of prod-eu agrees: …`. */
function led({ manyClusters }: Picture, { cluster }: ClusterView, text: string): string {
  if (!manyClusters) return text;
  const source = Object.values(sourceTitles).find((title) => text.startsWith(title));
  return source === undefined ? `${cluster}: ${text}` : `${source} of ${cluster}${text.slice(source.length)}`;
}

function ended(sentence: string): string {
  return /[.!?…]$/.test(sentence.trim()) ? sentence.trim() : `${sentence.trim()}.`;
}

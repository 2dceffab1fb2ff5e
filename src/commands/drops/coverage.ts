/** How much of the truth the flows are, in words. Every answer built on flows ends in this. */
import { counted } from "../../analysis/counted.ts";
import type { Coverage } from "../../analysis/coverage.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { type Gaps, gapsOf } from "../../analysis/gaps.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import type { ClusterView } from "./gather.ts";
import type { Picture } from "./picture.ts";

type Note = Extract<Block, { kind: "note" }>;

const shownNames = 5;

export function coverageNotes(picture: Picture): Note[] {
  return picture.views.flatMap((view): Note[] => {
    const title = picture.manyClusters ? `Coverage of ${view.cluster}` : "Coverage";
    if (view.coverage === undefined) {
      if (!isOneThing(view)) return [];
      const text = view.drops === undefined ? "none, no flows could be read." : "not known.";
      return [{ kind: "note", tone: "warn", text: `${title}: ${text}` }];
    }
    const gaps = gapsOf(view.coverage, picture.window);
    return [
      {
        kind: "note",
        ...(!gaps.none && { tone: "warn" as const }),
        text: `${title}: ${coverageText(view.coverage, gaps, picture)}`,
      },
    ];
  });
}

function coverageText(
  { nodes, oldest, lost, recorded }: Coverage,
  gaps: Gaps,
  { window, span, askedAt }: Picture,
): string {
  const missing =
    gaps.nodes.slice(0, shownNames).join(", ") +
    (gaps.nodes.length > shownNames ? ` and ${gaps.nodes.length - shownNames} more` : "");
  const parts = [
    `${nodes.answered}/${nodes.total} nodes answered${missing === "" ? "" : `, missing ${missing}`}`,
    reachText(oldest, gaps, { window, span, askedAt }),
    ...recordedTexts(recorded, gaps, askedAt),
    lostText(lost),
    ...(gaps.shed > 0 ? [`${counted(gaps.shed, "flow")} left out to stay within bounds`] : []),
    ...(gaps.truncated ? ["reading stopped before the end"] : []),
  ];
  return `${parts.join("; ")}.`;
}

/** What the gaps mean for "nothing was dropped", as parts of a sentence. */
export function gapTexts(gaps: Gaps, span: string): string[] {
  const { nodeCount, nodes } = gaps;
  return [
    ...(nodeCount > 0
      ? [`${nodes.length > 0 && nodes.length <= 3 ? nodes.join(", ") : counted(nodeCount, "node")} did not answer`]
      : []),
    ...(gaps.empty && !gaps.truncated ? ["no node holds any flow"] : []),
    ...(gaps.unreachedMs > 0
      ? [`Hubble's rings hold nothing of the first ${roughDuration(gaps.unreachedMs)} of ${span}`]
      : []),
    ...(gaps.lost > 0 ? [`${counted(gaps.lost, "event")} were lost before anybody could see them`] : []),
    ...(gaps.unrecordedMs > 0 ? [`the recording lacks ${roughDuration(gaps.unrecordedMs)}`] : []),
    ...(gaps.truncated || gaps.shed > 0 ? ["not all flows could be read in time"] : []),
  ];
}

function reachText(
  oldest: string | null,
  gaps: Gaps,
  { window, span, askedAt }: Pick<Picture, "window" | "span" | "askedAt">,
): string {
  if (oldest === null) return gaps.truncated ? "how far back flows reach is not known" : "no node holds any flow";
  if (gaps.unreachedMs === 0) return `flows cover all ${span}`;
  const since = clockText(Date.parse(oldest), askedAt);
  const covered = window.to - window.from - gaps.unreachedMs;
  return covered <= 0
    ? `the oldest flow is of ${since} UTC, after all that was asked for`
    : `flows reach back to ${since} UTC only, ${roughDuration(covered)} of ${span}`;
}

function recordedTexts(recorded: Coverage["recorded"], gaps: Gaps, askedAt: number): string[] {
  if (recorded === undefined) return [];
  const lacks = gaps.unrecordedMs > 0 ? `, which lacks ${roughDuration(gaps.unrecordedMs)}` : "";
  const before = `before ${clockText(Date.parse(recorded.until), askedAt)} UTC`;
  if (recorded.dropsFrom === undefined) return [`${before} from the bot's recording${lacks}`];
  const begin = clockText(Date.parse(recorded.dropsFrom), askedAt);
  return [`${before} only dropped flows were kept, from ${begin} UTC in the bot's recording${lacks}`];
}

function lostText(lost: Coverage["lost"]): string {
  const sources = Object.entries(lost).filter(([, count]) => count > 0);
  if (sources.length === 0) return "no events lost";
  return `lost ${sources.map(([source, count]) => `${counted(count, "event")} (${source})`).join(", ")}`;
}

function isOneThing({ resolution }: ClusterView): boolean {
  return resolution?.status !== "ambiguous" && resolution?.status !== "unknown";
}

/** The small print of `follow`: nodes that came and went, and why it ended where it did, when that was not as asked. */
import { counted, numberText } from "../../analysis/counted.ts";
import type { FollowView, NodeChange } from "../../analysis/follow/view.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { FollowEnd } from "../../sources/question.ts";
import { mostFlows } from "./ask.ts";
import type { Followed } from "./picture.ts";

type Note = Extract<Block, { kind: "note" }>;

const words: Readonly<Record<NodeChange["change"], string>> = {
  lost: "lost at",
  back: "back at",
  late: "there only from",
};

export function nodeNotes({ nodes }: FollowView, near: number): Note[] {
  const { changes, earlier } = nodes;
  if (changes.length === 0) return [];
  const texts = changes.map(({ node, change, at }) => `${cutEnd(node, 63)} ${words[change]} ${clockText(at, near)}`);
  const before = earlier > 0 ? `, after ${counted(earlier, "earlier change")}` : "";
  const text = `Nodes came or went: ${texts.join(", ")} UTC${before}. While a node is away, its flows are missing.`;
  return [{ kind: "note", tone: "warn", text }];
}

export function endNotes({ endedBy, view, coverage }: Followed, near: number): Note[] {
  if (endedBy === "time" && coverage?.truncated === true) return [{ kind: "note", tone: "warn", text: tooMany }];
  const why = endings[endedBy];
  if (why === undefined) return [];
  const text = `It ended at ${clockText(view.at, near)} UTC: ${why}`;
  return [{ kind: "note", ...(endedBy !== "cancelled" && { tone: "warn" as const }), text }];
}

const tooMany =
  "More flows came than could be read in time: there were more than these. Narrow it with a target or filters.";

const endings: Readonly<Record<FollowEnd, string | undefined>> = {
  time: undefined,
  flows: `a follow reads at most ${numberText(mostFlows)} flows. Narrow it with a target or filters.`,
  cancelled: "somebody stopped it.",
  lost: "Hubble Relay went away and did not come back in time.",
};

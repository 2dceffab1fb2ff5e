/** Why a capture ended where it did, when that was not as asked. */
import { numberText } from "../../analysis/counted.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import type { CaptureEnd } from "../../sources/question.ts";
import { mostBytes, mostFlows } from "./ask.ts";
import type { CapturePicture } from "./picture.ts";

type Note = Extract<Block, { kind: "note" }>;

export function endNotes({ views, askedAt, shared }: CapturePicture): Note[] {
  return views.flatMap(({ cluster, capture }): Note[] => {
    const why = capture && endings(views.length)[capture.endedBy];
    if (!why) return [];
    const lead = shared.manyClusters ? `${cluster}: ` : "";
    const text = `${lead}It ended at ${clockText(capture.to, askedAt)} UTC: ${why}`;
    return [{ kind: "note", ...(capture.endedBy !== "cancelled" && { tone: "warn" as const }), text }];
  });
}

function endings(clusters: number): Record<CaptureEnd, string | undefined> {
  const each = clusters === 1 ? "" : ` here, its part of what ${clusters} clusters may have together`;
  const narrower = "Narrow it with a target, filters or a shorter --for.";
  const megabytes = Math.round((mostBytes / clusters / 1_048_576) * 10) / 10;
  return {
    time: undefined,
    flows: `a capture has at most ${numberText(Math.floor(mostFlows / clusters))} flows${each}. ${narrower}`,
    bytes: `a capture has at most ${megabytes} MB${each}. ${narrower}`,
    cancelled: "somebody stopped it.",
    lost: "Hubble Relay went away and did not come back in time.",
  };
}

/** The structured result of `capture` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { CaptureEnd, CaptureSummary } from "../../sources/question.ts";
import { candidatesOf } from "../drops/result.ts";
import type { CapturePicture } from "./picture.ts";

export interface CaptureResult {
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** One per cluster that could be read. */
  readonly captures: readonly Captured[];
}

export interface Captured {
  readonly cluster: string;
  /** Null when no flow fits. */
  readonly file: { readonly name: string; readonly bytes: number } | null;
  readonly endedBy: CaptureEnd;
  /** RFC 3339: flows from here on are not in the file. */
  readonly to: string;
  readonly flows: number;
  readonly byVerdict: CaptureSummary["byVerdict"];
  readonly pairs: CaptureSummary["pairs"];
  readonly foldedPairs: CaptureSummary["folded"];
  /** Dropped packets in it, each counted once, by reason. */
  readonly drops: { readonly packets: number; readonly byReason: Readonly<Record<string, number>> };
}

export function resultOf({ asked, views }: CapturePicture): CaptureResult {
  const { target } = asked.select;
  return {
    target: target === undefined ? null : targetText(target),
    candidates: candidatesOf(views),
    captures: views.flatMap(({ cluster, capture }): Captured[] => {
      if (!capture) return [];
      const { file, endedBy, to, summary } = capture;
      const { flows, byVerdict, pairs, folded, drops } = summary;
      return [
        {
          cluster,
          file: file && { name: file.name, bytes: file.bytes },
          endedBy,
          to: new Date(to).toISOString(),
          ...{ flows, byVerdict, pairs, foldedPairs: folded },
          drops: { packets: drops.packets, byReason: drops.byReason },
        },
      ];
    }),
  };
}

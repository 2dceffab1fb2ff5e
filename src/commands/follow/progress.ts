/** The message of a follow while it goes on. */
import { counted } from "../../analysis/counted.ts";
import { clockText } from "../../analysis/time.ts";
import type { Message } from "../../message/message.ts";
import { coverageNotes } from "../drops/coverage.ts";
import { visibleNotes } from "../drops/visible.ts";
import { nodeNotes } from "./notes.ts";
import { droppedText, factsOf, lastLines, pairTable, rateText } from "./parts.ts";
import type { RunningPicture } from "./picture.ts";

export function progressMessage({ asked, view, shared, place, until, askedAt }: RunningPicture): Message {
  const { flows, rate, drops } = view;
  const dropped = drops.count > 0 ? `, ${droppedText(drops)} dropped` : "";
  const so = flows === 0 ? "no flow yet" : `${counted(flows, "flow")} so far, ${rateText(rate.now)} now${dropped}`;
  const end = `Up to ${clockText(Math.floor(view.at / 1_000) * 1_000, askedAt)} UTC; ends by itself at ${clockText(Math.floor(until / 1_000) * 1_000, askedAt)} UTC.`;
  return {
    tone: drops.count > 0 ? "warn" : "info",
    title: `Following ${shared.who}: ${so}`,
    blocks: [
      ...(flows === 0 ? [] : [factsOf(view, true), ...pairTable(view, asked), ...lastLines(view)]),
      ...nodeNotes(view, askedAt),
      ...coverageNotes(shared),
      ...visibleNotes([place]),
      { kind: "note", text: end },
    ],
  };
}

/** The one line that stands alone on a lock screen, and its tone. */
import { counted, listed } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import type { Window } from "../../analysis/select.ts";
import { rankedReasons } from "../../analysis/worst.ts";
import type { Message } from "../../message/message.ts";
import type { ClusterView } from "./gather.ts";
import { type Picture, whenText } from "./picture.ts";
import { lowerFirst, reasonText } from "./words.ts";

export function headline(picture: Picture): Pick<Message, "tone" | "title"> {
  const { packets, denials, drops, who } = picture;
  const least = sawEverything(picture) || picture.args.last !== undefined ? "" : "at least ";
  const when = whenText(picture);
  if (packets === 0 && denials === 0) return nothing(picture, when);
  const noise = picture.args.all && drops !== undefined && drops.packets === drops.noise;
  const parts = [
    ...(packets > 0 ? [`${counted(packets, "packet")} dropped`] : []),
    ...(denials > 0 ? [`${counted(denials, "request")} refused`] : []),
  ];
  const why = packets > 0 ? reasons(picture) : "L7 policy";
  return {
    tone: noise || onlyChurn(picture) ? "warn" : "bad",
    title: `${who}: ${least}${listed(parts)} ${when}, ${noise ? "all of it normal noise" : why}`,
  };
}

/** Every node's ring reaches back far enough and nothing was lost, in every cluster that has the target. */
export function sawEverything({ views, window }: Picture): boolean {
  return views.every((view) => isAbsent(view) || sawAll(view, window));
}

export function sawAll({ drops, coverage }: ClusterView, window: Window): boolean {
  return drops !== undefined && coverage !== undefined && gapsOf(coverage, window).none;
}

/** The cluster answered that it has nothing of that name: there is nothing to see there. */
export function isAbsent({ resolution }: ClusterView): boolean {
  return resolution?.status === "unknown";
}

function nothing(picture: Picture, when: string): Pick<Message, "tone" | "title"> {
  const { drops, who } = picture;
  const noise = drops !== undefined && drops.packets > 0;
  if (!sawEverything(picture))
    return { tone: "warn", title: `${who}: no drops seen ${when}, but not everything could be seen` };
  return {
    tone: "good",
    title: noise ? `${who}: nothing but noise dropped ${when}` : `${who}: nothing dropped ${when}`,
  };
}

function reasons({ byReason, packets }: Picture): string {
  const [first, second, ...more] = rankedReasons(byReason);
  const text = (reason: string) => lowerFirst(reasonText(reason));
  if (first === undefined) return "reason not known";
  if (second === undefined) return text(first[0]);
  if (first[1] >= packets * 0.8) return `mostly ${text(first[0])}`;
  return more.length === 0
    ? `${text(first[0])} and ${text(second[0])}`
    : `${text(first[0])} and ${more.length + 1} more reasons`;
}

/** Pods and agents come and go: that passes by itself. */
function onlyChurn({ pairs, denials }: Picture): boolean {
  return denials === 0 && pairs.length > 0 && pairs.every(({ reason }) => reasonFromText(reason)?.kind === "churn");
}

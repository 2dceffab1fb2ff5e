/** Answers without flows: Relay did not answer, the target is not one thing, the times make no sense. */
import { counted, numberText } from "../../analysis/counted.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import type { Block } from "../../message/message.ts";
import { whichOne, whichTime } from "../ask-back.ts";
import type { Answer } from "../command.ts";
import { finished } from "./answer.ts";
import type { DropsArgs } from "./args.ts";
import { dropsLine } from "./line.ts";
import { type Picture, whenText } from "./picture.ts";
import { policyBlocks } from "./policies.ts";
import { resultOf } from "./result.ts";
import { directionText, reasonText } from "./words.ts";

/** The counters alone: how much was dropped in the whole cluster, but not whose it was. */
export function countersAnswer(picture: Picture): Answer {
  const { views, args } = picture;
  const rows = views.flatMap(({ totals, cluster }) => (totals?.totals ?? []).map((total) => ({ ...total, cluster })));
  const rising = rows
    .filter(({ packets }) => packets > 0)
    .toSorted((a, b) => Number(isNoise(a.reason)) - Number(isNoise(b.reason)) || b.packets - a.packets);
  const real = rising.filter(({ reason }) => !isNoise(reason)).reduce((sum, { packets }) => sum + packets, 0);
  const whole = picture.manyClusters ? "in all clusters that answered" : "in the whole cluster";
  const target = args.select.target === undefined ? "" : ` Whether ${picture.who} was hit is not known.`;
  const table: Block = {
    kind: "table",
    title: `Agents' counters ${whole}`,
    columns: [
      { title: "Reason" },
      { title: "Direction" },
      ...(picture.manyClusters ? [{ title: "Cluster" }] : []),
      { title: "Packets", align: "right" },
    ],
    rows: rising
      .slice(0, 12)
      .map((row) => [
        `${reasonText(row.reason)}${isNoise(row.reason) ? " (normal noise)" : ""}`,
        directionText(row.direction),
        ...(picture.manyClusters ? [row.cluster] : []),
        numberText(row.packets),
      ]),
    ...(rising.length > 12 && { folded: `${rising.length - 12} more` }),
  };
  return finished(picture, {
    tone: "warn",
    title: `${picture.who}: flows could not be read; about ${counted(real, "packet")} dropped ${whole} ${whenText(picture)}`,
    blocks: [
      {
        kind: "text",
        text: `Only Prometheus answered. Its counters know reasons and directions, but no pods.${target}`,
      },
      ...(rising.length > 0 ? [table] : []),
      ...policyBlocks(picture),
    ],
  });
}

/** Nobody answered. */
export function failedAnswer(picture: Picture): Answer {
  // Counters are of whole clusters, and so were only asked of those.
  const asked = picture.views.some(({ visible }) => visible === undefined);
  return finished(picture, {
    tone: "bad",
    title: `${picture.who}: no answer, because ${asked ? "neither flows nor counters could" : "flows could not"} be read`,
    blocks: [
      {
        kind: "text",
        text: "Whether anything was dropped is not known. Check that Relay runs and that the bot can reach it:",
      },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer({ args, views, who, window }: Picture): Answer {
  const { select } = args;
  const { target: _, ...rest } = select;
  const also = [{ label: "everything that may be seen here", command: dropsLine({ ...args, select: rest }) }];
  const message = whichOne({ views, who, select, also, line: (other) => dropsLine({ ...args, select: other }) });
  return { message, result: resultOf(args, views), coverage: null, window, copyAs: [] };
}

export function windowAnswer(args: DropsArgs): Answer {
  const lastHour = dropsLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } });
  return { message: whichTime("drops", lastHour), result: null, coverage: null, window: null, copyAs: [] };
}

function isNoise(reason: string): boolean {
  return reasonFromText(reason)?.kind === "noise";
}

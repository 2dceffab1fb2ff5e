/** How a follow stands, in blocks: how much and how fast, between whom, and the newest flows. */
import { counted, numberText } from "../../analysis/counted.ts";
import { EventType, Verdict } from "../../analysis/flow.ts";
import type { FollowView } from "../../analysis/follow/view.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { lowerFirst, pairText, reasonText, shorten } from "../drops/words.ts";
import type { FollowArgs } from "./args.ts";

/** UTF-16 units: a chat shows a block of 2,900 or none of it. */
const longestBlock = 2_700;
const longestLine = 600;
const shownReasons = 3;

/** `21/s`, `0.4/s`. */
export function rateText(value: number): string {
  return `${value === 0 || value >= 9.95 ? numberText(value) : Math.max(value, 0.1).toFixed(1)}/s`;
}

/** `now` where it goes on. */
export function factsOf({ byVerdict, rate, drops }: FollowView, isRunning: boolean): Block {
  const verdicts = Object.entries(byVerdict).map(([name, count]) => `${shorten(name)} ${numberText(count)}`);
  const { DROPPED: records = 0 } = byVerdict;
  const average = `${rateText(rate.average)} on average`;
  return {
    kind: "facts",
    facts: [
      { name: "Flows", value: verdicts.length === 0 ? "none" : verdicts.join(", ") },
      { name: "Rate", value: isRunning ? `${rateText(rate.now)} now, ${average}` : average },
      ...(drops.count > 0
        ? [
            {
              name: "Dropped",
              value: `${droppedText(drops)}${records > drops.count ? ", each counted once" : ""}: ${reasonsText(drops)}`,
            },
          ]
        : []),
    ],
  };
}

/** Each packet counted once, though Hubble has two records of it; a refused request is one too. */
export function droppedText({ count, byReason }: FollowView["drops"]): string {
  const kinds = Object.keys(byReason);
  if (kinds.every((kind) => requests.has(kind))) return counted(count, "request");
  return kinds.some((kind) => requests.has(kind))
    ? `${numberText(count)} packets and requests`
    : counted(count, "packet");
}

const requests: ReadonlySet<string> = new Set(["HTTP", "DNS", "KAFKA", "L7"]);

function reasonsText({ byReason }: FollowView["drops"]): string {
  const reasons = Object.entries(byReason);
  const shown = reasons.slice(0, shownReasons).map(([reason, count]) => {
    const text = requests.has(reason) ? `refused ${reason}` : lowerFirst(reasonText(reason));
    return `${text} ${numberText(count)}`;
  });
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [counted(more, "more reason")] : [])].join(", ");
}

/** Whether a flow of a packet that was dropped would be among them: what a filter leaves out is not zero. */
export function seesDrops({ select, conditions, not }: Pick<FollowArgs, "select" | "conditions" | "not">): boolean {
  const { verdicts, types, httpStatus, httpMethods, httpPaths, httpUrls, uuids } = conditions;
  const narrowed = [httpStatus, httpMethods, httpPaths, httpUrls, uuids].some((values) => values.length > 0);
  return (
    (verdicts.length === 0 || verdicts.includes(Verdict.dropped)) &&
    (types.length === 0 || types.some(({ type }) => type === EventType.drop)) &&
    !select.protocols.some((protocol) => requests.has(protocol.toUpperCase())) &&
    !narrowed &&
    not === undefined
  );
}

export function pairTable({ pairs, folded, drops }: FollowView, asked: FollowArgs): Block[] {
  if (pairs.length === 0) return [];
  const hasDrops = drops.count > 0 || seesDrops(asked);
  return [
    {
      kind: "table",
      columns: [
        { title: "Source → destination" },
        { title: "Flows", align: "right" },
        ...(hasDrops ? [{ title: "Dropped", align: "right" } as const] : []),
      ],
      rows: pairs.map((pair) => [
        pairText(pair),
        numberText(pair.flows),
        ...(hasDrops ? [numberText(pair.dropped)] : []),
      ]),
      ...(folded.pairs > 0 && { folded: `${counted(folded.pairs, "more pair")}, ${counted(folded.flows, "flow")}` }),
    },
  ];
}

/** The newest, as many as a chat shows in one block. */
export function lastLines({ lines }: FollowView): Block[] {
  const cut = lines.map((line) => cutEnd(line, longestLine));
  let left = longestBlock;
  const first = cut.findLastIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  const shown = cut.slice(first + 1);
  if (shown.length === 0) return [];
  const title = shown.length === 1 ? "The last flow" : `The last ${shown.length} flows`;
  return [{ kind: "code", title, code: shown.join("\n") }];
}

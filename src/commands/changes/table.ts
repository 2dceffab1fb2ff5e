/** Changes as rows, newest first. */
import type { Change } from "../../analysis/changes/change.ts";
import { counted } from "../../analysis/counted.ts";
import type { Block } from "../../message/message.ts";
import { byText, kindText, nameText, whatText, whenText } from "./words.ts";

const shownRows = 15;

export interface Listed {
  readonly cluster: string;
  readonly change: Change;
}

export function changeTable(
  rows: readonly Listed[],
  {
    askedAt,
    manyClusters,
    folded,
  }: { readonly askedAt: number; readonly manyClusters: boolean; readonly folded: number },
): Block[] {
  if (rows.length === 0) return [];
  const more = Math.max(0, rows.length - shownRows) + folded;
  return [
    {
      kind: "table",
      title: "Changes",
      columns: [
        { title: "When" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Object" },
        { title: "By" },
        { title: "Change" },
      ],
      rows: rows
        .slice(0, shownRows)
        .map(({ cluster, change }) => [
          whenText(change, askedAt),
          ...(manyClusters ? [cluster] : []),
          [`${kindText(change)} `, { code: nameText(change) }],
          byText(change) || "–",
          whatText(change),
        ]),
      ...(more > 0 && { folded: `${counted(more, "more change")}: ask about a target or a shorter time` }),
    },
  ];
}

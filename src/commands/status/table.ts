/** Nodes as rows: those with something wrong, and the others as far as there is room. Few columns: a phone shows them beside each other. */
import { counted } from "../../analysis/counted.ts";
import { isConnected } from "../../analysis/status/node.ts";
import { isWell, type NodeRow } from "../../analysis/status/rows.ts";
import type { Block } from "../../message/message.ts";
import { noValue } from "../../message/no-value.ts";
import type { StatusView } from "./gather.ts";
import { relayCounts } from "./gather.ts";
import { rateText, reachText, short, stateText, versionText } from "./words.ts";

const mostWrong = 20;
const mostWell = 8;

/** Of several clusters the others are not listed: how many there are stands beside their cluster's name. */
export function wrongNodes(views: readonly StatusView[]): Block[] {
  const all = views.flatMap(({ cluster, rows }) => rows.filter((row) => !isWell(row)).map((row) => ({ cluster, row })));
  if (all.length === 0) return [];
  const isMany = views.length > 1;
  const hidden = all.length - mostWrong;
  return [
    {
      kind: "table",
      title: "Nodes with something wrong",
      columns: [{ title: "Node" }, ...(isMany ? [{ title: "Cluster" }] : []), { title: "State" }],
      rows: all
        .slice(0, mostWrong)
        .map(({ cluster, row }) => [{ code: short(row.name) }, ...(isMany ? [cluster] : []), stateText(row)]),
      ...(hidden > 0 && { folded: counted(hidden, "more node") }),
    },
  ];
}

/** How much they see and how far back. */
export function wellNodes(views: readonly StatusView[]): Block[] {
  const [view] = views;
  if (view === undefined || views.length > 1) return [];
  const wrong = view.rows.filter((row) => !isWell(row)).length;
  const well = view.rows.filter(isWell);
  const shown = well.slice(0, Math.max(0, mostWell - wrong));
  if (shown.length === 0) return [];
  const versions = new Set(shown.map(versionOf).filter((text) => text !== ""));
  const more = nodesIn(view) - wrong - shown.length;
  return [
    {
      kind: "table",
      title: wrong > 0 ? "Other nodes" : "Nodes",
      columns: [
        { title: "Node" },
        { title: "Flows/s", align: "right" },
        { title: "Reaches back", align: "right" },
        ...(versions.size > 1 ? [{ title: "Cilium" }] : []),
      ],
      rows: shown.map((row) => [
        { code: short(row.name) },
        row.rate === null ? noValue : rateText(row.rate),
        row.reachMs === null ? noValue : reachText(row.reachMs),
        ...(versions.size > 1 ? [versionOf(row) || noValue] : []),
      ]),
      ...(more > 0 && {
        folded: `${counted(more, "more node")}, ${hasAllWrong(view) ? "nothing" : "perhaps something"} wrong with them`,
      }),
    },
  ];
}

function versionOf({ relay }: NodeRow): string {
  return versionText(relay?.version ?? "");
}

/** With those that did not fit into the finding. A row that Relay does not list is one of its own only where that list is whole. */
function nodesIn({ relay, rows }: StatusView): number {
  const others = rows.filter(({ isUnlisted }) => isUnlisted).length;
  return Math.max(rows.length, relay === undefined ? 0 : relayCounts(relay).total + others);
}

/** Whatever is wrong is among the rows: no list of them was cut. */
function hasAllWrong({ relay, agents, rows }: StatusView): boolean {
  const folded = (agents?.nodes?.folded ?? 0) + (agents?.agents?.folded ?? 0);
  if (folded > 0 || relay === undefined) return false;
  const { total, answering } = relayCounts(relay);
  const away = rows.filter((row) => row.relay !== null && !isConnected(row.relay)).length;
  return total - answering === away;
}

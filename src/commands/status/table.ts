/** Nodes as rows: those with something wrong first, the others as far as there is room on a phone. */
import { counted } from "../../analysis/counted.ts";
import { isWell, type NodeRow } from "../../analysis/status/rows.ts";
import type { Block } from "../../message/message.ts";
import { noValue } from "../../message/no-value.ts";
import type { StatusView } from "./gather.ts";
import { relayCounts } from "./gather.ts";
import { fillText, rateText, reachText, short, stateText, versionText } from "./words.ts";

const mostRows = 8;
const mostWrong = 20;

interface Listed {
  readonly cluster: string;
  readonly row: NodeRow;
  /** Relay listed its nodes. */
  readonly isListed: boolean;
}

export function nodeTable(views: readonly StatusView[]): Block[] {
  const all = views.flatMap(({ cluster, rows, relay }) => {
    // One that does not names at most ten that are away.
    const isListed = relay !== undefined && relay.nodes.length + relay.folded === relayCounts(relay).total;
    return rows.map((row): Listed => ({ cluster, row, isListed }));
  });
  const wrong = all.filter(({ row }) => !isWell(row));
  const well = all.filter(({ row }) => isWell(row));
  const shown = [...wrong.slice(0, mostWrong), ...well.slice(0, Math.max(0, mostRows - wrong.length))];
  if (shown.length === 0) return [];
  const isMany = views.length > 1;
  const versions = new Set(shown.map(({ row }) => versionText(row.relay?.version ?? "")).filter((text) => text !== ""));
  const hasRings = shown.some(({ row }) => row.relay !== null);
  const hasVersions = versions.size > 1;
  return [
    {
      kind: "table",
      title: "Nodes",
      columns: [
        { title: "Node" },
        ...(isMany ? [{ title: "Cluster" }] : []),
        { title: "State" },
        ...(hasRings
          ? ([
              { title: "Flows/s", align: "right" },
              { title: "Reaches back", align: "right" },
              { title: "Ring", align: "right" },
            ] as const)
          : []),
        ...(hasVersions ? [{ title: "Cilium" }] : []),
      ],
      rows: shown.map(({ cluster, row, isListed }) => [
        { code: short(row.name) },
        ...(isMany ? [cluster] : []),
        stateText(row, isListed),
        ...(hasRings ? ringCells(row) : []),
        ...(hasVersions ? [versionText(row.relay?.version ?? "") || noValue] : []),
      ]),
      ...foldedText(views, all, { wrong: wrong.length, shown: shown.length }),
    },
  ];
}

function ringCells({ rate, reachMs, fill }: NodeRow): string[] {
  return [
    rate === null ? noValue : rateText(rate),
    reachMs === null ? noValue : reachText(reachMs),
    fill === null ? noValue : fillText(fill),
  ];
}

/** `112 more nodes, nothing wrong with them`. */
function foldedText(
  views: readonly StatusView[],
  all: readonly Listed[],
  { wrong, shown }: { readonly wrong: number; readonly shown: number },
): { readonly folded?: string } {
  // What did not fit into the findings is counted as well.
  const total = views.reduce((sum, { relay, rows }) => {
    const unlisted = rows.filter((row) => row.relay === null).length;
    return sum + Math.max(rows.length, relay === undefined ? 0 : relayCounts(relay).total + unlisted);
  }, 0);
  const more = Math.max(total, all.length) - shown;
  if (more <= 0) return {};
  const hidden = wrong - Math.min(wrong, mostWrong);
  const cut = views.some(
    ({ relay }) => relay !== undefined && relay.folded > 0 && relay.nodes.at(-1)?.state !== "connected",
  );
  const state = hidden > 0 || cut ? "not all of them well" : "nothing wrong with them";
  return { folded: `${counted(more, "more node")}, ${state}` };
}

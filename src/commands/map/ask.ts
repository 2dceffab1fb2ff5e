/** What `map` asks: each cluster once, and once more where a word that could be a namespace is none. */
import type { Visible } from "../../access/access.ts";
import type { FlowSelect, Window } from "../../analysis/select.ts";
import type { MapQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { MapArgs } from "./args.ts";
import type { MapView } from "./gather.ts";

export interface Asking {
  readonly args: MapArgs;
  readonly window: Window;
  readonly visible: Visible;
}

/** A word without a namespace is one, if there is one of that name. */
export function firstQuestions(asking: Asking, clusters: readonly string[]): MapQuestion[] {
  const { target } = asking.args.select;
  const select = isWord(target)
    ? { ...asking.args.select, target: { kind: "namespace", name: target.name } as const }
    : asking.args.select;
  return clusters.map((cluster) => question(asking, cluster, select));
}

export function followUps(asking: Asking, views: readonly MapView[]): MapQuestion[] {
  const { select } = asking.args;
  if (!isWord(select.target) || views.some(isNamespace)) return [];
  const answered = views.filter(({ resolution }) => resolution !== undefined);
  return answered.map(({ cluster }) => question(asking, cluster, select));
}

function question({ args, window, visible }: Asking, cluster: string, select: FlowSelect): MapQuestion {
  const { top, all } = args;
  return { source: "hubble", ask: "map", cluster, select, window, top, all, ...restrictionIn(visible, cluster) };
}

function isWord(target: FlowSelect["target"]): target is { kind: "name"; namespace: undefined; name: string } {
  return target?.kind === "name" && target.namespace === undefined;
}

/** The cluster knows it, or there are flows of it where nobody could ask the cluster. */
function isNamespace({ resolution, map }: MapView): boolean {
  if (resolution?.status === "resolved") return true;
  if (map === undefined) return false;
  const { edges, folded, hidden } = map;
  return edges.length + folded.edges + Object.values(hidden).reduce((sum, { edges: more }) => sum + more, 0) > 0;
}

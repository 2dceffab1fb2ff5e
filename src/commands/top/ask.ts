/** What `top` asks: metrics first; flows where metrics may not be shown, cannot tell, or know no names. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { Question, RankingQuestion, TopQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { TopArgs } from "./args.ts";
import type { TopView } from "./gather.ts";
import { flowsOnly } from "./source.ts";

export interface Asking {
  readonly args: TopArgs;
  readonly window: Window;
  readonly visible: Visible;
}

/** Metrics are of whole clusters: where only some namespaces may be seen, or are asked for, they are of no use. */
export function firstQuestions(asking: Asking, clusters: readonly string[]): Question[] {
  const { args, window, visible } = asking;
  const { of, top, pod, by, failed } = args;
  return clusters.flatMap((cluster): Question[] => {
    const isRestricted = restrictionIn(visible, cluster).visible !== undefined;
    if (of === "maps" && isRestricted) return [];
    if (isRestricted || flowsOnly(args) !== undefined || of === "dns" || of === "http")
      return flowsQuestions(asking, cluster);
    return [
      {
        ...{ source: "prometheus", ask: "ranking", cluster, of, window, top },
        ...(pod !== undefined && { pod }),
        ...(by !== undefined && { by }),
        ...(failed && { failed }),
      } satisfies RankingQuestion,
    ];
  });
}

export function followUps(asking: Asking, views: readonly TopView[]): Question[] {
  return views
    .filter((view) => view.visible === undefined && view.wasAsked === "prometheus" && !isNamed(view.ranking))
    .flatMap(({ cluster }) => flowsQuestions(asking, cluster));
}

/** The metrics have said who it was, or that there was nobody. */
function isNamed(ranking: TopView["ranking"]): boolean {
  return ranking !== undefined && ranking.cannot === null && ranking.lacks === null;
}

function flowsQuestions({ args, window, visible }: Asking, cluster: string): TopQuestion[] {
  const { of, top, select } = args;
  if (of === "maps") return [];
  return [{ source: "hubble", ask: "top", cluster, of, select, window, top, ...restrictionIn(visible, cluster) }];
}

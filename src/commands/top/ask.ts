/** What `top` asks: metrics first; flows where metrics may not be shown, cannot tell, or know no names. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { FlowsQuestion, Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { TopArgs } from "./args.ts";
import type { TopView } from "./gather.ts";

export interface Asking {
  readonly args: TopArgs;
  readonly window: Window;
  readonly visible: Visible;
}

/** Noise may crowd the top. */
const spareRows = 10;
/** Ports are added up over pairs of endpoints: as many as a finding lists. */
const mostPairs = 60;

/** Metrics are of whole clusters: where only some namespaces may be seen they are not asked for. */
export function firstQuestions({ args, window, visible }: Asking, clusters: readonly string[]): Question[] {
  const { of, top, pod, by, failed } = args;
  return clusters.flatMap((cluster): Question[] => {
    const restriction = restrictionIn(visible, cluster);
    if (restriction.visible !== undefined)
      return of === "maps" ? [] : [{ ...flowsQuestion({ args, window, visible }, cluster), ...restriction }];
    return [
      {
        source: "prometheus",
        ask: "ranking",
        cluster,
        of,
        window,
        top,
        ...(pod !== undefined && { pod }),
        ...(by !== undefined && { by }),
        ...(failed && { failed }),
      },
    ];
  });
}

export function followUps(asking: Asking, views: readonly TopView[]): Question[] {
  if (asking.args.of === "maps") return [];
  return views
    .filter(({ visible, ranking }) => visible === undefined && !isNamed(ranking))
    .map(({ cluster }) => flowsQuestion(asking, cluster));
}

/** The metrics have said who it was, or that there was nobody. */
function isNamed(ranking: TopView["ranking"]): boolean {
  return ranking !== undefined && ranking.cannot === null && ranking.lacks === null;
}

function flowsQuestion({ args, window }: Asking, cluster: string): FlowsQuestion {
  const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  return {
    source: "hubble",
    ask: args.of === "drops" ? "drops" : "forwarded",
    cluster,
    select,
    window,
    top: args.of === "ports" ? mostPairs : args.top + spareRows,
  };
}

/** What the parts of the answer have in common: what each cluster gave. */
import type { Window } from "../../analysis/select.ts";
import type { Failure } from "../../errors.ts";
import type { Outcome, PromqlFinding } from "../../sources/question.ts";
import type { QueryArgs } from "./args.ts";

export interface QueryView {
  readonly cluster: string;
  readonly finding: PromqlFinding | undefined;
  /** Why there is none; undefined also where the cluster could not be asked from here. */
  readonly failure: Failure | undefined;
}

export interface QueryPicture {
  readonly args: QueryArgs;
  readonly askedAt: number;
  readonly window: Window;
  /** One moment, not a time. */
  readonly isInstant: boolean;
  readonly views: readonly QueryView[];
  /** Clusters that may be seen in part and were not asked. */
  readonly hidden: readonly string[];
}

export function viewOf(cluster: string, outcomes: readonly Outcome[]): QueryView {
  const own = outcomes.filter(({ question }) => question.cluster === cluster);
  const finding = own
    .flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []))
    .find((one): one is PromqlFinding => one.ask === "promql");
  const failure = own.flatMap((outcome) => (outcome.status === "ok" ? [] : [outcome.error]))[0];
  return { cluster, finding, failure };
}

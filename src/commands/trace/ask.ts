/** What `trace` asks: each cluster once. */
import type { Visible } from "../../access/access.ts";
import type { Window } from "../../analysis/select.ts";
import type { TraceQuestion } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { TraceArgs } from "./args.ts";

export function traceQuestions(
  { from, to, port, protocol }: TraceArgs,
  {
    window,
    visible,
    clusters,
  }: { readonly window: Window; readonly visible: Visible; readonly clusters: readonly string[] },
): TraceQuestion[] {
  const asked = { source: "hubble", ask: "trace", from, to, port, protocol, window } as const;
  return clusters.map((cluster) => ({ ...asked, cluster, ...restrictionIn(visible, cluster) }));
}

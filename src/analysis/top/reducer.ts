/** The reducer of each ranking. */
import type { Reducer } from "../reduce.ts";
import type { FlowKinds } from "../selection.ts";
import { createTopDnsReducer } from "./dns.ts";
import { createTopHttpReducer } from "./http.ts";
import { createPairsReducer } from "./pairs.ts";
import type { FlowRanking, TopOf, TopOptions } from "./ranking.ts";

export function createTopReducer(of: TopOf, options: TopOptions): Reducer<FlowRanking> {
  if (of === "dns") return createTopDnsReducer(options);
  return of === "http" ? createTopHttpReducer(options) : createPairsReducer(of, options);
}

/** The flows that a ranking is made of. */
export const kindsOf: Readonly<Record<TopOf, FlowKinds>> = {
  drops: "drops",
  talkers: "forwarded",
  ports: "forwarded",
  dns: "dns",
  http: "http",
};

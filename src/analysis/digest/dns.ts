/** DNS answers with errors as counts of a time: where there are none a rate has no point, so a mean of its points would be one of the bad moments alone. */
import type { Window } from "../select.ts";
import { amountIn, type Rates } from "./rates.ts";

export interface DnsErrors {
  /** As Hubble has it: "Non-Existent Domain". */
  readonly answer: string;
  /** Types: "A". */
  readonly asked: string;
  /** The agent's node, else its pod. */
  readonly node: string;
  readonly count: number;
}

/** By `rcode`, `qtypes` and `node` or `pod`, most first; those of which there is not one are left out. */
export function dnsErrorsOf({ lines, stepMs }: Rates, window: Window): DnsErrors[] {
  return lines
    .map(({ labels, points }) => ({
      ...{ answer: labels["rcode"] ?? "", asked: labels["qtypes"] ?? "", node: labels["node"] || labels["pod"] || "" },
      count: Math.round(amountIn(points, window, stepMs)),
    }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
}

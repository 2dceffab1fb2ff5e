/** Which flows a recorder keeps (what was refused, nothing that passed), and how much of a question these can answer. */
import { EventType, Verdict } from "./flow.ts";
import type { ListSelect } from "./flow-list-select.ts";
import type { FlowFilter } from "./select.ts";

const refused: FlowFilter = { verdict: [Verdict.dropped, Verdict.error] };
/** What a proxy says to a request that it refused. */
const answers: FlowFilter = {
  verdict: [Verdict.forwarded],
  eventType: [{ type: EventType.l7 }],
  httpStatusCode: ["403"],
};

export const keptFlows: readonly FlowFilter[] = [refused, answers];

/**
 * `all`: whatever is asked for is kept. `some`: there may be others. `none`: nothing that is asked for is, or too little to be
 * worth a look (the 403s among all that was forwarded).
 */
export type KeptPart = "all" | "some" | "none";

const refusals: readonly number[] = [Verdict.dropped, Verdict.error];
const keptTypes: readonly number[] = [EventType.drop, EventType.policyVerdict, EventType.l7];

export function keptPart({ select, conditions }: ListSelect): KeptPart {
  const { verdicts, types, httpStatus } = conditions;
  const isAnswer = (status: string) =>
    status.endsWith("+") ? "403".startsWith(status.slice(0, -1)) : status === "403";
  if (httpStatus.length > 0) {
    if (!httpStatus.some(isAnswer)) return "none";
    const isOther = verdicts.some((verdict) => verdict !== Verdict.forwarded && !refusals.includes(verdict));
    return !isOther && httpStatus.every((status) => status === "403") ? "all" : "some";
  }
  const hasVerdict = verdicts.length === 0 || verdicts.some((verdict) => refusals.includes(verdict));
  const hasType = types.length === 0 || types.some(({ type }) => keptTypes.includes(type));
  if (!hasVerdict || !hasType) return "none";
  const isRefusal =
    (verdicts.length > 0 && verdicts.every((verdict) => refusals.includes(verdict))) ||
    // Only a drop has a reason.
    (select.reasons.length > 0 && select.reasons.every((reason) => reason > 0)) ||
    (types.length > 0 && types.every(({ type }) => type === EventType.drop));
  return isRefusal ? "all" : "some";
}

/** A conversation's delivery log in words. */
import { clockText } from "../analysis/time.ts";
import type { Block, Message } from "../message/message.ts";
import type { DeliveryCounts } from "../store/delivery-log.ts";

/** `at`: epoch milliseconds of now. */
export function deliveriesMessage(counts: DeliveryCounts, at: number): Message {
  const { stored, merged, sent, retried, givenUp, pending, problem } = counts;
  const facts = [
    { name: "handed in", value: String(stored) },
    { name: "shown", value: String(sent) },
    { name: "merged", value: `${merged}, a newer one took its place` },
    { name: "waiting", value: String(pending) },
    { name: "tried again", value: `${retried} times` },
    { name: "given up", value: String(givenUp) },
  ];
  const when = problem === null ? "" : `${clockText(problem.at, at)} UTC`;
  const next =
    problem?.retryAt == null ? "" : problem.retryAt > at ? ` Next attempt: ${clockText(problem.retryAt, at)} UTC.` : "";
  const last: Block[] =
    problem === null ? [] : [{ kind: "note", tone: "warn", text: `Last problem, ${when}: ${problem.say}${next}` }];
  return {
    tone: givenUp > 0 ? "warn" : "info",
    title: `In the last week: ${sent} shown, ${pending} waiting, ${givenUp} given up`,
    blocks: [{ kind: "facts", facts }, ...last],
  };
}

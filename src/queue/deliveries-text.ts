/** A conversation's delivery log in words. */
import { clockText } from "../analysis/time.ts";
import type { Block, Message } from "../message/message.ts";
import type { DeliveryCounts } from "../store/delivery-log.ts";

/** `at`: epoch milliseconds of now. */
export function deliveriesMessage(counts: DeliveryCounts, at: number): Message {
  const { stored, merged, sent, retried, givenUp, pending, parked } = counts;
  const facts = [
    { name: "handed in", value: String(stored) },
    { name: "shown", value: String(sent) },
    { name: "merged", value: `${merged}, a newer one took its place` },
    { name: "waiting", value: String(pending) },
    ...(parked === null ? [] : [{ name: "kept", value: `${parked.count}, until the channel takes messages again` }]),
    { name: "tried again", value: `${retried} times` },
    { name: "given up", value: String(givenUp) },
    ...alertFacts(counts),
  ];
  const kept = parked === null ? "" : `${parked.count} kept, `;
  return {
    tone: givenUp > 0 || parked !== null ? "warn" : "info",
    title: `In the last week: ${sent} shown, ${pending} waiting, ${kept}${givenUp} given up`,
    blocks: [{ kind: "facts", facts }, ...problemNote(counts, at)],
  };
}

function problemNote({ problem, parked }: DeliveryCounts, at: number): Block[] {
  const last = parked ?? problem;
  if (last === null) return [];
  const next =
    last.retryAt === null || (last.retryAt <= at && parked === null)
      ? ""
      : ` Next attempt: ${clockText(Math.max(last.retryAt, at), at)} UTC.`;
  const when = `${parked ? "Refused" : "Last problem"}, ${clockText(last.at, at)} UTC`;
  return [{ kind: "note", tone: "warn", text: `${when}: ${last.say}${next}` }];
}

function alertFacts({ alerts: { opened, changed, repeated, stormed } }: DeliveryCounts) {
  const received = opened + changed + repeated + stormed;
  if (received === 0) return [];
  return [
    { name: "groups of alerts received", value: String(received) },
    { name: "of these posted", value: `${opened} opened a thread, ${changed} changed one, ${stormed} in a storm's` },
    { name: "of these merged", value: `${repeated}, nothing new` },
  ];
}

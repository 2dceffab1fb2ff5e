/**
 * What a subscription asks goes the way of what a person asks: parsed, permitted by what binds its conversation at that moment, dispatched. Its author is nobody in the chat, so
 * that a refusal is said in the channel, once.
 */
import { type Binding, bindingsFor, clustersOf, noBinding, permit } from "../access/access.ts";
import type { Due } from "../analysis/calendar/schedule.ts";
import { scheduleText } from "../analysis/calendar/text.ts";
import { rfc3339 } from "../analysis/time.ts";
import { lineOf } from "../commands/digest/subscriptions-text.ts";
import { parseCommand } from "../commands/grammar.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Subscribed, Subscription } from "../store/subscriptions.ts";
import type { Dispatch, Invocation } from "./dispatch.ts";
import type { Deliver } from "./outbox.ts";

export interface AskingOptions {
  readonly bindings: readonly Binding[];
  readonly contact: string;
  readonly clusters: readonly string[];
  /** Between one person and the bot alone. */
  readonly isDirect: (conversation: string) => Promise<boolean>;
  readonly dispatch: Dispatch;
  readonly deliver: Deliver;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const patienceMs = 5_000;

/** What to dispatch, or why that is not allowed. One command for each subscription and local day, however often it is dispatched. */
export async function digestToAsk(
  { subscription, state }: Subscribed,
  due: Due,
  { bindings: all, contact, clusters, isDirect, now }: AskingOptions,
): Promise<{ readonly ok: true; readonly invocation: Invocation } | { readonly ok: false; readonly say: string }> {
  const { id, conversation } = subscription;
  const direct = await isDirect(conversation);
  const bindings = bindingsFor(all, { conversation, direct });
  const known = clustersOf(bindings, clusters);
  const [first] = known;
  if (first === undefined) return { ok: false, say: noBinding(contact, conversation, direct) };
  const text = [
    lineOf(subscription),
    `--due ${rfc3339(due.at)}`,
    ...(state.skipped.length > 0 ? [`--skipped ${state.skipped.join(",")}`] : []),
  ].join(" ");
  const parsed = parseCommand(text, { clusters: known, defaultCluster: first });
  if (!parsed.ok) return parsed;
  const permitted = permit(bindings, {
    ...{ command: "digest", clusters: parsed.clusters, named: subscription.namespaces, contact },
  });
  if (!permitted.ok) return { ok: false, say: permitted.say };
  const invocation: Invocation = {
    key: `digest:${id}:${due.day}`,
    ...{ conversation, place: {}, text, askedAt: now(), clusters: known, visible: permitted.visible },
    ...{ repeats: true, patienceMs },
  };
  return { ok: true, invocation };
}

export async function sayPaused(
  subscription: Subscription,
  { day }: Due,
  say: string,
  { deliver }: AskingOptions,
): Promise<void> {
  const { id, conversation } = subscription;
  const subject = `digest:${id}:${day}:paused`;
  const delivery: Delivery = {
    ...{ id: subject, subject, conversation, place: {}, at: Date.now(), kind: "answer", answer: null },
    message: {
      tone: "warn",
      title: `The digest that came here ${scheduleText(subscription)} is paused: it is not allowed any more`,
      blocks: [
        { kind: "text", text: say },
        { kind: "note", text: "It goes on by itself as soon as it is allowed again; this is said once." },
        { kind: "actions", actions: [{ label: "unsubscribe", command: `digest unsubscribe ${id}` }] },
      ],
    },
  };
  await deliver(delivery);
}

/** What `digest` does to subscriptions, and what it says of them. Safe to repeat: a subscription's id is made of what it is. */
import { createHash } from "node:crypto";
import { nextDue } from "../analysis/calendar/schedule.ts";
import type { DigestAct } from "../commands/digest/act.ts";
import {
  declaredMessage,
  fullMessage,
  listMessage,
  noTerminal,
  subscribedMessage,
  unsubscribedMessage,
  whichMessage,
} from "../commands/digest/subscriptions-text.ts";
import type { Message } from "../message/message.ts";
import { fresh, mostHere, type Subscription, type Subscriptions } from "../store/subscriptions.ts";
import type { Perform } from "./effects.ts";
import type { CommandRecord } from "./jobs.ts";

export interface DigestEffectsOptions {
  readonly subscriptions: Pick<Subscriptions, "add" | "remove" | "of">;
  /** An IANA zone of that person; undefined where the platform does not say. Never rejects. */
  readonly zoneOf: (conversation: string, person: string) => Promise<string | undefined>;
  readonly now: () => number;
}

export function createDigestEffect(options: DigestEffectsOptions): Perform<"digest"> {
  const { subscriptions } = options;
  return async ({ act }, record) => {
    const { conversation } = record;
    switch (act.do) {
      case "subscribe":
        return await subscribe(act, record, options);
      case "unsubscribe":
        return await unsubscribe(act.id, conversation, subscriptions);
      case "list":
        return listMessage(await subscriptions.of(conversation));
    }
  };
}

async function subscribe(
  { do: _, zone: typed, clusters, ...wanted }: Extract<DigestAct, { do: "subscribe" }>,
  { conversation, place }: CommandRecord,
  { subscriptions, zoneOf, now }: DigestEffectsOptions,
): Promise<Message> {
  if (conversation.startsWith("terminal:")) return noTerminal;
  const asked = typed === null && place.zone === undefined && place.person !== undefined;
  const own = asked ? await zoneOf(conversation, place.person ?? "") : place.zone;
  const zone = typed ?? own ?? "UTC";
  const subscription = identified({ conversation, ...wanted, zone, clusters: clusters ?? [] }, null);
  const dueAt = nextDue(subscription, now()).at;
  const result = await subscriptions.add(subscription, dueAt);
  const here = await subscriptions.of(conversation);
  if (result === "full" || result === "full here") return fullMessage(result === "full" ? undefined : mostHere, here);
  const found = here.find(({ subscription: { id } }) => id === subscription.id);
  const said = { known: result === "exists", assumed: typed === null && own === undefined };
  return subscribedMessage(found ?? { subscription, state: fresh, dueAt }, said);
}

async function unsubscribe(
  id: string | null,
  conversation: string,
  subscriptions: DigestEffectsOptions["subscriptions"],
): Promise<Message> {
  const here = await subscriptions.of(conversation);
  const found = id === null && here.length === 1 ? here[0] : here.find(({ subscription }) => subscription.id === id);
  if (found === undefined) return whichMessage(id, here);
  if (found.subscription.declared !== null) return declaredMessage(found);
  await subscriptions.remove(found.subscription.id, conversation);
  return unsubscribedMessage(found);
}

/** `declared`: where in the configuration. */
export function identified(what: Omit<Subscription, "id" | "declared">, declared: string | null): Subscription {
  const { conversation, at, zone, weekdays, weekly, namespaces, clusters } = what;
  const parts = [conversation, at, zone, weekdays, weekly, [...namespaces].sort(), [...clusters].sort()];
  const id = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
  return { id, ...what, declared };
}

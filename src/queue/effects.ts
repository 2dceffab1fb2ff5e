/** What an answer does beside being shown. Commands are pure: they return what is to be done as data, and it is done here. Safe to repeat. */
import type { Route } from "../alerts/routes.ts";
import { routesMessage } from "../alerts/routes-text.ts";
import type { Effect } from "../commands/command.ts";
import type { Message } from "../message/message.ts";
import type { DeliveryLog } from "../store/delivery-log.ts";
import type { RunningWork } from "../store/running.ts";
import { deliveriesMessage } from "./deliveries-text.ts";
import type { CommandRecord } from "./jobs.ts";

export interface Performing {
  readonly work: Pick<RunningWork, "stop">;
  readonly alertRoutes: readonly Route[];
  readonly deliveryLog: Pick<DeliveryLog, "read">;
}

/** Resolves to what to say instead of the answer: when an effect was not possible, or is to say something. */
export async function perform(
  effects: readonly Effect[],
  { conversation, clusters }: CommandRecord,
  { work, alertRoutes, deliveryLog }: Performing,
): Promise<Message | undefined> {
  for (const effect of effects) {
    if (effect.kind === "routes") return routesMessage(alertRoutes, effect.labels, { conversation, clusters });
    if (effect.kind === "deliveries") return deliveriesMessage(await deliveryLog.read(conversation), Date.now());
    if (await work.stop(effect.id, conversation)) continue;
    const note = { kind: "note", text: "It has ended already, or was asked in another conversation." } as const;
    return { tone: "warn", title: "Nothing of that kind is running here", blocks: [note] };
  }
  return undefined;
}

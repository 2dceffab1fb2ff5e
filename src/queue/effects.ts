/** What an answer does beside being shown. Commands are pure: they return what is to be done as data, and it is done here. Safe to repeat. */
import type { Route } from "../alerts/routes.ts";
import { routesMessage } from "../alerts/routes-text.ts";
import type { Effect } from "../commands/command.ts";
import type { AnswerFile } from "../message/delivery.ts";
import type { Message } from "../message/message.ts";
import type { DeliveryLog } from "../store/delivery-log.ts";
import { deliveriesMessage } from "./deliveries-text.ts";
import type { CommandRecord } from "./jobs.ts";

/** What is said instead of an answer, and what goes along with it. */
export interface Said extends Message {
  readonly files?: readonly AnswerFile[];
  readonly details?: readonly Message[];
}

/** Does one effect of a command. Resolves to what to say instead of the answer: when it was not possible, or is to say something. */
export type Perform<Kind extends Effect["kind"]> = (
  effect: Extract<Effect, { kind: Kind }>,
  record: CommandRecord,
) => Promise<Said | undefined>;

type Adding = Extract<Effect, { kind: "digestAlerts" }>;
type Doing = Exclude<Effect, Adding>;

type Performs = { readonly [Kind in Doing["kind"]]: Perform<Kind> };

export interface Performing extends Performs {
  /** Takes nothing from the answer: resolves to what is read below it. */
  readonly digestAlerts: (effect: Adding, record: CommandRecord) => Promise<readonly Message[]>;
}

export interface EffectsOptions {
  readonly cancel: Perform<"cancel">;
  readonly alertRoutes: readonly Route[];
  readonly deliveryLog: Pick<DeliveryLog, "read">;
  /** Undefined where no alerts are routed. */
  readonly incident?: Perform<"incident"> | undefined;
  /** Undefined where nobody could be reached later. */
  readonly digest?: Perform<"digest"> | undefined;
  /** Undefined where no alerts are routed. */
  readonly digestAlerts?: Performing["digestAlerts"] | undefined;
  /** Undefined where no answers are kept. */
  readonly show?: Perform<"show"> | undefined;
}

export function createPerforming({
  cancel,
  alertRoutes,
  deliveryLog,
  incident,
  digest,
  digestAlerts,
  show,
}: EffectsOptions): Performing {
  return {
    routes: async ({ labels }, { conversation, clusters }) =>
      routesMessage(alertRoutes, labels, { conversation, clusters }),
    deliveries: async (_, { conversation }) => deliveriesMessage(await deliveryLog.read(conversation), Date.now()),
    incident: incident ?? (async () => undefined),
    digest: digest ?? (async () => undefined),
    digestAlerts: digestAlerts ?? (async () => []),
    show: show ?? (async () => undefined),
    cancel,
  };
}

/** One after the other; the first that has something to say ends it. */
export async function perform(
  effects: readonly Effect[],
  record: CommandRecord,
  performing: Performing,
): Promise<Said | undefined> {
  for (const effect of effects) {
    if (effect.kind === "digestAlerts") continue;
    const said = await performOne(effect, record, performing);
    if (said !== undefined) return said;
  }
  return undefined;
}

/** What effects add below the answer. */
export async function performBelow(
  effects: readonly Effect[],
  record: CommandRecord,
  { digestAlerts }: Performing,
): Promise<readonly Message[]> {
  const adding = effects.filter((effect): effect is Adding => effect.kind === "digestAlerts");
  return (await Promise.all(adding.map((effect) => digestAlerts(effect, record)))).flat();
}

function performOne<Kind extends Doing["kind"]>(
  effect: Extract<Doing, { kind: Kind }>,
  record: CommandRecord,
  performing: Performs,
): Promise<Said | undefined> {
  return performing[effect.kind as Kind](effect, record);
}

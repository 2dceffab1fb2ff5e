/** Who may silence, and with which Alertmanager: asked of the configuration each time, also when a job comes again. */
import { said } from "../alerts/acts-said.ts";
import type { Incident } from "../alerts/incident.ts";
import type { Message, Text } from "../message/message.ts";
import type { Alertmanager } from "../sources/alertmanager/alertmanager.ts";
import type { Acting, IncidentEffectOptions } from "./effects-acting.ts";
import { become, personOf } from "./effects-person.ts";

export type Way = { readonly incident: Incident; readonly alertmanager: Alertmanager } | { readonly refused: Message };

export async function wayTo({ key, record }: Acting, options: IncidentEffectOptions): Promise<Way> {
  const { silencers, contact, alertmanagers } = options;
  const { incident } = await options.incidents.read(key);
  if (incident === undefined) throw new Error(`incident ${key} is no more`);
  const { cluster } = incident;
  const refuse = (title: string, next: Text): Way => ({ refused: said("warn", title, incident, next) });
  const person = personOf(record);
  if (person === undefined || !silencers.includes(person))
    return refuse(noSilencer(silencers), become(person, contact, "alerts.silencers"));
  if (!record.clusters.includes(cluster))
    return refuse(
      `This channel may not ask about ${cluster}`,
      "An entry of channels in the configuration has to name that cluster.",
    );
  const alertmanager = alertmanagers.get(cluster);
  if (alertmanager !== undefined) return { incident, alertmanager };
  const setting = { code: "clusters[].alertmanager.url" };
  return refuse(`Alertmanager is not configured for ${cluster}`, [
    "Set ",
    setting,
    " of that cluster, or silence it in Alertmanager itself.",
  ]);
}

function noSilencer(silencers: readonly string[]): string {
  return silencers.length === 0 ? "Nobody may silence alerts from here yet" : "You may not silence alerts from here";
}

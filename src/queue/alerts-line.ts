/** What is said in an incident's thread. */
import { type Incident, subjectOf } from "../alerts/incident.ts";
import type { Delivery } from "../message/delivery.ts";
import type { Message } from "../message/message.ts";

/** A message of its own; the same id is shown once. */
export function lineOf(incident: Incident, id: string, message: Message): Delivery {
  const place = { under: subjectOf(incident) };
  const { conversation } = incident;
  return { ...{ id, subject: id, conversation, place, message }, kind: "answer", at: Date.now(), answer: null };
}

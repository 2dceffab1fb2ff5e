/** Incidents as notifications make them, for tests of what people do to them. */
import { arrive, type Incident } from "../../src/alerts/incident.ts";
import { readNotification } from "../../src/alerts/notification.ts";
import { type GivenAlert, type GivenNotification, payload } from "./payloads.ts";

export const minute = 60_000;
export const t0 = Date.UTC(2026, 10, 20, 3);

/** The incident after a notification that came at this time. */
export function notified(
  before: Incident | undefined,
  at: number,
  alerts: readonly GivenAlert[],
  given: GivenNotification = {},
): Incident {
  const read = readNotification(JSON.stringify(payload({ ...given, alerts })));
  if (!read.ok) throw new Error(read.say);
  const { notification } = read;
  const part = { channel: "slack:C1", cluster: "lab", alerts: notification.alerts };
  return arrive(before, { part, notification, conversation: "slack:T1/C1", at, sameThreadForMs: 60 * minute });
}

export function fires(pod = "a", startsAt = t0): GivenAlert {
  return { labels: { pod, namespace: "default", severity: "critical" }, startsAt };
}

export function ended(endsAt: number, pod = "a", startsAt = t0): GivenAlert {
  return { ...fires(pod, startsAt), status: "resolved", endsAt };
}

/** What the worker does once everything is in the outbox. */
export function told(incident: Incident, at: number): Incident {
  const root = { version: incident.version, at };
  return { ...incident, news: [], root, evidence: { ...incident.evidence, done: incident.evidence.due } };
}

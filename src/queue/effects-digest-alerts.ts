/** Adds to a digest what alerts did to its conversation, which only the store knows. */
import { alertsDigest } from "../alerts/digest-text.ts";
import type { Incident } from "../alerts/incident.ts";
import type { Incidents } from "../store/incidents.ts";
import type { Performing } from "./effects.ts";

/** Incidents that are read for one digest: each may be some ten KB. */
const mostRead = 200;

export function createDigestAlerts(incidents: Pick<Incidents<Incident>, "recent">): Performing["digestAlerts"] {
  return async ({ window, zone, clusters }, { conversation }) => {
    const found = await incidents.recent(conversation, window.from, mostRead + 1);
    const own = found.slice(0, mostRead).filter(({ cluster }) => clusters.includes(cluster));
    const message = alertsDigest({ incidents: own, cut: found.length > mostRead, window, zone });
    return message === undefined ? [] : [message];
  };
}

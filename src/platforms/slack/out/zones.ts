/** A person's time zone (method users.info, scope users:read). Worth little: what cannot be had soon is left out, and the picture shows UTC alone. */
import { knownZone } from "../../zone.ts";
import type { Calls } from "./calls.ts";
import { SlackFailure } from "./failure.ts";
import { objectIn, textIn } from "./json.ts";
import type { Job } from "./options.ts";

export interface Zones {
  /** An IANA name that this program knows. Never rejects. */
  of(job: Job): Promise<string | undefined>;
}

const patienceMs = 1_500;
const keepMs = 3_600_000;
const mostPeople = 2_000;

interface Known {
  readonly zone: string | undefined;
  readonly until: number;
}

export function createZones(calls: Calls): Zones {
  /** People by team and id, and teams that do not tell at all. */
  const known = new Map<string, Known>();
  const fresh = (key: string) => {
    const found = known.get(key);
    return found && found.until > Date.now() ? found : undefined;
  };
  const keep = (key: string, zone: string | undefined) => {
    known.delete(key);
    known.set(key, { zone, until: Date.now() + keepMs });
    const [oldest] = known.keys();
    if (known.size > mostPeople && oldest !== undefined) known.delete(oldest);
  };
  return {
    async of(job) {
      const { person } = job.delivery.place;
      if (person === undefined) return undefined;
      const key = `${job.team}/${person}`;
      const found = fresh(key) ?? fresh(job.team);
      if (found) return found.zone;
      try {
        const signal = AbortSignal.any([job.signal, AbortSignal.timeout(patienceMs)]);
        const answer = await calls.api({ ...job, signal }, "users.info", { user: person });
        const zone = knownZone(textIn(objectIn(answer, "user"), "tz"));
        keep(key, zone);
        return zone;
      } catch (thrown) {
        if (thrown instanceof SlackFailure && !thrown.retry) keep(thrown.code === "DENIED" ? job.team : key, undefined);
        return undefined;
      }
    },
  };
}

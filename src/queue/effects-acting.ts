/** How one command changes one incident: written against what was read, shown soon, and settled when what it began has ended. */
import type { Queue } from "bullmq";
import { actsOf, type Doing } from "../alerts/acts.ts";
import type { Done } from "../alerts/acts-said.ts";
import type { Incident } from "../alerts/incident.ts";
import type { IncidentAct } from "../commands/incident/act.ts";
import type { Alertmanager } from "../sources/alertmanager/alertmanager.ts";
import type { Incidents } from "../store/incidents.ts";
import { change } from "./alerts.ts";
import { notificationJobOptions } from "./alerts-in.ts";
import type { AlertJob } from "./alerts-jobs.ts";
import type { CommandRecord } from "./jobs.ts";

export interface IncidentEffectOptions {
  readonly incidents: Incidents<Incident>;
  readonly queue: Queue<AlertJob>;
  /** By cluster; those that are not configured are not in it. */
  readonly alertmanagers: ReadonlyMap<string, Alertmanager>;
  /** `slack:U0123`: who may silence. */
  readonly silencers: readonly string[];
  /** Whom to ask when something is not allowed. */
  readonly contact: string;
}

/** One act of one command on one incident. */
export interface Acting<Act extends IncidentAct = IncidentAct> {
  readonly key: string;
  readonly act: Act;
  readonly doing: Doing;
  readonly record: CommandRecord;
}

/** Rejects where the incident has expired just now. */
export async function changeAndShow(
  { key, doing, record }: Acting,
  next: (incident: Incident) => Incident,
  options: Pick<IncidentEffectOptions, "incidents" | "queue">,
): Promise<Done> {
  const { before, after } = await change(key, options, (incident) => incident && next(incident));
  if (before === undefined || after === undefined) throw new Error(`incident ${key} is no more`);
  const isDone = actsOf(after).last === doing.command;
  const job = { ...notificationJobOptions, jobId: `act-${record.id}` };
  if (isDone) await options.queue.add("refresh", { kind: "refresh", key }, job);
  return { before, after, isDone, at: doing.by.at };
}

/** For clocks that differ. */
const afterMs = 1_000;

/** What ends by itself is shown when it has ended. */
export async function settleAt(
  key: string,
  until: number | undefined,
  { queue }: Pick<IncidentEffectOptions, "queue">,
): Promise<void> {
  if (until === undefined) return;
  const delay = Math.max(0, until - Date.now()) + afterMs;
  await queue.add(
    "settle",
    { kind: "settle", key },
    { ...notificationJobOptions, jobId: `settle-${key}-${until}`, delay },
  );
}

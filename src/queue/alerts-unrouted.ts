/** Alerts that no route takes are counted, and told to the admin channel: the first burst soon, later ones once an hour. Safe to repeat. */
import type { Queue } from "bullmq";
import { nameOf } from "../alerts/describe.ts";
import type { Alert } from "../alerts/notification.ts";
import type { UnroutedAlerts } from "../store/unrouted.ts";
import type { Admin } from "./admin.ts";
import { notificationJobOptions } from "./alerts-in.ts";
import type { AlertJob } from "./alerts-jobs.ts";

export interface UnroutedOptions {
  readonly queue: Queue<AlertJob>;
  /** Absent where no admin channel is set: then the log alone has them. */
  readonly admin?: Pick<Admin, "unrouted"> | undefined;
  readonly unroutedAlerts: UnroutedAlerts;
  /** Between two reports, milliseconds; an hour unless told. */
  readonly unroutedEveryMs?: number;
}

/** A burst comes in several notifications. */
const gatherMs = 5_000;
const [mostNames, longestName] = [20, 60] as const;

/** `once` names the notification. */
export async function noteUnrouted(alerts: readonly Alert[], once: string, options: UnroutedOptions): Promise<void> {
  const { queue, admin, unroutedAlerts, unroutedEveryMs = 3_600_000 } = options;
  if (!admin || alerts.length === 0) return;
  const names = [...new Set(alerts.slice(0, mostNames).map((alert) => nameOf(alert).slice(0, longestName)))];
  const { at, report } = await unroutedAlerts.add(once, alerts.length, names, unroutedEveryMs);
  const delay = Math.max(Math.min(gatherMs, unroutedEveryMs), at - Date.now());
  await queue.add(
    "unrouted",
    { kind: "unrouted", report },
    { ...notificationJobOptions, jobId: `unrouted-${report}`, delay },
  );
}

export async function tellUnrouted(
  { report }: Extract<AlertJob, { kind: "unrouted" }>,
  { admin, unroutedAlerts }: UnroutedOptions,
): Promise<void> {
  const { count, names } = await unroutedAlerts.read(report);
  if (count === 0) return;
  await admin?.unrouted({ name: report, count, names });
  await unroutedAlerts.told(report, count);
}

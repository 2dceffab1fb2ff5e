/**
 * The alert worker. Every job is safe to repeat: an incident's next state is written against the one that was read, and what has to be shown stands in that state until it
 * is in the outbox, under ids that follow from it. So a process may die anywhere.
 */
import { type Queue, Worker } from "bullmq";
import { settle } from "../alerts/acts.ts";
import { arrive, type Incident, incidentKey, judged, subjectOf } from "../alerts/incident.ts";
import { type Part, type Route, routeAlerts } from "../alerts/routes.ts";
import { newsMessage, rootMessage } from "../alerts/show.ts";
import { toBotError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { AlertEnd, DeliveryLog } from "../store/delivery-log.ts";
import type { Incidents } from "../store/incidents.ts";
import type { Redis } from "../store/redis.ts";
import type { Storms } from "../store/storms.ts";
import { askForEvidence, type EvidenceOptions } from "./alerts-evidence.ts";
import { notificationJobOptions } from "./alerts-in.ts";
import { type AlertJob, alertQueue } from "./alerts-jobs.ts";
import { lineOf } from "./alerts-line.ts";
import { joinStorm, type StormOptions, showStorm } from "./alerts-storm.ts";
import { noteUnrouted, tellUnrouted, type UnroutedOptions } from "./alerts-unrouted.ts";
import { workerOptions } from "./jobs.ts";
import type { Deliver } from "./outbox.ts";

export interface AlertsOptions extends EvidenceOptions, StormOptions, UnroutedOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly queue: Queue<AlertJob>;
  readonly incidents: Incidents<Incident>;
  readonly storms: Storms;
  readonly routes: readonly Route[];
  readonly clusters: readonly string[];
  readonly sameThreadForMs: number;
  /** More new threads than this in a minute are a storm. */
  readonly stormAbove: number;
  /** `slack:C0123` or `slack:T0123/C0123` as deliveries name it. Rejects while Slack does not say which team it is. */
  readonly conversationOf: (channel: string) => Promise<string>;
  readonly deliver: Deliver;
  readonly deliveryLog: Pick<DeliveryLog, "noteAlert">;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Between two edits of one root, milliseconds; 10 s unless told. */
  readonly debounceMs?: number;
}

const atOnce = 8;
/** People write to one incident at once only in a pair of Alertmanagers: more conflicts than this are a defect. */
const mostTries = 50;

export function createAlertWorker(options: AlertsOptions): Worker<AlertJob> {
  const { connection, prefix, log } = options;
  return new Worker<AlertJob>(
    alertQueue,
    async (job) => {
      try {
        await work(job.data, options);
      } catch (thrown) {
        log.warn({ err: toBotError(thrown), kind: job.data.kind, job: job.id }, "alert job has to be tried again");
        throw thrown;
      }
    },
    workerOptions(connection, prefix, atOnce),
  );
}

async function work(job: AlertJob, options: AlertsOptions): Promise<void> {
  switch (job.kind) {
    case "notification":
      return await takeNotification(job, options);
    case "refresh":
      return await show(job.key, options);
    case "settle":
      await change(job.key, options, (incident) => incident && settle(incident, Date.now()));
      return await show(job.key, options);
    case "storm":
      return await showStorm(job, options);
    case "unrouted":
      return await tellUnrouted(job, options);
    case "verdict":
      await change(job.key, options, (incident) =>
        incident?.episode === job.episode ? judged(incident, job.facts) : incident,
      );
      return await show(job.key, options);
  }
}

async function takeNotification(
  { notification, at }: Extract<AlertJob, { kind: "notification" }>,
  options: AlertsOptions,
): Promise<void> {
  const { routes, clusters, metrics, log } = options;
  const { parts, unrouted } = routeAlerts(notification, routes, clusters);
  if (unrouted.length > 0) {
    metrics.alerts.inc({ result: "unrouted" }, unrouted.length);
    const [first] = unrouted;
    log.warn(
      { alerts: unrouted.length, first: first?.labels["alertname"], receiver: notification.receiver },
      "no route takes these alerts: add one to alerts.routes",
    );
  }
  await noteUnrouted(unrouted, `${notification.id}-${at}`, options);
  for (const part of parts) await takePart({ part, notification, at }, options);
}

interface Arriving {
  readonly part: Part;
  readonly notification: Extract<AlertJob, { kind: "notification" }>["notification"];
  readonly at: number;
}

async function takePart({ part, notification, at }: Arriving, options: AlertsOptions): Promise<void> {
  const { storms, stormAbove, sameThreadForMs, metrics } = options;
  const conversation = await options.conversationOf(part.channel);
  const key = incidentKey(conversation, part.cluster, notification.groupKey);
  const arrival = { part, notification, conversation, at, sameThreadForMs };
  const result = await change(key, options, async (before) => {
    const after = arrive(before, arrival);
    if (after.episode === before?.episode) return after;
    return { ...after, storm: await storms.open(conversation, subjectOf(after), stormAbove) };
  });
  const end = resultOf(result);
  metrics.alerts.inc({ result: end });
  await options.deliveryLog.noteAlert(conversation, `${notification.id}-${at}-${key}`, end);
  await show(key, options);
}

interface Changed {
  readonly before: Incident | undefined;
  readonly after: Incident | undefined;
}

function resultOf({ before, after }: Changed): AlertEnd {
  if (after === before) return "repeated";
  if (after?.storm) return "stormed";
  return before?.episode === after?.episode ? "changed" : "opened";
}

/** Reads, computes and writes, again when somebody was faster. */
export async function change(
  key: string,
  { incidents }: Pick<AlertsOptions, "incidents">,
  next: (before: Incident | undefined) => Incident | undefined | Promise<Incident | undefined>,
): Promise<Changed> {
  for (let tries = 0; tries < mostTries; tries++) {
    const { incident: before, stamp } = await incidents.read(key);
    const after = await next(before);
    if (after === undefined || after === before) return { before, after };
    if (await incidents.write(key, after, stamp)) return { before, after };
  }
  throw new Error(`incident ${key} was written by others ${mostTries} times`);
}

/** Brings into the outbox what the state holds and nobody was told, and writes that down. */
async function show(key: string, options: AlertsOptions): Promise<void> {
  await change(key, options, async (incident) => {
    if (incident === undefined) return undefined;
    if (incident.storm !== "") return await joinStorm(incident, options);
    const { news, evidence } = incident;
    const root = await showRoot(incident, options);
    for (const one of news) {
      const id = `${subjectOf(incident)}:line-${one.n}`;
      await options.deliver(lineOf(incident, id, newsMessage(incident, one)));
    }
    if (evidence.due > evidence.done) await askForEvidence(incident, options);
    if (root === incident.root && news.length === 0 && evidence.due === evidence.done) return incident;
    return { ...incident, root, news: [], evidence: { ...evidence, done: evidence.due } };
  });
}

/** Now, or after a while where it was edited only just. */
async function showRoot(incident: Incident, options: AlertsOptions): Promise<Incident["root"]> {
  const { key, version, root, conversation } = incident;
  const { debounceMs = 10_000, queue, deliver } = options;
  if (root.version >= version) return root;
  const now = Date.now();
  const due = root.at + debounceMs;
  if (root.at > 0 && now < due) {
    const jobId = `refresh-${key}-${due}`;
    await queue.add("refresh", { kind: "refresh", key }, { ...notificationJobOptions, jobId, delay: due - now });
    return root;
  }
  const subject = subjectOf(incident);
  const message = rootMessage(incident, now);
  const id = `${subject}:root-${version}`;
  await deliver({
    ...{ id, subject, conversation, message, place: {}, kind: "answer", at: now, answer: null, lasts: true },
  });
  return { version, at: now };
}

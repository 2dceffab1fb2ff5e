/**
 * What a channel is told of one group of alerts, from its first notification to long after its end: a state machine without I/O or clock. Whatever comes twice, or
 * again after hours, changes nothing.
 */
import { type About, aboutOf } from "./about.ts";
import { type Acts, actsOf, carried, type Deed, heed, isMuted, reopens } from "./acts.ts";
import { describe, type Listed, listedOf } from "./describe.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { commonLabels } from "./matchers.ts";
import { type Alert, digest, type Notification, type Words } from "./notification.ts";
import type { Part } from "./routes.ts";
import { judge, nothingKnown, type Verdict, type VerdictFacts } from "./verdict.ts";

export interface Incident {
  /** Of channel, cluster and group: 32 hex digits. */
  readonly key: string;
  /** `slack:T0123/C0123`. */
  readonly conversation: string;
  readonly cluster: string;
  /** Counts threads: an alert that comes back late opens another. */
  readonly episode: number;
  /** Epoch milliseconds of the receipt of the newest notification that changed it. */
  readonly heardAt: number;
  readonly state: "firing" | "resolved";
  /** Epoch milliseconds: since when it fires, or fired. */
  readonly since: number;
  /** Epoch milliseconds of the last end; 0 before it. */
  readonly endedAt: number;
  readonly title: string;
  readonly severity: string;
  readonly summary: string;
  /** Every alert of the group by its fingerprint. */
  readonly alerts: Readonly<Record<string, Known>>;
  /** The first few, firing ones in front. */
  readonly listed: readonly Listed[];
  /** Alerts that the sender left out. */
  readonly truncated: number;
  /** When it changed between firing and resolved, the last quarter of an hour of this thread. */
  readonly changes: readonly number[];
  readonly flapping: boolean;
  /** Counts what is worth showing. */
  readonly version: number;
  /** The version that the root shows, and since when, epoch milliseconds; 0: there is none yet. */
  readonly root: { readonly version: number; readonly at: number };
  /** What happened and is not in the thread yet. */
  readonly news: readonly News[];
  /** Flows are to be asked for so often, the last time since `at`; `done` of them are asked already. */
  readonly evidence: { readonly due: number; readonly done: number; readonly at: number };
  /** What to ask for then. */
  readonly ask: Evidence;
  /** What is known so far of what was dropped; answers come one by one. */
  readonly facts: Partial<VerdictFacts>;
  readonly verdict: Verdict | null;
  /** The storm that it came with and is shown in, or "". */
  readonly storm: string;
  /** What all its alerts have in common; not there in what an older version has stored, like `about` and `acts`. */
  readonly labels?: Words;
  readonly about?: About;
  readonly acts?: Acts;
  /** For a digest, of this thread and earlier ones, the latest: when it began to fire or ended, and what people did. */
  readonly turned?: readonly Turned[];
  readonly deeds?: readonly Deed[];
}

export interface Turned {
  /** Epoch milliseconds of the receipt. */
  readonly at: number;
  readonly firing: boolean;
}

export interface Known {
  readonly firing: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** One line in the thread. `n` counts those of the thread, so that each has its id. */
export interface News {
  readonly n: number;
  readonly kind: "resolved" | "again" | "flapping" | "unmuted";
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of `resolved`: how long it fired. Of `flapping`: how often it changed. Of `unmuted`: changes that were not told. */
  readonly amount: number;
}

export interface Arrival {
  readonly part: Part;
  readonly notification: Pick<Notification, "groupKey" | "groupLabels" | "commonAnnotations" | "truncated">;
  readonly conversation: string;
  /** Epoch milliseconds of its receipt. */
  readonly at: number;
  readonly sameThreadForMs: number;
}

export const flapWindowMs = 15 * 60_000;
const flapChanges = 3;
const mostTurned = 200;
/** Flows are asked for anew when it fires again so long after the last time. */
const evidenceEveryMs = 10 * 60_000;

export function incidentKey(conversation: string, cluster: string, groupKey: string): string {
  return digest([conversation, cluster, groupKey]);
}

/** The same object where nothing changed. */
export function arrive(before: Incident | undefined, arrival: Arrival): Incident {
  const after = next(before, arrival);
  return before === undefined || after === before || after.episode !== before.episode
    ? after
    : heed(before, after, arrival.at);
}

function next(before: Incident | undefined, arrival: Arrival): Incident {
  const { part, notification, conversation, at } = arrival;
  // A job that was tried again after a newer one: that one named the whole group.
  if (before !== undefined && at < before.heardAt) return before;
  const isNew = before === undefined || opensAnew(before, arrival);
  const alerts = merge(isNew ? {} : before.alerts, arrival);
  const state = Object.values(alerts).some(({ firing }) => firing) ? "firing" : "resolved";
  const listed = listedOf(part.alerts);
  const { title, severity, summary } = describe(part.alerts, notification);
  const seen = { heardAt: at, alerts, listed, title, severity, summary, truncated: notification.truncated };
  const told = { labels: commonLabels(part.alerts), about: aboutOf(part.alerts, notification) };
  if (isNew) {
    return {
      key: incidentKey(conversation, part.cluster, notification.groupKey),
      ...{ conversation, cluster: part.cluster, ...seen, ...told, state },
      episode: (before?.episode ?? 0) + 1,
      since: sinceOf(alerts, at),
      endedAt: state === "resolved" ? endOf(alerts, at) : 0,
      changes: [at],
      flapping: false,
      version: (before?.version ?? 0) + 1,
      root: { version: 0, at: 0 },
      news: before?.news ?? [],
      evidence: { due: state === "firing" ? 1 : 0, done: 0, at },
      ask: evidenceOf(part.alerts, part.cluster, at),
      facts: {},
      verdict: null,
      storm: "",
      acts: carried(before, at),
      turned: turnedAt(before, at, state),
      deeds: before?.deeds ?? [],
    };
  }
  if (state !== before.state || reopens(before, alerts)) return turn({ ...before, ...seen, ...told }, state, arrival);
  if (isSameSet(alerts, before.alerts)) return before;
  return { ...before, ...seen, ...told, since: sinceOf(alerts, before.since), version: before.version + 1 };
}

/** No verdict before the flows have been looked at. */
export function judged(incident: Incident, news: Partial<VerdictFacts>): Incident {
  const facts = { ...incident.facts, ...news };
  const verdict = facts.pairs === undefined ? null : judge({ ...nothingKnown, ...facts });
  if (JSON.stringify([facts, verdict]) === JSON.stringify([incident.facts, incident.verdict])) return incident;
  const isShown = JSON.stringify(verdict) === JSON.stringify(incident.verdict);
  return { ...incident, facts, verdict, version: incident.version + (isShown ? 0 : 1) };
}

/** The message that stands for it, and the thread below. */
export function subjectOf({ key, episode }: Pick<Incident, "key" | "episode">): string {
  return `incident:${key}:${episode}`;
}

function opensAnew(before: Incident, arrival: Arrival): boolean {
  const { part, at, sameThreadForMs } = arrival;
  if (isMuted(before, at) || !part.alerts.some(({ firing }) => firing)) return false;
  const { closed } = actsOf(before);
  if (before.state === "firing")
    return closed !== null && at - closed.at > sameThreadForMs && reopens(before, merge(before.alerts, arrival));
  return before.storm !== "" || at - before.endedAt > sameThreadForMs;
}

function turn(incident: Incident, state: Incident["state"], { part, at }: Arrival): Incident {
  const changes = [...incident.changes.filter((time) => time > at - flapWindowMs), at];
  const flapping = changes.length >= flapChanges;
  const endedAt = state === "resolved" ? endOf(incident.alerts, at) : incident.endedAt;
  const since = state === "firing" ? sinceOf(incident.alerts, at) : incident.since;
  const n = incident.version + 1;
  const news: News[] = [];
  if (flapping && !incident.flapping) news.push({ n, kind: "flapping", at, amount: changes.length });
  else if (!flapping && state === "resolved") news.push({ n, kind: "resolved", at, amount: endedAt - since });
  else if (!flapping) news.push({ n, kind: "again", at, amount: 0 });
  const { evidence } = incident;
  const isDue = state === "firing" && !flapping && at - evidence.at > evidenceEveryMs;
  return {
    ...incident,
    ...{ state, changes, flapping, endedAt, since, turned: turnedAt(incident, at, state) },
    version: incident.version + 1,
    news: [...incident.news, ...news],
    ...(isDue && {
      evidence: { ...evidence, due: evidence.done + 1, at },
      ask: evidenceOf(part.alerts, part.cluster, at),
    }),
  };
}

function turnedAt(incident: Incident | undefined, at: number, state: Incident["state"]): Turned[] {
  return [...(incident?.turned ?? []), { at, firing: state === "firing" }].slice(-mostTurned);
}

/** A group's notification names all its alerts: one that it no longer names has ended, unless the sender cut the list. */
function merge(before: Incident["alerts"], { part, notification, at }: Arrival): Incident["alerts"] {
  const now = new Map<string, Known>(part.alerts.map((alert) => [alert.fingerprint, knownOf(alert)]));
  for (const [fingerprint, known] of Object.entries(before)) {
    if (now.has(fingerprint)) continue;
    if (notification.truncated > 0) now.set(fingerprint, known);
    else if (known.firing) now.set(fingerprint, { ...known, firing: false, endsAt: at });
  }
  return Object.fromEntries(now);
}

function knownOf({ firing, startsAt, endsAt }: Alert): Known {
  return { firing, startsAt, endsAt };
}

/** Ended alerts leave the group after they were told: that is no news. */
function isSameSet(after: Incident["alerts"], before: Incident["alerts"]): boolean {
  const firing = (alerts: Incident["alerts"]) =>
    Object.entries(alerts)
      .flatMap(([fingerprint, { firing }]) => (firing ? [fingerprint] : []))
      .sort()
      .join(" ");
  const hasNewEnd = Object.entries(after).some(([fingerprint, { firing }]) => !firing && before[fingerprint]?.firing);
  return firing(after) === firing(before) && !hasNewEnd;
}

function sinceOf(alerts: Incident["alerts"], fallback: number): number {
  const all = Object.values(alerts);
  const firing = all.filter(({ firing }) => firing);
  const starts = (firing.length > 0 ? firing : all).map(({ startsAt }) => startsAt).filter((time) => time > 0);
  return starts.reduce((left, right) => Math.min(left, right), starts[0] ?? fallback);
}

function endOf(alerts: Incident["alerts"], fallback: number): number {
  const latest = Object.values(alerts).reduce((left, { endsAt }) => Math.max(left, endsAt), 0);
  return latest > 0 && latest <= fallback ? latest : fallback;
}

/** What people did to an incident: acknowledged, silenced, muted, closed. Pure; done twice, or where it is so already, changes nothing. */
import type { Incident } from "./incident.ts";
import type { Words } from "./notification.ts";

export interface Acts {
  readonly acknowledged: By | null;
  /** Nothing more is said of it until an alert that was not there fires. */
  readonly closed: By | null;
  readonly muted: Muted | null;
  readonly silence: Silence | null;
  /** The command that changed it last: when it comes again it has been done. */
  readonly last: string;
}

/** Something that somebody did, for a digest: it is remembered longer than it lasts. */
export interface Deed {
  readonly act: "acknowledged" | "closed" | "muted" | "unmuted" | "silenced" | "unsilenced";
  /** As the platform said it: data of a stranger. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** 0: it does not end by itself. */
  readonly until: number;
}

export interface By {
  /** As the platform said it: data of a stranger. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Muted {
  readonly by: By;
  /** Epoch milliseconds, as everywhere here. */
  readonly until: number;
  /** Changes since then that nobody was told. */
  readonly untold: number;
}

export interface Silence {
  readonly by: By;
  readonly until: number;
  readonly matchers: Words;
  /** Alertmanager's; "" while it is asked for one. */
  readonly id: string;
  /** The command that asks for it. */
  readonly command: string;
}

/** Who does something now, and the command that asks for it. */
export interface Doing {
  readonly by: By;
  readonly command: string;
}

export const noActs: Acts = { acknowledged: null, closed: null, muted: null, silence: null, last: "" };

/** Incidents of before there were any have none. */
export function actsOf({ acts }: Pick<Incident, "acts">): Acts {
  return acts ?? noActs;
}

export function isMuted(incident: Pick<Incident, "acts">, at: number): boolean {
  return (actsOf(incident).muted?.until ?? 0) > at;
}

/** Alertmanager has it. */
export function isSilenced(incident: Pick<Incident, "acts">, at: number): boolean {
  const { silence } = actsOf(incident);
  return silence !== null && silence.id !== "" && silence.until > at;
}

export function acknowledge(incident: Incident, { by, command }: Doing): Incident {
  return actsOf(incident).acknowledged === null
    ? did(put(incident, { acknowledged: by }, command), "acknowledged", by)
    : incident;
}

export function close(incident: Incident, { by, command }: Doing): Incident {
  const isOver = incident.state === "resolved" || actsOf(incident).closed !== null;
  return isOver ? incident : did(put(incident, { closed: by }, command), "closed", by);
}

/** Anew, where it is muted already: the last one who says until when is right. */
export function mute(incident: Incident, ms: number, { by, command }: Doing): Incident {
  if (actsOf(incident).last === command) return incident;
  const untold = actsOf(incident).muted?.untold ?? 0;
  const until = by.at + ms;
  return did(put(incident, { muted: { by, until, untold } }, command), "muted", by, until);
}

export function unmute(incident: Incident, doing: Doing): Incident {
  return actsOf(incident).muted === null
    ? incident
    : did(put(incident, { muted: null }, doing.command), "unmuted", doing.by);
}

/** So long one command has Alertmanager to itself; one that died leaves it to the next. */
const claimMs = 60_000;

/** Only one command at a time asks for a silence: the one that stands in it then. */
export function claimSilence(incident: Incident, ms: number, { by, command }: Doing): Incident {
  const { silence } = actsOf(incident);
  const isClaimed = silence?.id === "" && (silence.command === command || by.at - silence.by.at < claimMs);
  if (isSilenced(incident, by.at) || isClaimed) return incident;
  const claim = { by, until: by.at + ms, matchers: incident.labels ?? {}, id: "", command };
  return { ...incident, acts: { ...actsOf(incident), silence: claim } };
}

/** Undefined: there is none, and the claim is given back. */
export function silenced(
  incident: Incident,
  found: { readonly id: string; readonly until: number } | undefined,
  command: string,
): Incident {
  const { silence } = actsOf(incident);
  if (silence?.command !== command || silence.id !== "") return incident;
  if (found === undefined) return { ...incident, acts: { ...actsOf(incident), silence: null } };
  return did(put(incident, { silence: { ...silence, ...found } }, command), "silenced", silence.by, found.until);
}

/** The silence with this id is no more. */
export function unsilenced(incident: Incident, id: string, { by, command }: Doing): Incident {
  return actsOf(incident).silence?.id === id
    ? did(put(incident, { silence: null }, command), "unsilenced", by)
    : incident;
}

/** When something has ended by itself: of a mute that hid changes one line tells. */
export function settle(incident: Incident, at: number): Incident {
  const { muted, silence } = actsOf(incident);
  const isUnmuted = muted !== null && muted.until <= at;
  const isUnsilenced = silence !== null && silence.until <= at;
  if (!isUnmuted && !isUnsilenced) return incident;
  const after = put(incident, { ...(isUnmuted && { muted: null }), ...(isUnsilenced && { silence: null }) }, "");
  if (!isUnmuted || muted.untold === 0) return after;
  const line = { n: after.version, kind: "unmuted", at, amount: muted.untold } as const;
  return { ...after, news: [...after.news, line] };
}

/**
 * What a notification changes in `before` as people want to hear of it. Muted, or closed by somebody: the first message is edited and the thread is not. An alert that fires anew
 * ends a closing, and was acknowledged by nobody; one that comes and goes is the one that was.
 */
export function heed(before: Incident, after: Incident, at: number): Incident {
  const acts = actsOf(before);
  const isAnew = after.state === "firing" && (before.state === "resolved" || reopens(before, after.alerts));
  const acknowledged = isAnew && !after.flapping ? null : acts.acknowledged;
  const now: Acts = { ...acts, acknowledged, closed: isAnew ? null : acts.closed };
  const { muted } = now;
  const isQuiet = isMuted(before, at);
  const heeded = { ...after, acts: isQuiet && muted ? { ...now, muted: { ...muted, untold: muted.untold + 1 } } : now };
  if (!isQuiet && now.closed === null) return heeded;
  return { ...heeded, news: before.news, evidence: before.evidence, ask: before.ask };
}

/** It was closed, and an alert fires that did not then. */
export function reopens(before: Incident, alerts: Incident["alerts"]): boolean {
  if (actsOf(before).closed === null) return false;
  return Object.entries(alerts).some(([fingerprint, { firing, startsAt }]) => {
    const known = before.alerts[fingerprint];
    return firing && (known?.firing !== true || startsAt > known.startsAt);
  });
}

/** What a new thread takes over: a silence lasts until it ends. */
export function carried(before: Incident | undefined, at: number): Acts {
  if (before === undefined || !isSilenced(before, at)) return noActs;
  return { ...noActs, silence: actsOf(before).silence };
}

function put(incident: Incident, acts: Partial<Acts>, command: string): Incident {
  return {
    ...incident,
    acts: { ...actsOf(incident), ...acts, ...(command !== "" && { last: command }) },
    version: incident.version + 1,
  };
}

/** Of one incident, the latest. */
const mostDeeds = 20;

function did(incident: Incident, act: Deed["act"], { name, at }: By, until = 0): Incident {
  return { ...incident, deeds: [...(incident.deeds ?? []), { act, name, at, until }].slice(-mostDeeds) };
}

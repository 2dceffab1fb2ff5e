/** What a person is told who did something to an incident: one line, and under it which incident it was. */
import { redactText } from "../analysis/redact.ts";
import type { Block, Message, Text, Tone } from "../message/message.ts";
import { actsOf, type Silence } from "./acts.ts";
import { byText, changesText, shortId, timeText } from "./acts-text.ts";
import type { Incident } from "./incident.ts";
import type { Words } from "./notification.ts";

/** A change as it was made, or was not: `isDone` holds for the command that made it, how often it may come. */
export interface Done {
  readonly before: Incident;
  readonly after: Incident;
  readonly isDone: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

export function acknowledgedSaid({ after, isDone, at }: Done): Message {
  const { acknowledged } = actsOf(after);
  if (acknowledged === null) return said("warn", "It fires anew, and nobody has acknowledged that", after);
  if (!isDone) return said("info", `Acknowledged already ${byText(acknowledged, at)}`, after);
  return said("good", `Acknowledged by ${acknowledged.name}`, after);
}

export function closedSaid({ after, isDone, at }: Done): Message {
  const { closed } = actsOf(after);
  if (closed === null) return said("info", "It is resolved: there is nothing to close", after);
  if (!isDone) return said("info", `Closed already ${byText(closed, at)}`, after);
  const next = "Nothing more is said of it until an alert of this group fires anew.";
  return said("info", `Closed by ${closed.name}`, after, next);
}

export function mutedSaid({ after, at }: Done): Message {
  const { muted } = actsOf(after);
  if (muted === null) return said("info", "It is not muted here any more", after);
  const next = [
    "Its first message is still edited, and other channels are told as before. To end it: ",
    { code: `unmute ${shortId(after)}` },
  ];
  return said("info", `Muted here until ${timeText(muted.until, at)} by ${muted.by.name}`, after, next);
}

export function unmutedSaid({ before, isDone }: Done, name: string): Message {
  const untold = actsOf(before).muted?.untold ?? 0;
  if (!isDone) return said("info", "It is not muted here", before);
  const next = untold === 0 ? undefined : `${changesText(untold)} meanwhile: the first message shows how it stands.`;
  return said("info", `Unmuted by ${name}`, before, next);
}

export function silencedSaid(
  incident: Incident,
  { until, by, matchers }: Silence,
  isDone: boolean,
  at: number,
): Message {
  const end = { code: `unsilence ${shortId(incident)}` };
  if (!isDone)
    return said("info", `Silenced already until ${timeText(until, at)}, ${byText(by, at)}`, incident, [
      "To end it: ",
      end,
    ]);
  const title = `Silenced in Alertmanager until ${timeText(until, at)} by ${by.name}`;
  return said("info", title, incident, [
    "It tells nobody of alerts with ",
    { code: matchersText(matchers) },
    ", and not of their end either. To end it: ",
    end,
  ]);
}

export function unsilencedSaid(incident: Incident, isDone: boolean, name: string): Message {
  if (isDone) return said("info", `The silence was ended by ${name}`, incident);
  return said("info", "Nothing here has silenced it", incident, "Silences that were made elsewhere are ended there.");
}

export function said(tone: Tone, title: string, incident: Incident, next?: Text): Message {
  const blocks: Block[] = next === undefined ? [] : [{ kind: "text", text: next }];
  const which = [`${incident.title}, incident `, { code: shortId(incident) }];
  return { tone, title, blocks: [...blocks, { kind: "note", text: which }] };
}

const mostShown = 8;

function matchersText(matchers: Words): string {
  const all = Object.entries(matchers).map(
    ([name, value]) => `${name}=${JSON.stringify(redactText(value).slice(0, 80))}`,
  );
  const more = all.length > mostShown ? [`and ${all.length - mostShown} more`] : [];
  return [...all.slice(0, mostShown), ...more].join(", ");
}

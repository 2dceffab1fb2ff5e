/** What alerts did to a conversation in some time, and what people did to them: for a digest's thread. Pure. */
import { localText } from "../analysis/calendar/text.ts";
import { counted } from "../analysis/counted.ts";
import { roughDuration } from "../analysis/duration.ts";
import type { Window } from "../analysis/select.ts";
import type { Action, Block, Message } from "../message/message.ts";
import { cutEnd } from "../message/plain.ts";
import type { Deed } from "./acts.ts";
import { shortId } from "./acts-text.ts";
import type { Incident } from "./incident.ts";

export interface AlertsDigest {
  /** Those of one conversation that changed since `window.from`, or more of them. */
  readonly incidents: readonly Incident[];
  /** There are more than these. */
  readonly cut: boolean;
  readonly window: Window;
  /** Of the times shown. */
  readonly zone: string;
}

const shownAlerts = 5;
const shownDeeds = 8;
const longestName = 80;

/** Undefined where no alert changed and nobody did anything. */
export function alertsDigest({ incidents, cut, window, zone }: AlertsDigest): Message | undefined {
  const noisy = incidents
    .map((incident) => ({ incident, changes: turnsIn(incident, window).length, firedMs: firedIn(incident, window) }))
    .filter(({ changes }) => changes > 0)
    .sort((one, other) => other.changes - one.changes || other.firedMs - one.firedMs);
  const deeds = incidents
    .flatMap((incident) => (incident.deeds ?? []).map((deed) => ({ incident, ...deed })))
    .filter(({ at }) => isIn(at, window))
    .sort((one, other) => other.at - one.at);
  const [first] = noisy;
  if (first === undefined && deeds.length === 0) return undefined;
  const title =
    first === undefined
      ? `Alerts of this channel: nothing changed, ${counted(deeds.length, "thing")} done to them`
      : `Noisiest alert here: ${nameOf(first.incident)}, ${counted(first.changes, "change")}`;
  const isFiring = noisy.some(({ incident }) => incident.state === "firing");
  return {
    tone: isFiring ? "warn" : "info",
    title,
    blocks: [
      ...noisyTable(noisy),
      ...deedsTable(deeds, zone),
      ...(cut
        ? [{ kind: "note", text: `Only the latest ${counted(incidents.length, "incident")} were looked at.` } as const]
        : []),
      ...explainButton(first?.incident),
    ],
  };
}

interface Noisy {
  readonly incident: Incident;
  readonly changes: number;
  readonly firedMs: number;
}

function noisyTable(noisy: readonly Noisy[]): Block[] {
  const rest = noisy.slice(shownAlerts);
  const quieter = rest.reduce((sum, { changes }) => sum + changes, 0);
  if (noisy.length === 0) return [];
  return [
    {
      kind: "table",
      title: "Noisiest alerts: how often they began or ended",
      columns: [
        { title: "Alert" },
        { title: "Changes", align: "right" },
        { title: "Fired", align: "right" },
        { title: "Now" },
      ],
      rows: noisy
        .slice(0, shownAlerts)
        .map(({ incident, changes, firedMs }) => [
          nameOf(incident),
          String(changes),
          roughDuration(firedMs),
          incident.state,
        ]),
      ...(rest.length > 0 && { folded: `${counted(rest.length, "more alert")}, ${counted(quieter, "change")}` }),
    },
  ];
}

function deedsTable(deeds: readonly (Deed & { readonly incident: Incident })[], zone: string): Block[] {
  if (deeds.length === 0) return [];
  const more = deeds.length - shownDeeds;
  return [
    {
      kind: "table",
      title: `Who did what to them, the last first (${zone})`,
      columns: [{ title: "When" }, { title: "Who" }, { title: "What" }, { title: "Alert" }],
      rows: deeds
        .slice(0, shownDeeds)
        .map(({ incident, act, name, at, until }) => [
          localText(at, zone),
          cutEnd(name, 40),
          until === 0 ? act : `${act} until ${localText(until, zone)}`,
          nameOf(incident),
        ]),
      ...(more > 0 && { folded: `${more} more` }),
    },
  ];
}

function explainButton(incident: Incident | undefined): Block[] {
  if (incident === undefined || (incident.state !== "firing" && incident.verdict === null)) return [];
  const action: Action = { label: "explain the noisiest", command: `explain ${shortId(incident)}` };
  return [{ kind: "actions", actions: [action] }];
}

/** Titles are made of labels: data of strangers. */
function nameOf({ title }: Incident): string {
  return cutEnd(title, longestName);
}

function turnsIn({ turned = [] }: Incident, window: Window) {
  return turned.filter(({ at }) => isIn(at, window));
}

/** Milliseconds; a beginning that is not known any more counts from where it is. */
function firedIn({ turned = [] }: Incident, { from, to }: Window): number {
  return turned.reduce((sum, { at, firing }, index) => {
    const end = Math.min(turned[index + 1]?.at ?? to, to);
    return sum + (firing ? Math.max(0, end - Math.max(at, from)) : 0);
  }, 0);
}

function isIn(at: number, { from, to }: Window): boolean {
  return at > from && at <= to;
}

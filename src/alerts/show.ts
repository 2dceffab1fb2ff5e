/** An incident as messages: its root, which is edited while things change, and the few lines in its thread. */
import { roughDuration } from "../analysis/duration.ts";
import { clockText, rangeText } from "../analysis/time.ts";
import type { Block, Message, Text, Tone } from "../message/message.ts";
import { actsOf } from "./acts.ts";
import { actButtons, actFacts, actNotes, changesText } from "./acts-text.ts";
import { mostListed } from "./describe.ts";
import type { Incident, News } from "./incident.ts";
import { verdictBlocks } from "./verdict-text.ts";

/** `at`: epoch milliseconds of this look at it. */
export function rootMessage(incident: Incident, at: number): Message {
  const { state, title, summary, since, endedAt } = incident;
  const lasted = roughDuration(endedAt - since);
  const word = isClosed(incident) ? "Closed" : state === "firing" ? "Firing" : `Resolved after ${lasted}`;
  return {
    tone: toneOf(incident),
    title: `${word}: ${title}`,
    blocks: [
      ...(summary === "" ? [] : [{ kind: "text", text: summary } as const]),
      { kind: "facts", facts: [...factsOf(incident, at), ...actFacts(incident, at)] },
      ...actNotes(incident, at),
      ...verdictBlocks(incident.verdict),
      ...tableOf(incident, at),
      ...(incident.flapping ? [flappingNote] : []),
      ...actionsOf(incident, at),
    ],
  };
}

export function newsMessage(incident: Incident, { kind, at, amount }: News): Message {
  const blocks: readonly Block[] = [];
  switch (kind) {
    case "resolved": {
      const count = Object.keys(incident.alerts).length;
      const what = `${count} ${count === 1 ? "alert" : "alerts"}, from ${rangeText({ from: incident.since, to: incident.endedAt }, at)} UTC.`;
      return {
        tone: "good",
        title: `Resolved after ${roughDuration(amount)}`,
        blocks: [{ kind: "note", text: what }, ...verdictBlocks(incident.verdict)],
      };
    }
    case "again":
      return { tone: toneOf(incident), title: `Fires again since ${clockText(incident.since, at)} UTC`, blocks };
    case "unmuted":
      return {
        tone: toneOf(incident),
        title: `No longer muted here: ${changesText(amount)} meanwhile, it ${incident.state === "firing" ? "fires" : "is resolved"} now`,
        blocks,
      };
    case "flapping":
      return {
        tone: "warn",
        title: `It comes and goes: ${amount} changes within 15 minutes. The first message shows how it stands; nothing more is said here until it is calm`,
        blocks,
      };
  }
}

/** A person has seen to it, and it fires all the same. */
function isClosed(incident: Incident): boolean {
  return incident.state === "firing" && actsOf(incident).closed !== null;
}

function toneOf(incident: Incident): Tone {
  const { state, severity } = incident;
  if (state === "resolved") return "good";
  if (isClosed(incident)) return "info";
  if (severity === "info" || severity === "none") return "info";
  return severity === "warning" ? "warn" : "bad";
}

function factsOf({ state, since, severity, cluster, alerts, truncated }: Incident, at: number) {
  const all = Object.values(alerts);
  const firing = all.filter((one) => one.firing).length;
  const left = truncated > 0 ? `, ${truncated} more were not sent` : "";
  const facts: { name: string; value: Text }[] = [
    { name: state === "firing" ? "since" : "began", value: `${clockText(since, at)} UTC` },
    { name: "alerts", value: `${firing} firing, ${all.length - firing} resolved${left}` },
    { name: "cluster", value: cluster },
  ];
  if (severity !== "") facts.push({ name: "severity", value: severity });
  return facts;
}

function tableOf({ listed, alerts, title }: Incident, at: number): Block[] {
  if (listed.length < 2 && listed.every(({ link }) => link === "")) return [];
  const more = Object.keys(alerts).length - listed.length;
  return [
    {
      kind: "table",
      title: listed.length === 1 ? "alert" : `alerts of ${title}`,
      columns: [{ title: "alert" }, { title: "where" }, { title: "state" }, { title: "since" }],
      rows: listed.map(({ name, where, firing, startsAt, link }) => [
        link === "" ? name : { link: name, href: link },
        where === "" ? "–" : where,
        firing ? "firing" : "resolved",
        startsAt > 0 ? `${clockText(startsAt, at)} UTC` : "not said",
      ]),
      ...(more > 0 && listed.length >= mostListed && { folded: `${more} more alerts` }),
    },
  ];
}

const flappingNote: Block = {
  kind: "note",
  tone: "warn",
  text: "It comes and goes: changes are shown here alone, without a line each.",
};

function actionsOf(incident: Incident, at: number): Block[] {
  const { ask, state } = incident;
  const looking = [
    { label: "drops since it began", command: ask.summary },
    { label: "capture again", command: ask.file },
  ];
  const actions = [...actButtons(incident, at), ...(state === "firing" ? looking : [])];
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}

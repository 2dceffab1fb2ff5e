/**
 * Does to an incident what a person asked for, and says what became of it. An incident changes by compare-and-write, as for notifications, and the command that changed it is
 * written down with it: a command that comes twice has done it once, and is answered alike.
 */
import { acknowledge, actsOf, close, mute, unmute } from "../alerts/acts.ts";
import { acknowledgedSaid, closedSaid, mutedSaid, unmutedSaid } from "../alerts/acts-said.ts";
import { explainMessage } from "../alerts/explain.ts";
import type { Incident } from "../alerts/incident.ts";
import type { Message } from "../message/message.ts";
import type { Perform } from "./effects.ts";
import { type Acting, changeAndShow, type IncidentEffectOptions, settleAt } from "./effects-acting.ts";
import { silenceIncident, unsilenceIncident } from "./effects-silence.ts";

export function createIncidentEffect(options: IncidentEffectOptions): Perform<"incident"> {
  return async ({ id, act }, record) => {
    const [key, ...others] = await options.incidents.find(record.conversation, id);
    if (key === undefined) return noIncident(id);
    if (others.length > 0) return severalIncidents(id, [key, ...others]);
    const name = record.place.name ?? record.place.person ?? "somebody";
    const doing = { by: { name, at: record.takenAt }, command: record.id };
    return await perform({ key, act, doing, record }, options);
  };
}

async function perform(acting: Acting, options: IncidentEffectOptions): Promise<Message> {
  const { key, act, doing, record } = acting;
  const does = async (next: (incident: Incident) => Incident) => await changeAndShow(acting, next, options);
  switch (act.act) {
    case "acknowledge":
      return acknowledgedSaid(await does((incident) => acknowledge(incident, doing)));
    case "close":
      return closedSaid(await does((incident) => close(incident, doing)));
    case "mute": {
      const done = await does((incident) => mute(incident, act.ms, doing));
      await settleAt(key, actsOf(done.after).muted?.until, options);
      return mutedSaid(done);
    }
    case "unmute":
      return unmutedSaid(await does((incident) => unmute(incident, doing)), doing.by.name);
    case "explain":
      return explainMessage((await does((incident) => incident)).after);
    case "silence":
      return await silenceIncident({ key, act, doing, record }, options);
    case "unsilence":
      return await unsilenceIncident({ key, act, doing, record }, options);
  }
}

function noIncident(id: string): Message {
  return {
    tone: "warn",
    title: "No incident of this channel has that id",
    blocks: [
      {
        kind: "text",
        text: [
          "Nothing begins with ",
          { code: id },
          ". The id stands in an incident's first message and works in its channel, for a month.",
        ],
      },
    ],
  };
}

const mostListed = 5;

function severalIncidents(id: string, keys: readonly string[]): Message {
  const longer = keys.slice(0, mostListed).flatMap((key, at) => [at === 0 ? "" : ", ", { code: key.slice(0, 16) }]);
  return {
    tone: "warn",
    title: `${keys.length} incidents of this channel begin with that id`,
    blocks: [{ kind: "text", text: ["Type more of it than ", { code: id }, ": ", ...longer, "."] }],
  };
}

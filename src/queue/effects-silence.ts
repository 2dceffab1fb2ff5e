/**
 * Silences in Alertmanager. It knows no request by an id of ours, so that a silence says in its comment which incident it is for: whoever makes one looks for that first, also
 * where an earlier request got no reply. Only one command at a time does so.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { actsOf, claimSilence, type Silence, silenced, unsilenced } from "../alerts/acts.ts";
import { said, silencedSaid, unsilencedSaid } from "../alerts/acts-said.ts";
import type { Incident } from "../alerts/incident.ts";
import type { IncidentAct } from "../commands/incident/act.ts";
import { type BotError, toBotError } from "../errors.ts";
import type { Message } from "../message/message.ts";
import { plain } from "../message/plain.ts";
import type { Alertmanager } from "../sources/alertmanager/alertmanager.ts";
import { type Acting, changeAndShow, type IncidentEffectOptions, settleAt } from "./effects-acting.ts";
import { personOf } from "./effects-person.ts";
import { wayTo } from "./effects-silencers.ts";
import type { CommandRecord } from "./jobs.ts";

type Act<Name extends IncidentAct["act"]> = Acting<Extract<IncidentAct, { act: Name }>>;

export async function silenceIncident(acting: Act<"silence">, options: IncidentEffectOptions): Promise<Message> {
  const { key, act, doing, record } = acting;
  const way = await wayTo(acting, options);
  if ("refused" in way) return way.refused;
  if (Object.keys(way.incident.labels ?? {}).length === 0)
    return said(
      "warn",
      "Its alerts have no label in common",
      way.incident,
      "A silence needs one, or it would silence everything. Silence them one by one in Alertmanager.",
    );
  const { after } = await changeAndShow(acting, (incident) => claimSilence(incident, act.ms, doing), options);
  const claim = actsOf(after).silence;
  if (claim === null) throw new Error(`incident ${key} cannot be claimed`);
  const isOurs = claim.command === doing.command;
  if (claim.id !== "") return silencedSaid(after, claim, isOurs, doing.by.at);
  if (!isOurs)
    return said("warn", `${claim.by.name} is silencing it just now`, after, "Look at the first message in a moment.");
  try {
    const found = await findOrCreate(way.alertmanager, { incident: after, claim, comment: act.comment, record });
    const done = await changeAndShow(acting, (incident) => silenced(incident, found, doing.command), options);
    await settleAt(key, found.until, options);
    return silencedSaid(done.after, { ...claim, ...found }, true, doing.by.at);
  } catch (thrown) {
    await changeAndShow(acting, (incident) => silenced(incident, undefined, doing.command), options);
    return notDone("It could not be silenced", toBotError(thrown), after);
  }
}

export async function unsilenceIncident(acting: Act<"unsilence">, options: IncidentEffectOptions): Promise<Message> {
  const { key, doing } = acting;
  const way = await wayTo(acting, options);
  if ("refused" in way) return way.refused;
  const { incident, alertmanager } = way;
  const { silence, last } = actsOf(incident);
  if (silence === null || silence.id === "") return unsilencedSaid(incident, last === doing.command, doing.by.name);
  try {
    await expire(alertmanager, silence.id);
  } catch (thrown) {
    return notDone("The silence could not be ended", toBotError(thrown), incident);
  }
  const { after } = await changeAndShow(acting, (now) => unsilenced(now, silence.id, doing), options);
  if (actsOf(after).silence !== null) throw new Error(`incident ${key} was silenced anew meanwhile`);
  return unsilencedSaid(after, true, doing.by.name);
}

interface Making {
  readonly incident: Incident;
  readonly claim: Silence;
  readonly comment: string;
  readonly record: CommandRecord;
}

const lookAgainMs = 500;

async function findOrCreate(alertmanager: Alertmanager, making: Making): Promise<{ id: string; until: number }> {
  const { incident, claim, comment, record } = making;
  const mark = `cilium-chatops incident ${incident.key}/${incident.episode}`;
  const { matchers, until, by } = claim;
  const find = async () => {
    const silences = await alertmanager.silences(matchers);
    return silences.find((one) => one.state !== "expired" && one.comment.includes(mark));
  };
  const existing = await find();
  if (existing !== undefined) return { id: existing.id, until: existing.until };
  const who = `${plain(by.name)} (${personOf(record)})`;
  const why = comment === "" ? "" : `${comment}. `;
  try {
    const createdBy = who;
    const said = `${why}Silenced by ${who} in ${record.conversation}, ${mark}`;
    const id = await alertmanager.create({ matchers, from: Date.now(), until, createdBy, comment: said });
    return { id, until };
  } catch (thrown) {
    // Perhaps it was made, and only the reply was lost.
    await sleep(lookAgainMs);
    const made = await find().catch(() => undefined);
    if (made === undefined) throw thrown;
    return { id: made.id, until: made.until };
  }
}

/** Also where it has ended already, by itself or in Alertmanager. */
async function expire(alertmanager: Alertmanager, id: string): Promise<void> {
  try {
    await alertmanager.expire(id);
  } catch (thrown) {
    const left = await alertmanager.silence(id);
    if (left !== undefined && left.state !== "expired") throw thrown;
  }
}

function notDone(title: string, error: BotError, incident: Incident): Message {
  const isUnknown = error.code === "TIMEOUT" || error.code === "UNREACHABLE" || error.code === "OVERLOADED";
  const again = isUnknown ? " Try again: what exists is looked for first, and nothing is made twice." : "";
  return { ...said("bad", title, incident, `${error.say}${again}`) };
}

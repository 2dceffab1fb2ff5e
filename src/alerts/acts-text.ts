/** What people did to an incident, in words: facts and buttons of its first message. Names are as the platform said them; they are escaped where they are shown. */
import { clockText } from "../analysis/time.ts";
import type { Action, Block, Text } from "../message/message.ts";
import { actsOf, type By, isMuted, isSilenced } from "./acts.ts";
import type { Incident } from "./incident.ts";

/** What people type: so many digits of the key tell an incident from the others of its channel. */
const idDigits = 8;

export function shortId({ key }: Pick<Incident, "key">): string {
  return key.slice(0, idDigits);
}

/** `at`: epoch milliseconds of this look at it. */
export function actFacts(incident: Incident, at: number): { name: string; value: Text }[] {
  const { acknowledged, closed, muted, silence } = actsOf(incident);
  const facts: { name: string; value: Text }[] = [{ name: "id", value: { code: shortId(incident) } }];
  if (acknowledged !== null) facts.push({ name: "acknowledged", value: byText(acknowledged, at) });
  if (silence !== null && isSilenced(incident, at))
    facts.push({ name: "silenced", value: `until ${timeText(silence.until, at)}, ${byText(silence.by, at)}` });
  if (muted !== null && isMuted(incident, at)) {
    const untold = muted.untold === 0 ? "" : `; ${changesText(muted.untold)} not told`;
    facts.push({ name: "muted here", value: `until ${timeText(muted.until, at)}, ${byText(muted.by, at)}${untold}` });
  }
  if (closed !== null) facts.push({ name: "closed", value: byText(closed, at) });
  return facts;
}

/** What the reader has to know to believe the message. */
export function actNotes(incident: Incident, at: number): Block[] {
  if (!isSilenced(incident, at) || incident.state === "resolved") return [];
  const text = "While it is silenced Alertmanager tells nothing of it: not what else fires, and not its end.";
  return [{ kind: "note", tone: "warn", text }];
}

/** Each is authorised anew when it is pressed. */
export function actButtons(incident: Incident, at: number): Action[] {
  const id = shortId(incident);
  const { acknowledged, closed } = actsOf(incident);
  const fires = incident.state === "firing";
  const isOpen = fires && closed === null;
  return [
    ...(isOpen && acknowledged === null ? [{ label: "acknowledge", command: `ack ${id}` }] : []),
    ...(isSilenced(incident, at)
      ? [{ label: "end the silence", command: `unsilence ${id}` }]
      : isOpen
        ? [{ label: "silence for 2h", command: `silence ${id} 2h` }]
        : []),
    ...(isMuted(incident, at)
      ? [{ label: "unmute", command: `unmute ${id}` }]
      : isOpen
        ? [{ label: "mute here for 8h", command: `mute ${id} 8h` }]
        : []),
    ...(fires || incident.verdict !== null ? [{ label: "explain", command: `explain ${id}` }] : []),
    ...(isOpen ? [{ label: "close", command: `close ${id}` }] : []),
  ];
}

export function byText({ name, at: done }: By, at: number): string {
  return `by ${name} at ${timeText(done, at)}`;
}

export function timeText(time: number, at: number): string {
  return `${clockText(time, at)} UTC`;
}

export function changesText(amount: number): string {
  return `${amount} ${amount === 1 ? "change" : "changes"}`;
}

/** Stopping long work: whoever asked for it may, and whom the configuration names. */
import type { Message } from "../message/message.ts";
import type { RunningWork } from "../store/running.ts";
import type { Perform } from "./effects.ts";
import { become, personOf } from "./effects-person.ts";
import type { CommandRecord } from "./jobs.ts";

export interface CancelOptions {
  readonly work: Pick<RunningWork, "stop">;
  /** `slack:U0123`: who may stop what others asked for. */
  readonly admins: readonly string[];
  /** Whom to ask when something is not allowed. */
  readonly contact: string;
}

export function createCancelEffect({ work, admins, contact }: CancelOptions): Perform<"cancel"> {
  return async ({ id }, record) => {
    const person = personOf(record);
    const admin = person !== undefined && admins.includes(person);
    const stopped = await work.stop(id, { conversation: record.conversation, person: record.place.person, admin });
    switch (stopped.is) {
      case "stopping":
        return undefined;
      case "nothing":
        return nothingRunning;
      case "refused":
        return refused(stopped.name, record, { admins, contact });
    }
  };
}

const nothingRunning: Message = {
  tone: "warn",
  title: "Nothing of that kind is running here",
  blocks: [{ kind: "note", text: "It has ended already, or was asked in another conversation." }],
};

/** Whoever pressed the button of somebody else learns whose it is, and what would make it theirs too. */
function refused(
  name: string | undefined,
  record: CommandRecord,
  { admins, contact }: Omit<CancelOptions, "work">,
): Message {
  const asker = name ?? "whoever asked for it";
  const who = admins.length === 0 ? asker : `${asker} or an admin`;
  return {
    tone: "warn",
    title: `Only ${who} may stop this`,
    blocks: [
      { kind: "text", text: `It runs on, and ends by itself. To end it sooner, ask ${name ?? "them"} to press stop.` },
      {
        kind: "text",
        text: ["Admins may stop what others asked for. ", ...become(personOf(record), contact, "access.admins")],
      },
    ],
  };
}

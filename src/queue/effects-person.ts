/** People as the configuration names them, and what somebody is told whom it does not name. */
import type { Inline } from "../message/message.ts";
import type { CommandRecord } from "./jobs.ts";

/** Undefined where the platform did not say. */
export function personOf({ conversation, place }: Pick<CommandRecord, "conversation" | "place">): string | undefined {
  return place.person === undefined ? undefined : `${conversation.slice(0, conversation.indexOf(":"))}:${place.person}`;
}

/** How to become one of those in `setting`, a path in the configuration. */
export function become(person: string | undefined, contact: string, setting: string): readonly Inline[] {
  const whom = /[.!?]$/.test(contact) ? contact : `Ask ${contact}.`;
  if (person === undefined) return [`The platform did not say who you are. ${whom}`];
  return ["The configuration has to name you: ", { code: JSON.stringify(person) }, ` in ${setting}. ${whom}`];
}

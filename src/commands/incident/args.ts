/** The words that commands about an incident share: its id, and how long. */
import { durationText, parseDuration } from "../../analysis/duration.ts";
import type { Reader } from "../args.ts";
import type { Command } from "../command.ts";
import { shown } from "../words.ts";

/** Fewer digits fit many. */
const idForm = /^[0-9a-f]{6,32}$/;

export const incidentId: Reader<string> = (text) => {
  const id = text.toLowerCase();
  if (idForm.test(id)) return { ok: true, value: id };
  return {
    ok: false,
    say: `${shown(text)} is no id of an incident. Type the one that its first message shows, for example 3f9a2c8d.`,
  };
};

export const idWord: Command["positionals"][number] = {
  key: "id",
  name: "ID",
  optional: false,
  doc: "the id that the incident's first message shows",
};

const minuteMs = 60_000;

export function duration(mostMs: number): Reader<number> {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= minuteMs && ms <= mostMs) return { ok: true, value: ms };
    return {
      ok: false,
      say: `${shown(text)} does not fit. Type how long, from ${durationText(minuteMs)} to ${durationText(mostMs)}, for example 2h.`,
    };
  };
}

export const longestMs = 7 * 24 * 3_600_000;

/**
 * `show`: an answer again, as it was, here or in another channel; or as a file. Whoever keeps the answers has it and says whether it may be shown here. Result: `{ id, as }`;
 * what is shown is another command's.
 */
import { z } from "zod";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { type ShownAs, shownAs } from "./show/act.ts";
import { noAnswers } from "./show/text.ts";
import { shown } from "./words.ts";

export interface ShowArgs {
  readonly id: string;
  readonly as: ShownAs;
}

export const show: Command<ShowArgs> = {
  name: "show",
  summary: "Show an answer again as it was, here or elsewhere, or as a file",
  positionals: [
    { key: "id", name: "ID", optional: false, doc: "what stands at the answer's end, such as #k7f3" },
    {
      key: "as",
      name: "csv|json",
      optional: true,
      doc: "a file instead: csv for its tables, json for all of the answer",
    },
  ],
  flags: [],
  examples: ["show k7f3", "show k7f3 csv", "show k7f3 json"],
  args: z
    .object({ id: one(answerId), as: one(format).optional() })
    .transform(({ id, as = "message" }): ShowArgs => ({ id, as })),
  deadlineMs: 0,
  // Whoever has the answer asks whether the command behind it is allowed here.
  permittedAs: "help",
  step: ({ args: { id, as } }) => ({
    answer: {
      message: noAnswers,
      ...{ result: { id, as }, coverage: null, window: null, copyAs: [] },
      effects: [{ kind: "show", id, as }],
    },
  }),
};

/** Without vowels, and without digits and letters that look like each other. */
const idForm = /^#?([2-9bcdfghjkmnpqrstvwxyz]{4,8})$/;

function answerId(text: string): ReturnType<Reader<string>> {
  const [, id] = idForm.exec(text.toLowerCase()) ?? [];
  if (id !== undefined) return { ok: true, value: id };
  return {
    ok: false,
    say: `${shown(text)} is no id of an answer. Type what stands at its end, for example: show k7f3`,
  };
}

function format(text: string): ReturnType<Reader<ShownAs>> {
  const as = shownAs.find((word) => word !== "message" && word === text.toLowerCase());
  if (as !== undefined) return { ok: true, value: as };
  return { ok: false, say: `${shown(text)} is no form of a file. Type csv for its tables, or json for all of it.` };
}

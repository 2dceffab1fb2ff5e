/** What every answer about flows ends in, whichever command gives it: what could not be found or asked, coverage, what may be seen, and what is the command's own. */
import { mergeCoverage } from "../analysis/gaps.ts";
import type { Block, Message } from "../message/message.ts";
import type { Answer } from "./command.ts";
import { coverageNotes } from "./drops/coverage.ts";
import { unresolvedNotes } from "./drops/notes.ts";
import type { Picture } from "./drops/picture.ts";
import { visibleNotes } from "./drops/visible.ts";

interface Ending extends Pick<Answer, "result" | "window" | "copyAs"> {
  /** What failed. */
  readonly troubles: readonly Block[];
  /** What was asked, next steps, the lines to copy. */
  readonly last: readonly Block[];
}

export function ended(picture: Picture, message: Message, { troubles, last, ...rest }: Ending): Answer {
  const { views } = picture;
  const covered = views.flatMap(({ cluster, coverage }) => (coverage === undefined ? [] : [{ cluster, coverage }]));
  return {
    message: {
      ...message,
      blocks: [
        ...message.blocks,
        ...unresolvedNotes(picture),
        ...troubles,
        ...coverageNotes(picture),
        ...visibleNotes(views),
        ...last,
      ],
    },
    coverage: mergeCoverage(covered),
    ...rest,
  };
}

/** A block for each. */
export function copyBlocks(lines: Answer["copyAs"]): Block[] {
  return lines.map(({ label, text }) => ({ kind: "code", title: label, code: text }));
}

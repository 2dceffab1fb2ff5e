/** The answer of `observe`: the flows, what is not among them, and how to ask for the same by hand. */
import { counted, numberText } from "../../analysis/counted.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import type { Block, Message } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { copyBlocks, ended } from "../ending.ts";
import { copyAs } from "./copy-as.ts";
import { lineBlocks } from "./lines.ts";
import { nextSteps } from "./next.ts";
import { askedNote, moreNotes, troubleNotes } from "./notes.ts";
import type { ListPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

/** Flows of at least one cluster could be read. */
export function listAnswer(picture: ListPicture): Answer {
  return finished(picture, {
    ...headline(picture),
    blocks: [...lineBlocks(picture), ...(picture.listed === 0 ? [nothingText(picture)] : []), ...moreNotes(picture)],
  });
}

/** Adds what every answer ends in: troubles, coverage, what was asked, next steps, and the line to copy. */
export function finished(picture: ListPicture, message: Message): Answer {
  const { window, shared } = picture;
  const lines = copyAs(picture);
  return ended(shared, message, {
    troubles: troubleNotes(picture),
    last: [askedNote(picture), ...nextSteps(picture), ...copyBlocks(lines)],
    ...{ result: resultOf(picture), window, copyAs: lines },
  });
}

function headline(picture: ListPicture): Pick<Message, "tone" | "title"> {
  const { who, listed, matched, when, asked } = picture;
  const which = asked.limit?.keep ?? "newest";
  if (listed === 0) {
    const whole = sawEverything(picture);
    return {
      tone: whole ? "info" : "warn",
      title: `${who}: no flow fits${when}${whole ? "" : ", but not everything could be seen"}`,
    };
  }
  if (matched !== null && matched > listed)
    return { tone: "info", title: `${who}: ${numberText(listed)} of ${counted(matched, "flow")}${when}, the ${which}` };
  const isFull = asked.limit !== null && listed >= asked.limit.count;
  return {
    tone: "info",
    title: `${who}: ${isFull && matched === null ? `the ${which} ` : ""}${counted(listed, "flow")}${when}`,
  };
}

function nothingText(picture: ListPicture): Block {
  const text = sawEverything(picture)
    ? "Every node was asked and none has such a flow. Leave out a filter, or look further back."
    : "That is no proof that there was none: see the coverage below.";
  return { kind: "text", text };
}

function sawEverything({ views, shared }: ListPicture): boolean {
  return views.every(({ coverage }) => coverage !== undefined && gapsOf(coverage, shared.window).none);
}

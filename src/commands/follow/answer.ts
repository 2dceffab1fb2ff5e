/** The answer of `follow`: what came in its time, how fast, and what may be missing. */
import { counted } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Block, Message } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { dropsLine } from "../drops/line.ts";
import { troubleNotes } from "../drops/notes.ts";
import { copyBlocks, ended } from "../ending.ts";
import { asDrops } from "../observe/ask.ts";
import { listCopyAs } from "../observe/copy-as.ts";
import { asObserve } from "./ask.ts";
import { endNotes, nodeNotes } from "./notes.ts";
import { droppedText, factsOf, lastLines, pairTable, rateText, seesDrops } from "./parts.ts";
import type { Followed, FollowPicture } from "./picture.ts";
import { resultOf } from "./result.ts";

/** The flows could be read. */
export function followAnswer(picture: FollowPicture, found: Followed): Answer {
  const { asked, askedAt } = picture;
  const { view } = found;
  const blocks: Block[] =
    view.flows === 0 ? [nothingText(picture)] : [factsOf(view, false), ...pairTable(view, asked), ...lastLines(view)];
  return finished(picture, {
    ...headline(picture, found),
    blocks: [...blocks, ...endNotes(found, askedAt), ...nodeNotes(view, askedAt)],
  });
}

/** Adds what every answer ends in. */
export function finished(picture: FollowPicture, message: Message): Answer {
  const { asked, place, shared, follow } = picture;
  const range = [
    "--since",
    rfc3339(shared.window.from),
    ...(follow ? ["--until", rfc3339(shared.window.to)] : ["--follow"]),
  ];
  const lines = listCopyAs({ asked: asObserve(asked), views: [place] }, range);
  return ended(shared, message, {
    ...{ troubles: troubleNotes(shared), last: [...nextSteps(picture), ...copyBlocks(lines)] },
    ...{ result: resultOf(picture), window: shared.window, copyAs: lines },
  });
}

function nextSteps({ asked, follow }: FollowPicture): Block[] {
  if (!follow || follow.view.drops.count === 0) return [];
  const command = dropsLine(asDrops(asObserve(asked)));
  return [{ kind: "actions", actions: [{ label: "sum up the drops", command }] }];
}

function headline(picture: FollowPicture, { view }: Followed): Pick<Message, "tone" | "title"> {
  const { who } = picture.shared;
  const { flows, rate, drops } = view;
  const span = roughDuration(view.at - view.from);
  if (flows === 0) {
    const unsure = sawEverything(picture) ? "" : ", but not everything could be seen";
    return { tone: unsure === "" ? "info" : "warn", title: `${who}: no flow came in ${span}${unsure}` };
  }
  const whole = sawEverything(picture);
  const none = whole ? ", nothing dropped" : ", no drop seen";
  const nothing = seesDrops(picture.asked) ? none : "";
  const dropped = drops.count > 0 ? `, ${droppedText(drops)} dropped` : nothing;
  return {
    tone: drops.count > 0 ? "warn" : "info",
    title: `${who}: ${whole ? "" : "at least "}${counted(flows, "flow")} in ${span}, ${rateText(rate.average)}${dropped}`,
  };
}

function nothingText(picture: FollowPicture): Block {
  const text = sawEverything(picture)
    ? "Every node was followed and none had such a flow. Leave out a filter, or type observe for what came before."
    : "That is no proof that there was none: see the coverage below.";
  return { kind: "text", text };
}

function sawEverything({ follow, shared }: FollowPicture): boolean {
  if (!follow?.coverage) return false;
  return follow.view.nodes.changes.length === 0 && gapsOf(follow.coverage, shared.window).none;
}

/** The answer of `changes`: what drops began after, a row for each change, the newest as a diff, and what was watched since when. */
import type { Change } from "../../analysis/changes/change.ts";
import { counted, listed } from "../../analysis/counted.ts";
import { durationText } from "../../analysis/duration.ts";
import type { Window } from "../../analysis/select.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Answer } from "../command.ts";
import { pairText } from "../drops/words.ts";
import { copyBlocks } from "../ending.ts";
import type { ChangesArgs } from "./args.ts";
import { copyAs } from "./copy-as.ts";
import type { ChangesView } from "./gather.ts";
import { changesLine } from "./line.ts";
import { noteBlocks, unwatched } from "./notes.ts";
import { resultOf } from "./result.ts";
import { changeTable, type Listed } from "./table.ts";
import { changeText, firstDropText, kindsText, kindText, nameText, whenText } from "./words.ts";

const longestDiff = { lines: 40, characters: 2_400 };
const longestTitle = 150;

export function changesAnswer(args: ChangesArgs, window: Window, views: readonly ChangesView[]): Answer {
  const rows = views
    .flatMap(({ cluster, found }) => (found?.changes ?? []).map((change): Listed => ({ cluster, change })))
    .sort((left, right) => right.change.at - left.change.at);
  const folded = views.reduce((sum, { found }) => sum + (found?.folded ?? 0), 0);
  const files = views.flatMap(({ found }) => found?.file ?? []);
  const lines = copyAs(rows);
  const blocks: Block[] = [
    ...firstDropBlocks(views, window),
    ...changeTable(rows, { askedAt: window.to, manyClusters: views.length > 1, folded }),
    ...diffBlocks(rows, files.length > 0),
    ...noteBlocks(args, views, window),
    ...actions(args, rows),
    ...copyBlocks(lines),
  ];
  return {
    message: { ...headline(args, window, views, rows), blocks },
    ...{ result: resultOf(args, views), coverage: null, window, copyAs: lines },
    ...(files.length > 0 && { files }),
  };
}

/** The time became impossible only when "now" was known. */
export function windowAnswer(args: ChangesArgs): Answer {
  const command = changesLine({ ...args, since: { kind: "ago", ms: 24 * 3_600_000 } });
  return {
    message: {
      tone: "warn",
      title: "changes: there is no such time to look back to",
      blocks: [
        { kind: "text", text: "Changes are kept for 7 days. --since has to lie in the past, and no further back:" },
        { kind: "actions", actions: [{ label: "the last day", command }] },
      ],
    },
    ...{ result: null, coverage: null, window: null, copyAs: [] },
  };
}

function headline(
  args: ChangesArgs,
  window: Window,
  views: readonly ChangesView[],
  rows: readonly Listed[],
): Pick<Message, "tone" | "title"> {
  const who = args.target === null ? listed(views.map(({ cluster }) => cluster)) : cutEnd(targetText(args.target), 60);
  const span = durationText(window.to - window.from);
  const title = (text: string) => cutEnd(`${cutEnd(who, 60)}: ${text}`, longestTitle);
  if (views.every(({ found }) => found === undefined))
    return { tone: "bad", title: title("no answer, because changes could not be read") };
  const blamed = views.find(({ first }) => first !== null);
  if (blamed) return { tone: "warn", title: title(firstDropText(blamed)) };
  const [newest] = rows;
  if (newest === undefined) {
    const partly = views.some(({ found }) => found === undefined) || unwatched(views, window);
    const what = args.kinds.length === 5 ? "nothing changed" : `no change of ${listed(kindsText(args.kinds))}`;
    return partly
      ? { tone: "warn", title: title(`${what} in ${span} as far as is known`) }
      : { tone: "good", title: title(`${what} in ${span}`) };
  }
  const total = rows.length + views.reduce((sum, { found }) => sum + (found?.folded ?? 0), 0);
  const last = `${whenText(newest.change, window.to)}: ${changeText(newest.change)}`;
  return {
    tone: "info",
    title: title(`${counted(total, "change")} in ${span}, ${total === 1 ? "" : "the newest "}${last}`),
  };
}

/** The title says it of the first cluster; here is when and whom. */
function firstDropBlocks(views: readonly ChangesView[], window: Window): Block[] {
  const several = views.length > 1;
  return views.flatMap((view): Block[] => {
    const { first } = view;
    if (first === null) return [];
    const lead = several ? `${view.cluster}, ${firstDropText(view)}: ` : "First dropped: ";
    const others = first.others ? " Other drops were there before the change." : "";
    const text = `${lead}${pairText(first.pair)} at ${clockText(first.at, window.to)} UTC.${others}`;
    return [{ kind: "text", text: `${text} That it came after the change is known, that it came from it is not.` }];
  });
}

function diffBlocks(rows: readonly Listed[], hasFile: boolean): Block[] {
  const newest = rows.find(({ change }) => change.diff !== "")?.change;
  if (newest === undefined) return [];
  const { code, left } = shortened(newest);
  const rest = left > 0 ? `, its first lines${hasFile ? "; the file has all" : ""}` : "";
  return [{ kind: "code", title: `What changed in ${kindText(newest)} ${nameText(newest)}${rest}`, code }];
}

function shortened({ diff }: Change): { readonly code: string; readonly left: number } {
  const lines = diff.split("\n");
  const kept: string[] = [];
  let room = longestDiff.characters;
  for (const line of lines.slice(0, longestDiff.lines)) {
    const short = cutEnd(line, 200);
    room -= short.length + 1;
    if (room < 0) break;
    kept.push(short);
  }
  return { code: kept.join("\n"), left: lines.length - kept.length };
}

function actions(args: ChangesArgs, rows: readonly Listed[]): Block[] {
  const longer = {
    label: "the last day",
    command: changesLine({ ...args, since: { kind: "ago", ms: 24 * 3_600_000 } }),
  };
  return rows.length > 0 ? [] : [{ kind: "actions", actions: [longer] }];
}

/** The lines that reproduce the answer by hand. */
import { EventType, Verdict } from "../../analysis/flow.ts";
import { rfc3339 } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { asObserve } from "../l7-shared/line.ts";
import type { ObserveArgs } from "../observe/args.ts";
import { listCopyAs } from "../observe/copy-as.ts";
import type { TopArgs } from "./args.ts";
import { asDrops, type TopPicture } from "./picture.ts";

const mostQueries = 4;
const labels = [
  "PromQL, this ranking",
  "PromQL, for a graph (may show more series: each point has its own first)",
] as const;

export function copyAs(picture: TopPicture): Answer["copyAs"] {
  const { views } = picture;
  const queries = new Map(
    views.flatMap(({ ranking }) => (ranking?.queries ?? []).map((text, index) => [text, labels[index] ?? labels[0]])),
  );
  return [...hubbleLines(picture), ...[...queries].slice(0, mostQueries).map(([text, label]) => ({ label, text }))];
}

/** A block for each kind of line. */
export function codeBlocks(lines: Answer["copyAs"]): Block[] {
  const texts = (title: string) => lines.filter(({ label }) => label === title).map(({ text }) => text);
  const titles = [...new Set(lines.map(({ label }) => label))];
  return titles.map((title) => ({ kind: "code", title, code: texts(title).join("\n") }));
}

function hubbleLines({ args, window, views }: TopPicture): Answer["copyAs"] {
  const asked = views.filter(({ coverage }) => coverage !== undefined);
  if (asked.length === 0) return [];
  const range = ["--since", rfc3339(window.from), "--until", rfc3339(window.to)];
  return listCopyAs({ asked: flowsAsked(args), views: asked }, range);
}

/** The flows that were counted, as `observe` lists them. */
function flowsAsked(args: TopArgs): ObserveArgs {
  const { of } = args;
  if (of === "dns" || of === "http") return asObserve(of, asDrops(args));
  const observed = asObserve("http", asDrops(args));
  const [type, verdicts] =
    of === "drops" ? [EventType.drop, []] : [EventType.trace, [Verdict.forwarded, Verdict.redirected]];
  return { ...observed, select: args.select, conditions: { ...observed.conditions, types: [{ type }], verdicts } };
}

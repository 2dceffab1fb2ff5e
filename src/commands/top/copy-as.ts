/** The lines that reproduce the answer by hand. */
import { rfc3339 } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { visibleFlags } from "../drops/visible-flags.ts";
import type { TopPicture } from "./picture.ts";

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
  const what =
    args.of === "drops" ? ["--type", "drop"] : ["--type", "trace", "--verdict", "FORWARDED", "--verdict", "REDIRECTED"];
  const words = ["hubble", "observe", ...what, "--since", rfc3339(window.from), "--until", rfc3339(window.to)];
  const scopes = asked.some(({ visible }) => visible !== undefined) ? visibleFlags(asked, undefined, []) : [[]];
  return (scopes ?? [[]]).map((scope) => ({
    label: scopes === undefined ? "Hubble, which shows other namespaces too" : "Hubble",
    text: [...words, ...scope.flat()].map(shellWord).join(" "),
  }));
}

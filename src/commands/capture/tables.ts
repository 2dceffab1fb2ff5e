/** What is in the file, as a look at it: how much, by verdict, between whom. */
import { counted, numberText } from "../../analysis/counted.ts";
import type { Block } from "../../message/message.ts";
import { pairText, shorten } from "../drops/words.ts";
import type { CapturePicture } from "./picture.ts";

const shownPairs = 10;

export function verdictFacts({ views, flows }: CapturePicture): Block | undefined {
  if (flows === 0) return undefined;
  const verdicts = new Map<string, number>();
  for (const [name, count] of views.flatMap(({ capture }) => Object.entries(capture?.summary.byVerdict ?? {})))
    verdicts.set(name, (verdicts.get(name) ?? 0) + count);
  const sorted = [...verdicts].sort(([, a], [, b]) => b - a);
  const files = views.flatMap(({ capture }) => (capture?.file ? [capture.file] : []));
  return {
    kind: "facts",
    facts: [
      { name: "Flows", value: sorted.map(([name, count]) => `${shorten(name)} ${numberText(count)}`).join(", ") },
      ...files.map(({ name, bytes }) => ({ name: "File", value: [{ code: name }, `, ${sizeText(bytes)}`] })),
    ],
  };
}

export function flowTable({ views, shared: { manyClusters } }: CapturePicture): Block | undefined {
  const pairs = views
    .flatMap(({ cluster, capture }) => (capture?.summary.pairs ?? []).map((pair) => ({ cluster, ...pair })))
    .sort((a, b) => b.flows - a.flows);
  if (pairs.length === 0) return undefined;
  const rows = pairs.slice(0, shownPairs);
  const rest = pairs.slice(shownPairs);
  const folded = views.map(({ capture }) => capture?.summary.folded ?? { pairs: 0, flows: 0 });
  const more = rest.length + folded.reduce((sum, part) => sum + part.pairs, 0);
  const moreFlows = [...rest, ...folded].reduce((sum, part) => sum + part.flows, 0);
  return {
    kind: "table",
    title: "Flows",
    columns: [
      { title: "Source → destination" },
      ...(manyClusters ? [{ title: "Cluster" }] : []),
      { title: "Flows", align: "right" },
      { title: "Dropped", align: "right" },
    ],
    rows: rows.map((row) => [
      pairText(row),
      ...(manyClusters ? [row.cluster] : []),
      numberText(row.flows),
      numberText(row.dropped),
    ]),
    ...(more > 0 && { folded: `${counted(more, "more pair")}, ${counted(moreFlows, "flow")}` }),
  };
}

function sizeText(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KB` : `${Math.round((bytes / 1_048_576) * 10) / 10} MB`;
}

/** Who answers HTTP requests with server errors: as facts, and as a table in the thread. */
import { numberText } from "../../../analysis/counted.ts";
import { type HttpErrors, httpErrorsOf } from "../../../analysis/digest/http.ts";
import type { Block } from "../../../message/message.ts";
import { quantity } from "../../../message/quantity.ts";
import { shorten } from "../../drops/words.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { panels } from "./questions.ts";
import { httpPlace, spanText } from "./words.ts";

const shownErrors = 6;

export function httpErrorsIn(
  { panels: found }: Pick<ClusterFacts, "panels">,
  { window, before }: Pick<DigestContext, "window" | "before">,
): HttpErrors[] {
  const finding = found.get(panels.http);
  return finding === undefined ? [] : httpErrorsOf({ lines: finding.series, stepMs: finding.stepMs }, window, before);
}

/** Empty where nobody answered with an error. */
export function httpTable(context: DigestContext, clusters: readonly ClusterFacts[]): Block[] {
  const rows = clusters
    .flatMap((facts) => httpErrorsIn(facts, context).map((errors) => ({ cluster: facts.cluster, ...errors })))
    .sort((one, other) => other.now - one.now);
  if (rows.length === 0) return [];
  const several = context.clusters.length > 1;
  return [
    {
      kind: "table",
      title: "HTTP requests answered with 5xx, most first",
      columns: [
        { title: "Answered by" },
        ...(several ? [{ title: "Cluster" }] : []),
        { title: spanText(context), align: "right" },
        { title: "Before", align: "right" },
        { title: "Of answers", align: "right" },
      ],
      rows: rows
        .slice(0, shownErrors)
        .map(({ cluster, now, before, requests, ...one }) => [
          shorten(httpPlace(one)),
          ...(several ? [cluster] : []),
          numberText(now),
          before === null ? "?" : numberText(before),
          requests === 0 ? "" : quantity(now / requests, "ratio"),
        ]),
    },
  ];
}

/** What of HTTP errors could not be known: whether there are more of them than before, and where else there are some. */
import { httpErrorLeaders } from "../../../analysis/catalogue/hubble-http.ts";
import { isCut } from "../../../analysis/digest/http.ts";
import { measuredShare } from "../../../analysis/digest/rates.ts";
import type { DigestContext } from "../context.ts";
import type { ClusterFacts } from "./gather.ts";
import { httpErrorsIn } from "./http.ts";
import { panels as asked } from "./questions.ts";
import type { Unknown } from "./unknown.ts";
import { earlierText, shareText } from "./words.ts";

export function httpUnknown(panels: ClusterFacts["panels"], context: DigestContext): Unknown[] {
  const finding = panels.get(asked.http);
  if (finding === undefined) return [];
  const lines = finding.series;
  const isUncompared = httpErrorsIn({ panels }, context).some(({ now, before }) => now > 0 && before === null);
  const share = measuredShare({ lines, stepMs: finding.stepMs }, context.before);
  return [
    ...(isUncompared
      ? [
          {
            text: `HTTP errors are not compared: Prometheus has ${shareText(share)} of ${earlierText(context)}. If that does not change by itself, look whether it scrapes Hubble's metrics (port 9965) all the time and keeps them for long enough (its retention time).`,
            loud: true,
          },
        ]
      : []),
    ...(isCut({ lines }, httpErrorLeaders)
      ? [
          {
            text: `Of HTTP errors the ${httpErrorLeaders} workloads with most of them are looked at: a rise elsewhere may be missing.`,
            loud: false,
          },
        ]
      : []),
  ];
}

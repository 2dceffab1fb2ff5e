/** `metrics`: the questions of the dashboards that come with Cilium, by name. Result: `MetricsResult` in metrics/result.ts. */
import { resolveTime } from "../analysis/time.ts";
import { whichTime } from "./ask-back.ts";
import { type Command, type CommandContext, restrictionIn, type Step } from "./command.ts";
import { hiddenAnswer, panelAnswer } from "./metrics/answer.ts";
import { defaults, MetricsArgs } from "./metrics/args.ts";
import { findPanels } from "./metrics/find.ts";
import { metricsFlags } from "./metrics/flags.ts";
import { metricsLine } from "./metrics/line.ts";
import { nothingFound, oneDashboard, searchResult, wholeCatalogue } from "./metrics/listing.ts";
import { viewOf } from "./metrics/picture.ts";
import { resultOf } from "./metrics/result.ts";

const longestMs = 31 * 86_400_000;

export const metrics: Command<MetricsArgs> = {
  name: "metrics",
  summary: "Answer a question of the dashboards that come with Cilium, or list them",
  positionals: [
    {
      key: "name",
      name: "NAME",
      optional: true,
      doc: "the question's name or its panel's title; other words search, and without any all names are listed",
      raw: (typed) => typed.replaceAll(/\s+/g, " ").trim(),
    },
  ],
  flags: metricsFlags,
  examples: [
    "metrics",
    "metrics map-ops",
    "metrics drops",
    "metrics agent-memory --since 6h --pod k8s-w1",
    "metrics requests-by-source --workload default/deathstar",
  ],
  args: MetricsArgs,
  deadlineMs: 15_000,
  namespaces: ({ workload, namespace }) => [workload?.split("/")[0] ?? namespace ?? []].flat(),
  step,
};

function step({ args, askedAt, clusters, visible, outcomes, round }: CommandContext<MetricsArgs>): Step {
  if (args.name === null) return { answer: wholeCatalogue() };
  const found = findPanels(args.name);
  if (found.kind === "dashboard") return { answer: oneDashboard(found) };
  if (found.kind === "several") return { answer: searchResult(args.name, found.panels) };
  if (found.kind === "none") return { answer: nothingFound(args.name, found.meant) };

  const { panel } = found;
  const hidden = clusters.filter((cluster) => restrictionIn(visible, cluster).visible !== undefined);
  if (hidden.length > 0) return { answer: hiddenAnswer(panel.name, hidden) };
  const window = { from: resolveTime(args.since, askedAt), to: Math.min(askedAt, resolveTime(args.until, askedAt)) };
  if (window.from >= window.to || askedAt - window.from > longestMs) return { answer: windowAnswer(args) };
  const { pod, workload, namespace } = args;
  if (round === 0)
    return {
      ask: clusters.map((cluster) => ({
        source: "prometheus",
        ask: "panel",
        cluster,
        panel: panel.name,
        window,
        ...(pod !== undefined && { pod }),
        ...(workload !== undefined && { workload }),
        ...(namespace !== undefined && { namespace }),
      })),
    };
  const views = clusters.map((cluster) => viewOf(cluster, outcomes));
  return { answer: panelAnswer({ args, panel, askedAt, window, views }) };
}

function windowAnswer(args: MetricsArgs) {
  const message = whichTime("metrics", metricsLine({ ...args, ...defaults }));
  return { message, result: resultOf([]), coverage: null, window: null, copyAs: [] };
}

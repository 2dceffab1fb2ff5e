/** A question of the dashboards that come with Cilium, as far as this Prometheus can answer it. */
import { fill } from "../../analysis/catalogue/expression.ts";
import { panelNamed } from "../../analysis/catalogue/index.ts";
import { BotError } from "../../errors.ts";
import type { PanelFinding, PanelQuestion, PanelSeries } from "../question.ts";
import { scopeOf } from "./panel-scope.ts";
import { type ReadSeries, readSeries } from "./panel-series.ts";
import { chooseWay, whyEmpty } from "./panel-why.ts";
import { nodesOf, podsIn, withNode } from "./ranking-pods.ts";
import type { MetricTools } from "./tools.ts";

/** So many points are as fine as a picture is. */
const mostPoints = 180;
/** A finding is at most 256 KB: so many series of so many points are less. */
const mostSeries = 24;

export async function readPanel(question: PanelQuestion, tools: MetricTools): Promise<PanelFinding> {
  const panel = panelNamed(question.panel);
  if (panel === undefined)
    throw new BotError("REFUSED", `no panel ${question.panel}`, {
      say: "No panel has that name: type metrics to see them.",
    });
  const { window } = question;
  const chosen = await chooseWay(panel, window, tools);
  if (!chosen.ok) return nothing(chosen.say);
  const { way } = chosen;
  const expressions = way.series.map(({ promql }) => promql).join("\n");
  const scoped = await scopeOf(question, expressions, tools);
  if (!scoped.ok) return nothing(scoped.say);

  const scrapeMs = await tools.discovery.scrapeMs(window);
  const stepMs = stepOf(window.to - window.from, scrapeMs);
  const most = Math.max(4, Math.floor(mostSeries / way.series.length));
  const filled = (template: string) => fill(template, scoped.scope, { scrapeMs, stepMs });
  const read = await Promise.all(
    way.series.map(({ promql, topOf = promql, ...one }) =>
      readSeries({ ...one, topOf: filled(topOf) }, filled(promql), { window, stepMs, most }, tools),
    ),
  );
  const series = await placed(read, question, tools);
  const facts = {
    ask: "panel",
    series,
    folded: read.reduce((sum, { folded }) => sum + folded, 0),
    notes: [
      ...(way.note === undefined ? [] : [way.note]),
      ...scoped.notes,
      ...new Set(read.flatMap(({ said }) => said)),
    ].slice(0, 10),
    queries: read.map(({ query }) => query),
    stepMs,
  } as const;
  if (series.length > 0) return { ...facts, cannot: null, quiet: false };
  const empty = await whyEmpty(panel, way, question, tools);
  return { ...facts, cannot: empty.say, quiet: empty.quiet };
}

/** With the nodes' names, which people know better than those of the agents' pods. */
async function placed(read: readonly ReadSeries[], { window }: PanelQuestion, tools: MetricTools) {
  const all = read.flatMap(({ series }) => series);
  const nodes = await nodesOf(podsIn(all), window, tools);
  return all.map((one): PanelSeries => ({ ...one, labels: withNode(one.labels, nodes) }));
}

/** Whole seconds, and no finer than there are samples. */
function stepOf(spanMs: number, scrapeMs: number): number {
  return Math.max(scrapeMs, Math.ceil(spanMs / mostPoints / 1_000) * 1_000);
}

function nothing(cannot: string): PanelFinding {
  return { ask: "panel", series: [], folded: 0, notes: [], queries: [], stepMs: 0, cannot, quiet: false };
}

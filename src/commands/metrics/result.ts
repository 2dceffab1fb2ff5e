/** `--format json` of `metrics`: what was listed, or one question's answer by cluster. Stable. */
import { type Dashboard, dashboards, type Panel } from "../../analysis/catalogue/panel.ts";
import type { PanelSeries } from "../../sources/question.ts";
import type { PanelView } from "./picture.ts";

export interface MetricsResult {
  readonly panels: readonly {
    readonly name: string;
    readonly dashboard: Dashboard;
    /** For people. */
    readonly dashboardTitle: string;
    readonly row: string;
    readonly question: string;
    readonly unit: string;
    /** Panels of the shipped dashboards that it stands for. */
    readonly titles: readonly string[];
  }[];
  /** Empty for a list. */
  readonly clusters: readonly {
    readonly cluster: string;
    /** Why there is nothing; null where there is something. Of a source that failed its own sentence. */
    readonly cannot: string | null;
    /** Nothing was found because nothing happened. */
    readonly quiet: boolean;
    readonly series: readonly PanelSeries[];
    /** Series beyond those. */
    readonly folded: number;
    /** Milliseconds between two points. */
    readonly stepMs: number;
    readonly notes: readonly string[];
    readonly queries: readonly string[];
  }[];
}

export function resultOf(panels: readonly Panel[], views: readonly PanelView[] = []): MetricsResult {
  return {
    panels: panels.map(({ name, dashboard, row, question, unit, titles }) => ({
      name,
      dashboard,
      dashboardTitle: dashboards[dashboard],
      row,
      question,
      unit,
      titles,
    })),
    clusters: views.map(({ cluster, finding, trouble }) => ({
      cluster,
      cannot: finding === undefined ? (trouble ?? "No answer.") : finding.cannot,
      quiet: finding?.quiet ?? false,
      series: finding?.series ?? [],
      folded: finding?.folded ?? 0,
      stepMs: finding?.stepMs ?? 0,
      notes: finding?.notes ?? [],
      queries: finding?.queries ?? [],
    })),
  };
}

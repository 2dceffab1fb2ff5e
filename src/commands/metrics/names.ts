/** What to call the series of a panel: by its node rather than by the agent's pod, and by which of the panel's expressions it is of. */
import type { PanelSeries } from "../../sources/question.ts";
import { seriesNames } from "../metrics-shared/series-name.ts";

export interface PanelNames {
  /** For each series in its place. */
  readonly names: readonly string[];
  /** What all of them have: `node k8s-w1`. */
  readonly shared: readonly string[];
}

/** Of a series without labels. */
export const onlyName = "all";

export function panelNames(series: readonly PanelSeries[]): PanelNames {
  const hasNodes = series.every(({ labels }) => labels["pod"] === undefined || labels["node"] !== undefined);
  const labelled = series.map(({ labels: { pod, ...labels } }) => ({
    labels: hasNodes || pod === undefined ? labels : { pod, ...labels },
  }));
  const { names, shared } = seriesNames(labelled);
  const bare = labelled.every(({ labels }) => Object.keys(labels).length <= (series.length === 1 ? 0 : shared.length));
  return {
    names: series.map(({ as }, at) => {
      if (as === undefined) return bare ? onlyName : (names[at] ?? "");
      return bare ? as : `${as} · ${names[at] ?? ""}`;
    }),
    shared: shared.map(([name, value]) => `${name} ${value}`),
  };
}

/** What to call series that stand beside each other: what they share is said once, each is called by what is its own. */
import { cutEnd } from "../../message/plain.ts";

type Labels = Readonly<Record<string, string>>;

export interface SeriesNames {
  /** Labels that all of them have with the same value, by name. */
  readonly shared: readonly (readonly [name: string, value: string])[];
  /** Names of the labels in which they differ, the metric's own first. */
  readonly keys: readonly string[];
  /** `ct4_global · update`, for each series in its place: the values of `keys`. Of a single series, those of all its labels. */
  readonly names: readonly string[];
}

const longestValue = 60;
const longestName = 160;
/** Where a series has no such label. */
const none = "–";

export function seriesNames(series: readonly { readonly labels: Labels }[]): SeriesNames {
  const all = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort(metricFirst);
  const isShared = (key: string) => {
    const first = own(series[0]?.labels, key);
    return first !== undefined && series.every(({ labels }) => own(labels, key) === first);
  };
  const keys = series.length === 1 ? all : all.filter((key) => !isShared(key));
  return {
    shared:
      series.length === 1
        ? []
        : all.filter(isShared).map((key) => [key, cutEnd(own(series[0]?.labels, key) ?? "", longestValue)]),
    keys,
    names: series.map(({ labels }) => nameOf(labels, keys)),
  };
}

function nameOf(labels: Labels, keys: readonly string[]): string {
  const values = keys.map((key) => {
    const value = own(labels, key);
    return value === undefined || value === "" ? none : cutEnd(value, longestValue);
  });
  return values.length === 0 ? "value" : cutEnd(values.join(" · "), longestName);
}

/** A label may be called `constructor`. */
function own(labels: Labels | undefined, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function metricFirst(left: string, right: string): number {
  return Number(right === "__name__") - Number(left === "__name__") || (left < right ? -1 : 1);
}

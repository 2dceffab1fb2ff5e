/** A question of the catalogue as the line that asks it, for buttons. */
import { timeSpecText } from "../../analysis/time.ts";
import { quoteWord } from "../words.ts";
import { defaults, type MetricsArgs } from "./args.ts";

export function metricsLine({ name, since, until, pod, workload, namespace, clusters }: MetricsArgs): string {
  const isDefault = (flag: "since" | "until", { kind, ms }: { readonly kind: string; readonly ms?: number }) =>
    kind === "ago" && ms === defaults[flag].ms;
  return [
    "metrics",
    ...(name === null ? [] : [name]),
    ...(isDefault("since", since) ? [] : ["--since", quoteWord(timeSpecText(since))]),
    ...(isDefault("until", until) ? [] : ["--until", quoteWord(timeSpecText(until))]),
    ...(pod === undefined ? [] : ["--pod", quoteWord(pod)]),
    ...(workload === undefined ? [] : ["--workload", quoteWord(workload)]),
    ...(namespace === undefined ? [] : ["--namespace", quoteWord(namespace)]),
    ...(clusters ?? []).flatMap((cluster) => ["--cluster", quoteWord(cluster)]),
  ].join(" ");
}

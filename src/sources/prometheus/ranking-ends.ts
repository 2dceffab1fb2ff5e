/** The ends of a flow as Hubble's metrics name them: only where a context option says so, and then in many ways. */

/** sourceContext and destinationContext make `source` and `destination`; labelsContext makes the others, the most telling first. */
const telling = ["workload", "pod", "app", "namespace", "ip"] as const;

/** The labels that name the two ends; none of an end that has none. */
export function endLabels(names: ReadonlySet<string>): string[] {
  return ["source", "destination"].flatMap((end) => {
    if (names.has(end)) return [end];
    const best = telling.find((part) => names.has(`${end}_${part}`));
    if (best === undefined) return [];
    const namespace = `${end}_namespace`;
    return [...(best !== "namespace" && best !== "ip" && names.has(namespace) ? [namespace] : []), `${end}_${best}`];
  });
}

/** `source` and `destination`, whatever labels they come from; other labels as they are. */
export function namedEnds(labels: Readonly<Record<string, string>>): Record<string, string> {
  const rest = Object.entries(labels).filter(([name]) => !/^(source|destination)(_|$)/.test(name));
  const ends = ["source", "destination"].flatMap((end) => {
    const own = Object.entries(labels).filter(([name]) => name === end || name.startsWith(`${end}_`));
    const words = own.map(([, value]) => value).filter((value) => value !== "");
    return own.length === 0 ? [] : [[end, words.join("/")] as const];
  });
  return Object.fromEntries([...rest, ...ends]);
}

/** What it would take to name both ends, as the Helm value to set; null when they are named. */
export function lacking(handler: "drop" | "flow", ends: readonly string[]): string | null {
  const missing = ["source", "destination"].filter((end) => !ends.some((label) => label.startsWith(end)));
  if (missing.length === 0) return null;
  const option = `${handler}:sourceContext=pod;destinationContext=pod`;
  return `Hubble's ${handler} metrics have no ${missing.join(" and no ")} label: in Cilium's Helm values, list ${option} in hubble.metrics.enabled (in place of ${handler}).`;
}

/** What a silence of a group would match: the labels that all its alerts have, with these values exactly. */
import { type Alert, longestValue, type Words } from "./notification.ts";

/**
 * The alert's name first. Values that were cut on the way in cannot match, and empty ones would match what has no such label: both are left out. Empty where the alerts
 * have nothing in common: nothing may be silenced then.
 */
export function commonLabels(alerts: readonly Pick<Alert, "labels">[]): Words {
  const [first, ...others] = alerts;
  const common = Object.entries(first?.labels ?? {}).filter(
    ([name, value]) =>
      value !== "" &&
      value.length < longestValue &&
      others.every(({ labels }) => Object.hasOwn(labels, name) && labels[name] === value),
  );
  const rank = ([name]: readonly [string, string]) => (name === "alertname" ? 0 : 1);
  return Object.fromEntries(common.sort((left, right) => rank(left) - rank(right)));
}

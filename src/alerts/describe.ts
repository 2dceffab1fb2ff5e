/** A group of alerts in words: what stands in its title, and its first few alerts. Labels are as strangers wrote them; they are escaped where they are shown. */
import { redactText } from "../analysis/redact.ts";
import type { Alert, Notification, Words } from "./notification.ts";

/** One row of the table. */
export interface Listed {
  readonly name: string;
  /** `default/deathstar`, a node, or what else tells it from the others. */
  readonly where: string;
  readonly firing: boolean;
  /** Epoch milliseconds. */
  readonly startsAt: number;
  /** "" where there is no address that a browser may open. */
  readonly link: string;
}

export interface Description {
  readonly title: string;
  readonly severity: string;
  readonly summary: string;
}

export const mostListed = 10;
const [longestWord, longestSummary] = [120, 600] as const;

export function describe(
  alerts: readonly Alert[],
  { groupLabels, commonAnnotations }: Pick<Notification, "groupLabels" | "commonAnnotations">,
): Description {
  const first = alerts.find(({ firing }) => firing) ?? alerts[0];
  const names = new Set(alerts.map(nameOf));
  const name = first === undefined ? word(groupLabels, "alertname") : nameOf(first);
  const places = new Set(alerts.map(({ labels }) => placeOf(labels)));
  const place = places.size === 1 ? [...places][0] : "";
  const severities = alerts.map(({ labels }) => severityOf(labels));
  return {
    title: `${short(name)}${names.size > 1 ? ` and ${names.size - 1} more` : ""}${place ? ` · ${place}` : ""}`,
    severity: ranks.find((rank) => severities.includes(rank)) ?? severities[0] ?? "",
    summary: summaryOf(commonAnnotations) || summaryOf(first?.annotations ?? {}),
  };
}

export function listedOf(alerts: readonly Alert[]): Listed[] {
  return [...alerts]
    .sort((left, right) => Number(right.firing) - Number(left.firing) || left.startsAt - right.startsAt)
    .slice(0, mostListed)
    .map((alert) => ({
      name: short(nameOf(alert)),
      where: placeOf(alert.labels),
      firing: alert.firing,
      startsAt: alert.startsAt,
      link: alert.generatorUrl,
    }));
}

export function nameOf({ labels }: Pick<Alert, "labels">): string {
  return word(labels, "alertname") || "Alert without a name";
}

/** From the most to the least telling label; "" where none says. */
export function placeOf(labels: Words): string {
  const namespace = first(labels, ["namespace", "exported_namespace", "destination_namespace", "source_namespace"]);
  const thing = first(labels, [
    ...["workload", "destination_workload", "source_workload", "deployment", "statefulset", "daemonset"],
    ...["service", "pod", "destination_pod", "source_pod"],
  ]);
  if (namespace && thing) return `${short(namespace)}/${short(thing)}`;
  return short(thing || namespace || first(labels, ["node", "kubernetes_node", "nodename", "instance"]));
}

function severityOf(labels: Words): string {
  return word(labels, "severity").toLowerCase().slice(0, 20);
}

const ranks = ["critical", "page", "error", "high", "warning", "info"];

function summaryOf(annotations: Words): string {
  const text = redactText(first(annotations, ["summary", "message", "description"]));
  return text.length > longestSummary ? `${text.slice(0, longestSummary)}…` : text;
}

function first(words: Words, names: readonly string[]): string {
  return names.map((name) => word(words, name)).find((value) => value !== "") ?? "";
}

function word(words: Words, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? "").trim() : "";
}

function short(text: string): string {
  return text.length > longestWord ? `${text.slice(0, longestWord - 1)}…` : text;
}

/** Of a title. */
export function nameWithoutPlace(title: string): string {
  return title.split(" · ", 1)[0] ?? title;
}

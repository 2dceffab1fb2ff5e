/** What Alertmanager posts, by hand: the fields that template.Data has, with the values that a test cares about. */
import { createHash } from "node:crypto";

export interface GivenAlert {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: "firing" | "resolved";
  /** Epoch milliseconds. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly fingerprint?: string;
  readonly generatorURL?: string;
}

export interface GivenNotification {
  readonly groupKey?: string;
  readonly alerts?: readonly GivenAlert[];
  readonly truncatedAlerts?: number;
  readonly externalURL?: string;
}

export function payload(given: GivenNotification = {}) {
  const { groupKey = '{}:{alertname="Drops"}', truncatedAlerts = 0, externalURL = "http://am-0:9093" } = given;
  const alerts = (given.alerts ?? [{}]).map((alert) => alertOf(alert));
  const status = alerts.some((alert) => alert.status === "firing") ? "firing" : "resolved";
  return {
    version: "4",
    groupKey,
    truncatedAlerts,
    status,
    receiver: "bot",
    groupLabels: { alertname: "Drops" },
    commonLabels: {},
    commonAnnotations: {},
    externalURL,
    alerts,
  };
}

function alertOf({
  labels = {},
  annotations = {},
  status = "firing",
  startsAt = 1_000,
  endsAt,
  fingerprint,
  generatorURL = "http://prometheus:9090/graph?g0.expr=up",
}: GivenAlert) {
  const all = { alertname: "Drops", ...labels };
  return {
    status,
    labels: all,
    annotations,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date(endsAt ?? startsAt + 60_000).toISOString(),
    generatorURL,
    fingerprint: fingerprint ?? createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16),
  };
}

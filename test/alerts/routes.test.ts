import { expect, test } from "vitest";
import type { Alert } from "../../src/alerts/notification.ts";
import { type Route, routeAlerts } from "../../src/alerts/routes.ts";

const alert = (labels: Readonly<Record<string, string>>, annotations = {}): Alert => ({
  ...{ fingerprint: JSON.stringify(labels), firing: true, labels, annotations },
  ...{ startsAt: 1, endsAt: 0, generatorUrl: "" },
});
const route = (channel: string, given: Partial<Route> = {}): Route => ({
  ...{ match: {}, matchAnnotations: {}, channel, continue: false },
  ...given,
});
const clusters = ["prod-eu", "prod-us"];

/** Channel and cluster → alert names. */
function routed(alerts: readonly Alert[], routes: readonly Route[]) {
  const { parts, unrouted } = routeAlerts({ alerts }, routes, clusters);
  const names = (some: readonly Alert[]) => some.map(({ labels }) => labels["alertname"]);
  return {
    parts: parts.map(({ channel, cluster, alerts: some }) => [channel, cluster, names(some)]),
    unrouted: names(unrouted),
  };
}

test("the first route that matches decides, per alert, and what none takes is told", () => {
  const alerts = [
    alert({ alertname: "A", severity: "critical" }),
    alert({ alertname: "B", severity: "info" }),
    alert({ alertname: "C", severity: "warning", team: "net" }),
  ];
  const routes = [
    route("slack:C1", { match: { severity: "critical" } }),
    route("slack:C2", { match: { team: "net" } }),
  ];

  expect(routed(alerts, routes)).toEqual({
    parts: [
      ["slack:C1", "prod-eu", ["A"]],
      ["slack:C2", "prod-eu", ["C"]],
    ],
    unrouted: ["B"],
  });
});

test("behind the route that takes it no other is looked at", () => {
  const routes = [route("slack:C1", { match: { severity: "critical" } }), route("slack:C2")];

  expect(routed([alert({ alertname: "A", severity: "critical" })], routes).parts).toEqual([
    ["slack:C1", "prod-eu", ["A"]],
  ]);
});

test("continue goes on looking, and one channel gets an alert once", () => {
  const routes = [route("slack:C1", { continue: true }), route("slack:C1", { continue: true }), route("slack:C2")];

  expect(routed([alert({ alertname: "A" })], routes).parts).toEqual([
    ["slack:C1", "prod-eu", ["A"]],
    ["slack:C2", "prod-eu", ["A"]],
  ]);
});

test.each<[string, string, boolean]>([
  ["payments", "payments", true],
  ["payments-eu", "payments", false],
  ["payments-eu", "payments*", true],
  ["eu-payments-1", "*payments*", true],
  ["abab", "ab*ab", true],
  ["ab", "ab*b", false],
  ["a.c", "a?c", false],
  ["", "*", true],
])("label %j, pattern %j: %s", (value, pattern, fits) => {
  const { unrouted } = routed(
    [alert({ alertname: "A", app: value })],
    [route("slack:C1", { match: { app: pattern } })],
  );

  expect(unrouted).toEqual(fits ? [] : ["A"]);
});

test("annotations route too, and a label that is not there is no inherited one", () => {
  const annotated = alert({ alertname: "A" }, { owner: "net" });

  expect(routed([annotated], [route("slack:C1", { matchAnnotations: { owner: "net" } })]).unrouted).toEqual([]);
  expect(routed([annotated], [route("slack:C1", { match: { constructor: "*Object*" } })]).unrouted).toEqual(["A"]);
});

test("the cluster is the route's, else the label's where it is known, else the first", () => {
  const alerts = [alert({ alertname: "A", cluster: "prod-us" }), alert({ alertname: "B", cluster: "elsewhere" })];

  expect(routed(alerts, [route("slack:C1")]).parts).toEqual([
    ["slack:C1", "prod-us", ["A"]],
    ["slack:C1", "prod-eu", ["B"]],
  ]);
  expect(routed(alerts, [route("slack:C1", { cluster: "prod-eu" })]).parts).toHaveLength(1);
});

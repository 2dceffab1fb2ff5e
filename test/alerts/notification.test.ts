import { expect, test } from "vitest";
import { readNotification } from "../../src/alerts/notification.ts";
import { type GivenNotification, payload } from "./payloads.ts";

function read(given: GivenNotification | string) {
  const result = readNotification(typeof given === "string" ? given : JSON.stringify(payload(given)));
  if (!result.ok) throw new Error(result.say);
  return result.notification;
}
const refusal = (body: unknown) => readNotification(typeof body === "string" ? body : JSON.stringify(body));

test("what Alertmanager posts is read: times in milliseconds, Go's zero time as not yet", () => {
  const { alerts, groupKey, truncated } = read({
    truncatedAlerts: 3,
    alerts: [{ startsAt: 5_000 }, { labels: { a: "b" }, status: "resolved", startsAt: 5_000, endsAt: 9_000 }],
  });

  expect({ groupKey, truncated }).toEqual({ groupKey: '{}:{alertname="Drops"}', truncated: 3 });
  expect(alerts.map(({ firing, startsAt, endsAt }) => [firing, startsAt, endsAt])).toEqual([
    [true, 5_000, 0],
    [false, 5_000, 9_000],
  ]);
});

test("Grafana's own alerting is read: version 1 with an orgId, nulls where it has nothing", () => {
  const grafana = {
    ...payload(),
    version: "1",
    orgId: 1,
    title: "[FIRING:1]",
    state: "alerting",
    commonAnnotations: null,
  };

  expect(refusal(grafana)).toMatchObject({ ok: true });
  expect(refusal({ ...grafana, orgId: undefined })).toEqual({
    ok: false,
    say: `payload version "1" is not known; Alertmanager's 4 and Grafana's 1 are`,
  });
});

test.each<[string, unknown, RegExp]>([
  ["truncated JSON", JSON.stringify(payload()).slice(0, -10), /no JSON, or ends in the middle/],
  ["a list", [], /no Alertmanager notification: the body/],
  ["no alerts", { ...payload(), alerts: [] }, /alerts: names no alert/],
  ["an unknown status", { ...payload(), status: "pending" }, /: status/],
  ["a future version", { ...payload(), version: "5" }, /version "5" is not known/],
  ["no group", { ...payload(), groupKey: "" }, /: groupKey/],
])("%s is refused in a sentence", (_, body, say) => {
  expect(refusal(body)).toEqual({ ok: false, say: expect.stringMatching(say) });
});

test("both of a pair, in any order, with other values in their annotations, send the same notification", () => {
  const [first, second] = [{ labels: { pod: "a" } }, { labels: { pod: "b" } }];
  const one = read({ alerts: [first, second] });
  const other = read({
    externalURL: "http://am-1:9093",
    alerts: [{ ...second, annotations: { summary: "12 packets/s" } }, first],
  });

  expect(other.id).toBe(one.id);
  expect(one.id).toMatch(/^[0-9a-f]{32}$/);
});

test.each<[string, GivenNotification]>([
  ["another group", { groupKey: "other" }],
  ["another alert", { alerts: [{ labels: { pod: "a" } }] }],
  ["its end", { alerts: [{ status: "resolved" }] }],
  ["another beginning", { alerts: [{ startsAt: 2_000 }] }],
])("%s is another notification", (_, given) => {
  expect(read(given).id).not.toBe(read({}).id);
});

test("strangers' words are bounded, and an address that no browser should open is none", () => {
  const labels = Object.fromEntries(
    Array.from({ length: 500 }, (_, n) => [`l${n}${"x".repeat(300)}`, "v".repeat(5_000)]),
  );
  const body = payload({ alerts: [{ labels }] });
  const [alert] = body.alerts;
  const read = readNotification(
    JSON.stringify({ ...body, alerts: [{ ...alert, generatorURL: "javascript:alert(1)" }] }),
  );

  if (!read.ok) throw new Error(read.say);
  const [kept] = read.notification.alerts;
  expect(Object.keys(kept?.labels ?? {})).toHaveLength(64);
  expect(Math.max(...Object.entries(kept?.labels ?? {}).flatMap((pair) => pair.map((text) => text.length)))).toBe(
    1_000,
  );
  expect(kept?.generatorUrl).toBe("");
});

test("ten thousand alerts in one notification are all kept", () => {
  const alerts = Array.from({ length: 10_000 }, (_, n) => ({ labels: { pod: `pod-${n}` }, fingerprint: String(n) }));

  expect(read({ alerts }).alerts).toHaveLength(10_000);
});

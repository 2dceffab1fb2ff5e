import { expect, test } from "vitest";
import { configWarnings, parseConfig, redactConfig } from "../../src/config.ts";

const token = "0123456789abcdef0123456789abcdef";
const slack = {
  slack: { mode: "http", botToken: "xoxb-1-2-3", signingSecret: "0123456789abcdef0123456789abcdef" },
  channels: [{ match: "slack:C0123ABCD", clusters: ["*"] }],
};
const config = (alerts: object, rest: object = slack) =>
  parseConfig(JSON.stringify({ clusters: [{ name: "lab" }], ...rest, alerts }), {});
const route = { channel: "slack:C0123ABCD" };

test("routes and a token are all that is needed", () => {
  expect(config({ token, routes: [route] }).alerts).toMatchObject({
    token,
    routes: [{ match: {}, matchAnnotations: {}, channel: "slack:C0123ABCD", continue: false }],
    sameThreadFor: 7_200_000,
    stormAbove: 10,
  });
  expect(parseConfig(JSON.stringify({ clusters: [{ name: "lab" }] }), {}).alerts.routes).toEqual([]);
});

test.each<[string, object, object, RegExp]>([
  ["no token", { routes: [route] }, slack, /ALERT_WEBHOOK_TOKEN/],
  ["a short token", { token: "secret", routes: [route] }, slack, /at least 16 characters/],
  ["no Slack", { token, routes: [route] }, {}, /alerts go to Slack/],
  ["a channel's name", { token, routes: [{ channel: "slack:#incidents" }] }, slack, /a channel by its id/],
  ["an unknown cluster", { token, routes: [{ ...route, cluster: "prod" }] }, slack, /no cluster "prod"/],
  ["an unknown setting", { token, routes: [{ ...route, matches: {} }] }, slack, /matches/],
])("%s is refused with what to set", (_, alerts, rest, say) => {
  expect(() => config(alerts, rest)).toThrow(say);
});

test("the token is not shown", () => {
  const read = config({ token, routes: [route] });

  expect(JSON.stringify(redactConfig(read))).not.toContain(token);
  expect(redactConfig(read)["alerts"]).toMatchObject({ token: "[redacted]", sameThreadFor: "2h" });
  expect(configWarnings(read)).toEqual([]);
});

import { expect, test } from "vitest";
import { configWarnings, parseConfig, redactConfig } from "../../src/config.ts";

const token = "0123456789abcdef0123456789abcdef";
const slack = {
  slack: { mode: "http", botToken: "xoxb-1-2-3", signingSecret: "0123456789abcdef0123456789abcdef" },
  channels: [{ match: "slack:C0123ABCD", clusters: ["*"] }],
};
const tenantId = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
const registered = { appId: tenantId, appPassword: "a~secret~of~thirty~characters~~" };
const channels = [{ match: "teams:dm", clusters: ["*"] }];
const teams = { teams: { ...registered, tenantId }, channels };
const anyTenant = { teams: { ...registered, appType: "MultiTenant" }, channels };
const general = "teams:19:0a1b-2c3d_E@thread.tacv2";
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

test("channels of Teams are named alike, with their tenant where the bot answers many", () => {
  const routes = [{ channel: general }, { channel: "teams:19:ab12@thread.v2" }];
  expect(config({ token, routes, adminChannel: general }, teams).alerts).toMatchObject({
    routes,
    adminChannel: general,
  });

  const named = general.replace("teams:", `teams:${tenantId}/`);
  expect(config({ token, routes: [{ channel: named }] }, anyTenant).alerts.routes[0]?.channel).toBe(named);
});

test.each<[string, object, object, RegExp]>([
  ["no token", { routes: [route] }, slack, /ALERT_WEBHOOK_TOKEN/],
  ["a short token", { token: "secret", routes: [route] }, slack, /at least 16 characters/],
  ["no Slack", { token, routes: [route] }, {}, /set slack, or name a channel in Teams/],
  ["no Teams", { token, routes: [{ channel: general }] }, slack, /set teams, or name a channel in Slack/],
  ["an admin channel without Teams", { adminChannel: general }, slack, /set teams, or name[\s\S]*alerts\.adminChannel/],
  ["a personal chat", { token, routes: [{ channel: "teams:a:1xyz" }] }, teams, /a channel by its id/],
  ["a link's id", { token, routes: [{ channel: "teams:19%3Ax%40thread.tacv2" }] }, teams, /%3A for :/],
  ["any tenant", { token, routes: [{ channel: general }] }, anyTenant, /must name its tenant/],
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

import { expect, test } from "vitest";
import { parseConfig, redactConfig } from "../src/config.ts";

const config = (alertmanager: object, alerts: object = {}) =>
  parseConfig(JSON.stringify({ clusters: [{ name: "lab", alertmanager }], alerts }), {});
const url = "http://alertmanager:9093";

test("silences need an address, and people who may make them", () => {
  const silencers = ["slack:U0123ABCD", "teams:0f5b3cc2-7d7a-4d2e-9a58-2f3cf3b0a001"];

  expect(config({ url }).alerts.silencers).toEqual([]);
  expect(config({ url, username: "ann", passwordFile: "/p" }, { silencers }).alerts.silencers).toEqual(silencers);
});

test.each<[string, object, object, RegExp]>([
  ["two ways to authenticate", { url, bearerTokenFile: "/t", username: "ann" }, {}, /not both/],
  ["a password of nobody", { url, passwordFile: "/p" }, {}, /passwordFile needs username/],
  ["a person's name", { url }, { silencers: ["ann"] }, /must name a person by their id/],
  ["a channel as a person", { url }, { silencers: ["slack:C0123ABCD"] }, /must name a person by their id/],
])("%s: refused with what to set", (_, alertmanager, alerts, say) => {
  expect(() => config(alertmanager, alerts)).toThrow(say);
});

test("what is shown of it holds no password", () => {
  const shown = JSON.stringify(redactConfig(config({ url: "http://ann:hunter2@alertmanager:9093", caFile: "/ca" })));

  expect(shown).not.toContain("hunter2");
  expect(shown).toContain("/ca");
});

import { expect, test } from "vitest";
import { isServiceUrl } from "../../../../src/platforms/teams/out/service-url.ts";

const hosts = ["smba.trafficmanager.net", "*.botframework.com"];

test.each([
  ["https://smba.trafficmanager.net/emea/", true],
  ["https://smba.trafficmanager.net/amer/0b1c/", true],
  ["https://webchat.botframework.com/", true],
  ["https://botframework.com/", false],
  ["https://evilbotframework.com/", false],
  ["https://smba.trafficmanager.net.evil.example/", false],
  ["https://smba.trafficmanager.net@evil.example/", false],
  ["https://user:pass@smba.trafficmanager.net/", false],
  ["http://smba.trafficmanager.net/", false],
  ["https://smba.trafficmanager.net/?to=evil", false],
  ["https://127.0.0.1/", false],
  ["file:///etc/passwd", false],
  ["nothing", false],
])("%s: %s", (url, expected) => {
  expect(isServiceUrl(url, hosts)).toBe(expected);
});

test("http is for this machine alone, where it is allowed", () => {
  expect(isServiceUrl("http://127.0.0.1:9/", ["127.0.0.1"])).toBe(true);
  expect(isServiceUrl("http://10.0.0.1:9/", ["10.0.0.1"])).toBe(false);
});

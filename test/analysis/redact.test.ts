import { expect, test } from "vitest";
import { looksLikeToken } from "../../src/analysis/redact/token.ts";
import { defaultRedaction, redactUrl } from "../../src/analysis/redact.ts";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

test.each([
  ["http://webpod/?user_id=1234", "/?…"],
  ["http://admin:hunter2@shop/v1/orders?token=abc#top", "/v1/orders?…"],
  ["/v1/exhaust-port", "/v1/exhaust-port"],
  ["/v1/request-landing#secret", "/v1/request-landing"],
  ["http://shop", "/"],
  ["http://shop?x=1", "/?…"],
  ["", "/"],
  [`/auth/${jwt}/me`, "/auth/…/me"],
  ["/u/5db59e3d-0a5c-40c2-b8a5-257f84b18e45", "/u/…"],
  ["/reset/9f86d081884c7d659a2feaa0c55ad015", "/reset/…"],
  ["/cards/4111111111111111/pay", "/cards/…/pay"],
  ["/mail/jane%40example.com", "/mail/…"],
  ["/a;jsessionid=0123/b", "/a;…/b"],
  ["/%67%68%70_0123456789abcdef", "/…"],
  ["/pods/deathstar-8c4c77fb7-dwnlx/log", "/pods/deathstar-8c4c77fb7-dwnlx/log"],
  ["/api/getUserByEmailAddress", "/api/getUserByEmailAddress"],
  ["/%E0%A4%A", "/%E0%A4%A"],
])("%s is shown as %s", (url, shown) => {
  expect(defaultRedaction.path(url)).toBe(shown);
});

test("a whole URL keeps scheme and host, and loses userinfo and query", () => {
  expect(redactUrl("https://u:p@api.example.com:8443/v1?key=1")).toBe("https://api.example.com:8443/v1?…");
  expect(redactUrl("/v1?key=1")).toBe("/v1?…");
});

test.each([
  ["api.example.com", "api.example.com"],
  ["4f2a9c81d07b4e6f9a13.tunnel.example.com", "….tunnel.example.com"],
  ["ec2-203-0-113-25.compute-1.amazonaws.com", "ec2-203-0-113-25.compute-1.amazonaws.com"],
  ["webpod.default.svc.cluster.local.", "webpod.default.svc.cluster.local."],
])("the name %s is shown as %s", (name, shown) => {
  expect(defaultRedaction.name(name)).toBe(shown);
});

test.each([
  "ghp_0123456789abcdefghij",
  "xoxb-1234-abcd",
  "AKIAIOSFODNN7EXAMPLE",
  "glpat-abcdefghij",
  "sk_live_abcdefghij0123",
  jwt,
  "QWxhZGRpbjpvcGVuIHNlc2FtZQ",
  "%67%68%70_0123456789abcdefghij",
])("%s looks like a token", (text) => {
  expect(looksLikeToken(text)).toBe(true);
});

test.each(["orders", "request-landing", "v1", "deathstar-8c4c77fb7-dwnlx", "2026-11-20", "kube-apiserver"])(
  "%s does not look like a token",
  (text) => {
    expect(looksLikeToken(text)).toBe(false);
  },
);

test("what is shown is bounded, whatever comes", () => {
  expect(defaultRedaction.path(`/${"a/".repeat(100_000)}`).length).toBeLessThan(210);
  expect(defaultRedaction.name("a.".repeat(100_000)).length).toBeLessThan(210);
});

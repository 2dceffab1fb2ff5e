import { expect, test } from "vitest";
import type { Route } from "../../src/alerts/routes.ts";
import { routesMessage } from "../../src/alerts/routes-text.ts";
import { parseCommand } from "../../src/commands/grammar.ts";
import { messageText } from "../../src/message/text.ts";

const route = (channel: string, match: Route["match"] = {}): Route => ({
  match,
  matchAnnotations: {},
  channel,
  continue: false,
});
const routes = [route("slack:C1", { severity: "critical" }), route("slack:C2", { team: "secret-team" })];
const here = { conversation: "slack:T1/C1", clusters: ["lab"] };
const said = (labels: Readonly<Record<string, string>> | null, where = here) =>
  messageText(routesMessage(routes, labels, where));

test("a channel sees its own routes, and of the others that there are some", () => {
  expect(said(null)).toContain("1 | severity=critical | by label");
  expect(said(null)).toContain("1 other routes lead elsewhere");
  expect(said(null)).not.toContain("secret-team");
  expect(said(null, { ...here, conversation: "terminal:1" })).toContain("secret-team");
});

test("a try says which route takes it, and that nothing was sent", () => {
  expect(said({ severity: "critical" })).toContain("Taken by route 1 of 2");
  expect(said({ team: "secret-team" })).toContain("Taken by route 2 of 2");
  expect(said({ team: "secret-team" })).toContain("2 | – | another channel");
  expect(said({ severity: "info" })).toContain("No route takes that alert");
  expect(said({ severity: "info" })).toContain("Nothing was sent");
});

test("annotations are tried like labels", () => {
  const needs = { ...route("slack:C1"), matchAnnotations: { team: "net-*" } };
  const tried = (labels: Readonly<Record<string, string>>) => messageText(routesMessage([needs], labels, here));
  expect(tried({ "annotation:team": "net-core" })).toContain("Taken by route 1 of 1");
  expect(tried({ team: "net-core" })).toContain("No route takes that alert");
});

test("without routes it says what to set", () => {
  expect(messageText(routesMessage([], null, here))).toContain("alerts.routes");
});

test.each<[string, object]>([
  ["alerts", { ok: true, args: { labels: null } }],
  [
    "alerts test severity=critical,namespace=a",
    { ok: true, args: { labels: { severity: "critical", namespace: "a" } } },
  ],
  [
    "alerts test severity=critical,annotation:team=net",
    { ok: true, args: { labels: { severity: "critical", "annotation:team": "net" } } },
  ],
  ["alerts test", { ok: false, say: expect.stringContaining("needs the labels") }],
  ["alerts tset a=b", { ok: false, say: expect.stringContaining("nothing that alerts can do") }],
  ["alerts test 1=b", { ok: false, say: expect.stringContaining("is no label") }],
])("%j", (text, expected) => {
  expect(parseCommand(text, { clusters: ["lab"], defaultCluster: "lab" })).toMatchObject(expected);
});

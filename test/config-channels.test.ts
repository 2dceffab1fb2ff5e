import { expect, test } from "vitest";
import { checkChannels, parseConfig } from "../src/config.ts";

const channels = (entries: string) => parseConfig(`clusters: [{ name: prod-eu }]\nchannels: ${entries}`, {}).channels;

test("an entry allows every namespace and command unless it names some", () => {
  expect(channels('[{ match: "slack:C0123", clusters: [prod-eu] }]')).toEqual([
    { match: "slack:C0123", clusters: ["prod-eu"], namespaces: ["*"], commands: ["*"] },
  ]);
  expect(parseConfig("clusters: [{ name: a }]", {}).channels).toEqual([]);
});

test.each(["slack:C0123", "slack:T01/C0123", "slack:G1", "slack:D1", "slack:dm", "slack:*", "teams:19:a@thread.tacv2"])(
  "%s is a place",
  (match) => {
    expect(channels(`[{ match: "${match}", clusters: ["*"] }]`)[0]?.match).toBe(match);
  },
);

test.each([
  ['match: "slack:#general", clusters: ["*"]', "must name a channel by its id"],
  ['match: "slack:general", clusters: ["*"]', "must name a channel by its id"],
  ['match: "slack:T01/*", clusters: ["*"]', "must name a channel by its id"],
  ['match: "slack:C0123\\n", clusters: ["*"]', "must name a channel by its id"],
  ['match: "slak:C0123", clusters: ["*"]', 'must begin with "slack:" or "teams:"'],
  ['match: "*", clusters: ["*"]', 'must begin with "slack:" or "teams:"'],
  ['match: "teams:", clusters: ["*"]', "a conversation's id"],
  ['match: "terminal:*", clusters: ["*"]', "needs no entry"],
  ['match: "slack:C0123"', "channels[0].clusters"],
  ['match: "slack:C0123", clusters: []', "name the clusters"],
  ['match: "slack:C0123", clusters: [prod-us]', 'there is no cluster "prod-us"; clusters: prod-eu'],
  ['match: "slack:C0123", clusters: ["*"], namespaces: []', "name the namespaces"],
  ['match: "slack:C0123", clusters: ["*"], namespaces: ["pay*"]', "the name of a namespace in full"],
  ['match: "slack:C0123", clusters: ["*"], commands: []', "name the commands"],
  ['match: "slack:C0123", clusters: [*]', 'an asterisk needs quotes: "*"'],
])("{ %s } is refused: %s", (entry, message) => {
  expect(() => channels(`[{ ${entry} }]`)).toThrow(message);
});

test("an entry that names a command which does not exist is refused", () => {
  const entries = channels(
    '[{ match: "slack:C1", clusters: ["*"] }, { match: "slack:C2", clusters: ["*"], commands: [drops, drop] }]',
  );

  expect(() => checkChannels(entries, ["help", "drops", "drop"])).not.toThrow();
  expect(() => checkChannels(entries, ["help", "drops"])).toThrow(
    'there is no command "drop"\n  → at channels[1].commands\nCommands: help, drops',
  );
});

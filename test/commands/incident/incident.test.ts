import { describe, expect, test } from "vitest";
import type { Effect } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";

const parse = (text: string) => parseCommand(text, { clusters: ["lab"], defaultCluster: "lab" });
const [minute, hour] = [60_000, 3_600_000];

function effectsOf(text: string): readonly Effect[] {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.say);
  const { command, args, clusters } = parsed;
  const step = command.step({ args, askedAt: 0, clusters, visible: {}, outcomes: [], round: 0 });
  if (!("answer" in step)) throw new Error("it asks");
  expect(messageText(step.answer.message)).toContain("set alerts.routes");
  return step.answer.effects ?? [];
}

describe("a command about an incident", () => {
  test.each<[string, string, object]>([
    ["ack 3F9A2C8D", "3f9a2c8d", { act: "acknowledge" }],
    ["acknowledge 3f9a2c", "3f9a2c", { act: "acknowledge" }],
    ["mute 3f9a2c8d", "3f9a2c8d", { act: "mute", ms: 8 * hour }],
    ["mute 3f9a2c8d 90m", "3f9a2c8d", { act: "mute", ms: 90 * minute }],
    ["unmute 3f9a2c8d", "3f9a2c8d", { act: "unmute" }],
    ["close 3f9a2c8d", "3f9a2c8d", { act: "close" }],
    ["explain 3f9a2c8d", "3f9a2c8d", { act: "explain" }],
    ["unsilence 3f9a2c8d", "3f9a2c8d", { act: "unsilence" }],
    ["silence 3f9a2c8d", "3f9a2c8d", { act: "silence", ms: 2 * hour, comment: "" }],
    ["silence 3f9a2c8d for 4h drained", "3f9a2c8d", { act: "silence", ms: 4 * hour, comment: "drained" }],
    ["silence 3f9a2c8d for the night", "3f9a2c8d", { act: "silence", ms: 2 * hour, comment: "for the night" }],
    ["silence 3f9a2c8d 7d", "3f9a2c8d", { act: "silence", ms: 168 * hour, comment: "" }],
    [
      "silence 3f9a2c8d 4h it's drained, until  noon",
      "3f9a2c8d",
      { act: "silence", ms: 4 * hour, comment: "it's drained, until noon" },
    ],
    [
      "silence 3f9a2c8d known since yesterday",
      "3f9a2c8d",
      { act: "silence", ms: 2 * hour, comment: "known since yesterday" },
    ],
    ["silence --cluster lab 3f9a2c8d 1h why", "3f9a2c8d", { act: "silence", ms: hour, comment: "why" }],
  ])("%s", (text, id, act) => {
    expect(effectsOf(text)).toEqual([{ kind: "incident", id, act }]);
  });

  test("carries no secret into Alertmanager", () => {
    const [effect] = effectsOf("silence 3f9a2c8d 1h see https://ann:hunter2@wiki.example.com/?token=abcdef123");

    expect(JSON.stringify(effect)).toContain("wiki.example.com");
    expect(JSON.stringify(effect)).not.toMatch(/hunter2|abcdef123/);
  });

  test.each([
    ["ack", "ack needs ID"],
    ["ack deathstar", 'ID: "deathstar" is no id of an incident. Type the one that its first message shows'],
    ["ack 3f9a2", "is no id of an incident"],
    ["mute 3f9a2c8d 8d", '"8d" does not fit. Type how long, from 1m to 7d, for example 2h.'],
    ["mute 3f9a2c8d soon", '"soon" does not fit'],
    ["silence", "silence needs ID [DURATION] [COMMENT]"],
    ["silence 3f9a2c8d 2hrsx", '"2hrsx" does not fit. Type how long'],
    ["silence 3f9a2c8d 30s", "from 1m to 7d"],
    ["silence forever", '"forever" is no id of an incident'],
    [`silence 3f9a2c8d ${"known ".repeat(51)}`, "The comment is 305 characters long. Type at most 300."],
  ])("%s is refused with what to type", (text, say) => {
    const parsed = parse(text);

    expect(parsed.ok ? "" : parsed.say).toContain(say);
  });
});

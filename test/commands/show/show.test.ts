import { expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";

function run(text: string) {
  const parsed = parseCommand(text, { clusters: ["lab"], defaultCluster: "lab" });
  if (!parsed.ok) return parsed.say;
  const { command, args, clusters } = parsed;
  const step = command.step({ args, askedAt: 0, clusters, visible: {}, outcomes: [], round: 0 });
  if (!("answer" in step)) throw new Error("it asks");
  expect(messageText(step.answer.message)).toContain("Ask again instead");
  return step.answer.effects;
}

test.each([
  ["show k7f3", "k7f3", "message"],
  ["show #K7F3", "k7f3", "message"],
  ["show k7f3b CSV", "k7f3b", "csv"],
  ["show #k7f3 json --private", "k7f3", "json"],
])("%s", (text, id, as) => {
  expect(run(text)).toEqual([{ kind: "show", id, as }]);
});

test.each([
  ["show", "show needs ID: what stands at the answer's end, such as #k7f3"],
  ["show deathstar", '"deathstar" is no id of an answer. Type what stands at its end, for example: show k7f3'],
  ["show k7f", "is no id of an answer"],
  ["show k7f3 xlsx", '"xlsx" is no form of a file. Type csv for its tables, or json for all of it.'],
  ["show k7f3 message", "is no form of a file"],
])("%s is refused with what to type", (text, say) => {
  expect(run(text)).toContain(say);
});

/** The policy in the message; the file has all of it. */
import type { Block } from "../../message/message.ts";

const shown = { lines: 45, characters: 2_600 };

export function yamlBlock(yaml: string): Block {
  // The comment is for the file: the message says the same beside it.
  const lines = yaml.split("\n").filter((line, at, all) => !isComment(line, at, all));
  const kept: string[] = [];
  let room = shown.characters;
  for (const line of lines.slice(0, shown.lines)) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const rest = lines.length - kept.length;
  const code = kept.join("\n").trimEnd();
  return rest > 1
    ? { kind: "code", title: `The policy, its first ${kept.length} lines; the file has all`, code }
    : { kind: "code", title: "The policy", code };
}

function isComment(line: string, at: number, lines: readonly string[]): boolean {
  return line.startsWith("#") && lines.slice(0, at).every((before) => before.startsWith("#"));
}

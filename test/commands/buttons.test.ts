/** What the buttons of golden messages send is a command as it stands there: nobody is refused what an answer offered. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import { commands } from "../../src/commands/index.ts";

const clusters = ["prod-eu", "prod-us", "staging"];
const golden = fileURLToPath(new URL("../golden/", import.meta.url));
const names = new Set(Object.values(commands).map(({ name }) => name));

/** A button in the terminal (two spaces, the command, two spaces or more, its words), and in plain text (its words, a colon, the command). */
function buttonsIn(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const inTerminal = /^ {2}((\S+)(?: \S+)*) {2,}\S/.exec(line);
    const [, command = "", name = ""] = inTerminal ?? /^[a-z][^:]*: ((\S+)(?: \S+)*[^.\s])$/.exec(line) ?? [];
    return names.has(name) ? [command] : [];
  });
}

const messages = ["drops", "follow", "map", "http", "dns", "trace", "top", "show", "why"].map((command) => {
  const folder = `${golden}${command}/`;
  const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  return [command, files.map((file) => [file, readFileSync(`${folder}${file}`, "utf8")] as const)] as const;
});

describe("the buttons of golden answers", () => {
  test.each(messages)("of %s are commands", (_, files) => {
    const refused = files.flatMap(([file, text]) =>
      buttonsIn(text).flatMap((command) => {
        const parsed = parseCommand(command, { clusters, defaultCluster: "prod-eu" });
        return parsed.ok ? [] : [`${file}: ${command}: ${parsed.say}`];
      }),
    );
    expect(refused).toEqual([]);
    expect(files.flatMap(([, text]) => buttonsIn(text)).length).toBeGreaterThan(1);
  });
});

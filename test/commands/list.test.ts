import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import { commands } from "../../src/commands/index.ts";
import { flagLines, usageLine } from "../../src/commands/usage.ts";

const folder = join(import.meta.dirname, "../../src/commands");
/** What commands are made of; every other file is a command. */
const parts = [
  "args.ts",
  "ask-back.ts",
  "command.ts",
  "ending.ts",
  "flags.ts",
  "grammar.ts",
  "index.ts",
  "nearest.ts",
  "raw.ts",
  "usage.ts",
  "words.ts",
];
const all = Object.values(commands);

describe("the list of commands", () => {
  test("has one entry for each file of the folder, by name", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !parts.includes(name));
    expect(new Set(files)).toEqual(new Set(Object.keys(commands).map((name) => `${name}.ts`)));
  });

  test("calls each command by its own name", () => {
    for (const [name, command] of Object.entries(commands)) expect(command.name).toBe(name);
  });

  test.each(all.map((command) => [command.name, command] as const))(
    "%s: keys and flag names are each used once, and explained",
    (_, command) => {
      const keys = [...command.flags, ...command.positionals].map(({ key }) => key);
      const names = command.flags.flatMap((flag) => flag.names);
      expect(new Set(keys).size).toBe(keys.length);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^(--[a-z][-a-z0-9]+|-[a-z])$/);
      for (const { doc } of [...command.flags, ...command.positionals]) expect(doc.length).toBeGreaterThan(10);
      expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(command.summary.length).toBeLessThanOrEqual(80); // a line of a terminal
    },
  );

  test.each(all.flatMap(({ examples }) => examples))("the example %j is a command", (example) => {
    expect(parseCommand(example, { clusters: ["prod-eu"], defaultCluster: "prod-eu" })).toMatchObject({ ok: true });
  });
});

describe("how a command is typed", () => {
  test("is made from its declaration", () => {
    expect(usageLine(commands.help)).toBe("help [COMMAND]");
    expect(usageLine(commands.drops)).toBe("drops [TARGET] [--since TIME] [--until TIME] [--last N] [flags]");
  });

  test("has the forms of a flag in one line", () => {
    const lines = flagLines(commands.drops.flags);
    expect(lines.find(({ spelling }) => spelling.startsWith("--port"))).toEqual({
      spelling: "--port, --from-port, --to-port PORT",
      doc: "Either end: a port of TCP, UDP or SCTP",
    });
    const listed = lines.flatMap(({ spelling }) => spelling.match(/-{1,2}[a-z][-a-z]*/g) ?? []);
    expect(new Set(listed)).toEqual(new Set(commands.drops.flags.flatMap(({ names }) => names)));
  });
});

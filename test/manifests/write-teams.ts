/**
 * What follows from the sources in manifests/teams/manifest.json: its version, and a list of commands for each scope. `npm run docs` writes it, `test/docs.test.ts`
 * fails when it is stale.
 */
import type { Command } from "../../src/commands/command.ts";

/** Schema 1.29: so many in a list. `help` lists them all. */
const mostCommands = 12;

/** Keeps the rest of the file as it is written: one line for each command. */
export function withCommandLists(manifest: string, version: string, commands: readonly Command[]): string {
  const lists = [
    // Between a person and the bot alone Teams has no mention, and nothing that others could not see.
    commandList(["personal"], [], commands),
    commandList(["team"], ["mention", "slash"], commands),
    commandList(["groupChat"], ["mention", "slash"], commands),
  ];
  return manifest
    .replace(/("version": )"[^"]*"/, (_, key: string) => `${key}${JSON.stringify(version)}`)
    .replace(
      /("commandLists": )\[[\s\S]*?\n?\](?=\n {4}\})/,
      (_, key: string) => `${key}[\n${lists.join(",\n")}\n      ]`,
    );
}

/** What has no example is never typed: a button carries it. */
function commandList(scopes: readonly string[], triggers: readonly string[], commands: readonly Command[]): string {
  const typed = commands.filter(({ examples }) => examples.length > 0).slice(0, mostCommands);
  const lines = typed.map(
    ({ name, summary }) => `            ${JSON.stringify({ title: name, description: summary })}`,
  );
  const triggered = triggers.length === 0 ? "" : `          "triggers": ${JSON.stringify(triggers)},\n`;
  return `        {\n          "scopes": ${JSON.stringify(scopes)},\n${triggered}          "commands": [\n${lines.join(",\n")}\n          ]\n        }`;
}

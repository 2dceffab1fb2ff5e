/** `help`: made from the list of commands, so that it cannot forget one. */
import { z } from "zod";
import type { Block, Message } from "../message/message.ts";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { clusterFlag } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { flagLines, usageLine } from "./usage.ts";
import { shown } from "./words.ts";

export interface HelpArgs {
  readonly command?: string | undefined;
}

/** `others` are all commands but this one. The result is `{ commands: [{ name, usage, summary }] }`. */
export function helpFor(others: readonly Command[]): Command<HelpArgs> {
  const help: Command<HelpArgs> = {
    name: "help",
    summary: "Show what can be asked, or one command in detail",
    positionals: [{ key: "command", name: "COMMAND", optional: true, doc: "a command, to see its flags and examples" }],
    flags: [],
    examples: ["help", "help drops"],
    args: z.object({ command: one(commandName(["help", ...others.map(({ name }) => name)])).optional() }),
    deadlineMs: 0,
    step({ args }) {
      const all: readonly Command[] = [help, ...others];
      const command = all.find(({ name }) => name === args.command);
      const message = command === undefined ? overview(all) : detail(command);
      const result = {
        commands: (command === undefined ? all : [command]).map((each) => ({
          name: each.name,
          usage: usageLine(each),
          summary: each.summary,
        })),
      };
      return { answer: { message, result, coverage: null, window: null, copyAs: [] } };
    },
  };
  return help;
}

function commandName(names: readonly string[]): Reader<string> {
  return (text) => {
    const name = text.toLowerCase();
    if (names.includes(name)) return { ok: true, value: name };
    const meant = nearest(name, names);
    return {
      ok: false,
      say: `${shown(text)} is no command. ${meant === undefined ? `Type one of: ${names.join(", ")}.` : `Did you mean ${meant}?`}`,
    };
  };
}

function overview(all: readonly Command[]): Message {
  return {
    tone: "info",
    title: "What can be asked",
    blocks: [
      ...all.map((command): Block => ({ kind: "code", title: command.summary, code: usageLine(command) })),
      {
        kind: "facts",
        facts: [
          { name: `${clusterFlag.names[0]} ${clusterFlag.value}`, value: `${clusterFlag.doc}; with every command` },
        ],
      },
      { kind: "text", text: "For example:" },
      {
        kind: "actions",
        actions: all.flatMap(({ examples }) => examples.slice(-3)).map((command) => ({ label: command, command })),
      },
    ],
  };
}

function detail(command: Command): Message {
  const words = command.positionals.map(({ name, doc }) => ({ name, value: doc }));
  const flags = flagLines([...command.flags, clusterFlag]).map(({ spelling, doc }) => ({ name: spelling, value: doc }));
  return {
    tone: "info",
    title: `${command.name}: ${command.summary}`,
    blocks: [
      { kind: "code", code: usageLine(command) },
      ...(words.length > 0 ? [{ kind: "facts", facts: words } as const] : []),
      { kind: "facts", facts: flags },
      { kind: "text", text: "For example:" },
      { kind: "actions", actions: command.examples.map((example) => ({ label: example, command: example })) },
    ],
  };
}

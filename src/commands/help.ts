/** `help`: made from the list of commands, so that it cannot forget one. */
import { z } from "zod";
import type { Block, Message } from "../message/message.ts";
import { one, type Reader } from "./args.ts";
import type { Command } from "./command.ts";
import { sharedFlags } from "./flags.ts";
import { topics } from "./help/topics.ts";
import { nearest } from "./nearest.ts";
import { flagLines, usageLine } from "./usage.ts";
import { shown } from "./words.ts";

export interface HelpArgs {
  readonly command?: string | undefined;
}

/** `others` are all commands but this one. The result is `{ commands: [{ name, usage, summary }] }`, of a topic with no command in it. */
export function helpFor(others: readonly Command[]): Command<HelpArgs> {
  const help: Command<HelpArgs> = {
    name: "help",
    summary: "Show what can be asked, or one command in detail",
    positionals: [{ key: "command", name: "COMMAND", optional: true, doc: topicsDoc }],
    flags: [],
    examples: ["help", "help drops", ...topics.map(({ name }) => `help ${name}`)],
    args: z.object({ command: one(commandName(["help", ...others.flatMap(spellings)])).optional() }),
    deadlineMs: 0,
    step({ args }) {
      const all: readonly Command[] = [help, ...others];
      const command = all.find((each) => args.command !== undefined && spellings(each).includes(args.command));
      const topic = topics.find(({ name }) => name === args.command);
      const message = topic?.message ?? (command === undefined ? overview(all) : detail(command));
      const listed = command === undefined ? all : [command];
      const result = {
        commands: (topic === undefined ? listed : []).map((each) => ({
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

const topicsDoc = `a command, to see its flags and examples, or ${topics.map(({ name }) => name).join(", ")}`;

function spellings({ name, aliases = [] }: Command): readonly string[] {
  return [name, ...aliases];
}

function commandName(commands: readonly string[]): Reader<string> {
  const names = [...commands, ...topics.map(({ name }) => name)];
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

/** One of each command, as far as it fits on a button of a phone. */
const longestExample = 40;

function overview(all: readonly Command[]): Message {
  return {
    tone: "info",
    title: "What can be asked",
    blocks: [
      ...all.map((command): Block => ({ kind: "code", title: command.summary, code: usageLine(command) })),
      {
        kind: "facts",
        facts: [
          ...flagLines(sharedFlags).map(({ spelling, doc }) => ({
            name: spelling,
            value: `${doc}; with every command`,
          })),
          ...topics.map(({ name, summary }) => ({ name: `help ${name}`, value: summary })),
        ],
      },
      { kind: "text", text: "For example:" },
      {
        kind: "actions",
        actions: all
          .flatMap(({ examples }) => examples.slice(0, 1))
          .filter((example) => example.length <= longestExample)
          .map((command) => ({ label: command, command })),
      },
    ],
  };
}

function detail(command: Command): Message {
  const words = command.positionals.map(({ name, doc }) => ({ name, value: doc }));
  const flags = flagLines([...command.flags, ...sharedFlags]).map(({ spelling, doc }) => ({
    name: spelling,
    value: doc,
  }));
  return {
    tone: "info",
    title: `${spellings(command).join(", ")}: ${command.summary}`,
    blocks: [
      { kind: "code", code: usageLine(command) },
      ...(words.length > 0 ? [{ kind: "facts", facts: words } as const] : []),
      { kind: "facts", facts: flags },
      ...(command.examples.length > 0 ? exampleBlocks(command.examples) : []),
    ],
  };
}

function exampleBlocks(examples: readonly string[]): Block[] {
  return [
    { kind: "text", text: "For example:" },
    { kind: "actions", actions: examples.map((example) => ({ label: example, command: example })) },
  ];
}

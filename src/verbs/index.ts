/** The command line: one list of verbs from which usage text and README follow. */
import { parseArgs } from "node:util";
import { ConfigError } from "../config.ts";
import { BotError } from "../errors.ts";
import { scenarioOption } from "./scenario.ts";
import { UsageError, type Verb, type VerbInput, type VerbOption } from "./verb.ts";

const configOption: VerbOption = { name: "config", value: "FILE", doc: "configuration file (YAML)" };

export const verbs: readonly Verb[] = [
  {
    name: "serve",
    positionals: "",
    summary: "Run the bot",
    options: [
      configOption,
      { name: "role", value: "all|gateway|worker", doc: "take commands, answer them, or both (default: all)" },
    ],
    run: async (input) => (await import("./serve.ts")).serve(input),
  },
  {
    name: "ask",
    positionals: '"COMMAND"',
    summary: "Ask one command and print the answer",
    options: [
      configOption,
      { name: "lab", doc: "start the lab for this question and ask that" },
      { ...scenarioOption, doc: `with --lab: ${scenarioOption.doc}` },
      {
        name: "format",
        value: "text|json|slack|teams|lines",
        doc: "how the answer is printed (default: text); lines: one per flow, for observe",
      },
      { name: "out", value: "DIR", doc: "put the answer (and with --lab the lab's drop ledger) into files there" },
      {
        name: "flows",
        value: "FILE.jsonl[.gz]",
        doc: 'answer flows from a file as "hubble observe -o json" or the exporter writes it, instead of Relay',
      },
      { name: "policy", value: "FILE.yaml", doc: "the policies that whatif replays" },
    ],
    run: async (input) => (await import("./ask.ts")).ask(input),
  },
  {
    name: "lab",
    positionals: "",
    summary: "Run a simulated Cilium cluster with real Redis, Prometheus and Alertmanager",
    options: [
      { name: "config-out", value: "FILE", doc: "write a configuration that points at it" },
      { name: "cluster-only", doc: "without Redis, Prometheus and Alertmanager, on fixed ports (for docker compose)" },
      scenarioOption,
    ],
    run: async (input) => (await import("./lab.ts")).lab(input),
  },
  {
    name: "demo",
    positionals: "",
    summary: "Lab, bot and a prompt to type commands at; without a terminal, a short tour",
    options: [scenarioOption],
    run: async (input) => (await import("./demo.ts")).demo(input),
  },
  {
    name: "demo-teams",
    positionals: "",
    summary: "Lab, bot and Microsoft's 365 Agents Playground, a Teams client in the browser, without a tenant",
    options: [scenarioOption],
    run: async (input) => (await import("./demo-teams.ts")).demoTeams(input),
  },
  {
    name: "config",
    positionals: "check FILE",
    summary: "Check a configuration file and print what it means",
    options: [],
    run: async (input) => (await import("./config-check.ts")).configCheck(input),
  },
];

export async function runVerb(argv: readonly string[]): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "" || name === "--help" || name === "-h" || name === "help") {
    (name === "" ? process.stderr : process.stdout).write(usage());
    return name === "" ? 2 : 0;
  }
  const verb = verbs.find((candidate) => candidate.name === name);
  try {
    if (!verb)
      throw new UsageError(
        `there is no verb ${JSON.stringify(name.slice(0, 40))}; verbs: ${verbs.map((candidate) => candidate.name).join(", ")}`,
      );
    if (rest.includes("--help") || rest.includes("-h")) {
      process.stdout.write(verbUsage(verb));
      return 0;
    }
    return await verb.run(readOptions(verb, rest));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${verb ? verbUsage(verb) : usage()}`);
      return 2;
    }
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
    const say = error instanceof BotError ? error.say : error instanceof Error ? error.message : String(error);
    process.stderr.write(`${say}\n`);
    if (process.env["DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return 1;
  }
}

function readOptions(verb: Verb, argv: readonly string[]): VerbInput {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: Object.fromEntries(
        verb.options.map((option) => [
          option.name,
          { type: option.value ? ("string" as const) : ("boolean" as const) },
        ]),
      ),
    });
    return { words: positionals, options: values as VerbInput["options"] };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function usage(): string {
  const lines = verbs.map((verb) => `  ${`${verb.name} ${verb.positionals}`.trim().padEnd(20)} ${verb.summary}`);
  return `usage: cilium-chatops VERB [options]\n\n${lines.join("\n")}\n\ncilium-chatops VERB --help lists a verb's options.\n`;
}

function verbUsage(verb: Verb): string {
  const options = verb.options.map(
    (option) => `  ${`--${option.name} ${option.value ?? ""}`.trim().padEnd(28)} ${option.doc}`,
  );
  const head = `usage: cilium-chatops ${[verb.name, verb.positionals, options.length ? "[options]" : ""].filter(Boolean).join(" ")}\n  ${verb.summary}.\n`;
  return options.length ? `${head}\n${options.join("\n")}\n` : head;
}

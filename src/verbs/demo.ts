/** `demo`: lab, bot and a prompt where commands can be typed. Without a terminal: the same as a tour that shows the Star Wars policies step by step. */
import { createInterface } from "node:readline/promises";
import { type App, startApp } from "../app.ts";
import { checkConfig } from "../config.ts";
import { startLab } from "../lab/start.ts";
import { runWord, wordCompletions, wordUsage } from "../lab/words.ts";
import type { StepName } from "../lab/world/world.ts";
import { createLog } from "../log.ts";
import { renderTerminal } from "../platforms/terminal/render.ts";
import { askOnce, terminalShape } from "./ask.ts";
import { scenariosOption } from "./scenario.ts";
import type { VerbInput } from "./verb.ts";

type Lab = Awaited<ReturnType<typeof startLab>>;

export async function demo(input: VerbInput): Promise<number> {
  const scenarios = scenariosOption(input);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const now = Date.now();
  const lab = await startLab({ say, scenarios, steps: [{ step: "none", at: now - 3_600_000 }] });
  try {
    const app = await startApp({ config: checkConfig(lab.config()), role: "all", log: createLog("silent") });
    try {
      await app.connected(5_000);
      if (process.stdin.isTTY && process.stdout.isTTY) await prompt(app, lab);
      else return await tour(app, lab);
    } finally {
      await app.close();
    }
  } finally {
    await lab.close();
  }
  return 0;
}

const tourStops: readonly {
  readonly step?: StepName;
  readonly waitMs: number;
  readonly text: string;
  readonly title: string;
}[] = [
  { waitMs: 0, text: "drops deathstar --since 5m", title: "No policy yet: everybody may land on the Death Star." },
  {
    step: "l3-l4",
    waitMs: 9_000,
    text: "drops deathstar --since 5m",
    title: "rule1 (L3/L4) is applied: only org=empire may reach deathstar on TCP 80. xwing is of org=alliance.",
  },
  {
    step: "l7",
    waitMs: 12_000,
    text: "drops deathstar --since 5m",
    title: "rule1 now looks at HTTP: only POST /v1/request-landing. tiefighter tries PUT /v1/exhaust-port.",
  },
];

async function tour(app: App, lab: Lab): Promise<number> {
  let failed = 0;
  for (const stop of tourStops) {
    if (stop.step) lab.world.setStep(stop.step, Date.now());
    await new Promise((resolve) => setTimeout(resolve, stop.waitMs));
    process.stdout.write(`\n${"─".repeat(78)}\n${stop.title}\n\n> ${stop.text}\n\n`);
    failed += (await show(app, stop.text)) ? 0 : 1;
  }
  return failed === 0 ? 0 : 1;
}

async function prompt(app: App, lab: Lab): Promise<void> {
  const commands = (await import("../commands/index.ts")).commands;
  const words = [...Object.keys(commands), "exit", ...wordCompletions(lab)];
  const shell = createInterface({
    input: process.stdin,
    output: process.stdout,
    historySize: 200,
    removeHistoryDuplicates: true,
    completer: (line: string): [string[], string] => [words.filter((word) => word.startsWith(line)), line],
  });
  process.stdout.write(
    `\nAsk: drops deathstar, help. Change the lab:\n${wordUsage.map((word) => `  ${word}\n`).join("")}Leave: exit or Ctrl-D.\n\n`,
  );
  shell.setPrompt("cilium> ");
  shell.prompt();
  try {
    for await (const line of shell) {
      const text = line.trim();
      if (text === "exit" || text === "quit") return;
      const said = await runWord({ world: lab.world, relay: lab.faults.relay, clock: Date.now }, text);
      if (said !== undefined) process.stdout.write(`${said}\n`);
      else if (text !== "") await show(app, text);
      shell.prompt();
    }
    process.stdout.write("\n"); // Ctrl-D leaves the cursor behind the prompt
  } finally {
    shell.close();
  }
}

async function show(app: App, text: string): Promise<boolean> {
  const outcome = await askOnce(app, text);
  process.stdout.write(
    outcome.status === "answered" ? renderTerminal(outcome.delivery.message, terminalShape()) : `${outcome.say}\n`,
  );
  return outcome.status === "answered";
}

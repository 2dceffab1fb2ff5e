/** `demo`: lab, bot and a prompt where commands can be typed. Without a terminal: the same as a tour that shows the Star Wars policies step by step. */
import { createInterface } from "node:readline/promises";
import { type App, startApp } from "../app.ts";
import { checkConfig } from "../config.ts";
import { startLab } from "../lab/start.ts";
import { type StepName, stepNames } from "../lab/world/world.ts";
import { createLog } from "../log.ts";
import { renderTerminal } from "../platforms/terminal/render.ts";
import { askOnce, terminalShape } from "./ask.ts";

type Lab = Awaited<ReturnType<typeof startLab>>;

export async function demo(): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const now = Date.now();
  const lab = await startLab({ say, steps: [{ step: "none", at: now - 3_600_000 }] });
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
  const words = [...Object.keys(commands), "exit", ...stepNames.map((step) => `step ${step}`)];
  const shell = createInterface({
    input: process.stdin,
    output: process.stdout,
    historySize: 200,
    removeHistoryDuplicates: true,
    completer: (line: string): [string[], string] => [words.filter((word) => word.startsWith(line)), line],
  });
  process.stdout.write(
    `\nAsk: drops deathstar, help. Change the policy: ${stepNames.map((step) => `step ${step}`).join(", ")}. Leave: exit or Ctrl-D.\n\n`,
  );
  shell.setPrompt("cilium> ");
  shell.prompt();
  try {
    for await (const line of shell) {
      const text = line.trim();
      if (text === "exit" || text === "quit") return;
      if (text.startsWith("step")) changeStep(lab, text.slice(4).trim());
      else if (text !== "") await show(app, text);
      shell.prompt();
    }
    process.stdout.write("\n"); // Ctrl-D leaves the cursor behind the prompt
  } finally {
    shell.close();
  }
}

function changeStep(lab: Lab, name: string): void {
  const step = stepNames.find((candidate) => candidate === name);
  if (step) {
    lab.world.setStep(step, Date.now());
    process.stdout.write(`The policy is now at step ${step}; give the traffic a few seconds.\n`);
  } else {
    process.stdout.write(`The lab is at step ${lab.world.stepAt(Date.now())}; steps: ${stepNames.join(", ")}\n`);
  }
}

async function show(app: App, text: string): Promise<boolean> {
  const outcome = await askOnce(app, text);
  process.stdout.write(
    outcome.status === "answered" ? renderTerminal(outcome.delivery.message, terminalShape()) : `${outcome.say}\n`,
  );
  return outcome.status === "answered";
}

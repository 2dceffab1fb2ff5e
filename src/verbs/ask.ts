/** `ask "<command>"`: one command through the same queue and code path as in chat, answered by this process' own workers under a private prefix. */
import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type App, startApp } from "../app.ts";
import { parseCommand } from "../commands/grammar.ts";
import { policyLine } from "../commands/whatif/pasted.ts";
import { type Config, checkConfig, loadConfig } from "../config.ts";
import { BotError } from "../errors.ts";
import type { ScenarioName } from "../lab/world/world.ts";
import { createLog } from "../log.ts";
import type { AnswerDocument, Delivery } from "../message/delivery.ts";
import { renderSlack } from "../platforms/slack/render.ts";
import { renderCard } from "../platforms/teams/render.ts";
import { renderTerminal } from "../platforms/terminal/render.ts";
import { mostText, readPolicies } from "../policy/document/read.ts";
import { writePictures } from "./ask-pictures.ts";
import { scenariosOption } from "./scenario.ts";
import { textOption, UsageError, type VerbInput } from "./verb.ts";

export const exitCodes = { answered: 0, failed: 1, wrong: 2, partly: 3 } as const;

/** Each format, and what the answer is called in the --out folder. */
const outFiles = {
  text: "answer.txt",
  json: "answer.json",
  slack: "slack.json",
  teams: "teams.json",
  lines: "lines.txt",
} as const;
type Format = keyof typeof outFiles;

export async function ask(input: VerbInput): Promise<number> {
  const command = withPolicies(input.words.join(" "), textOption(input, "policy"));
  if (input.words.length === 0) throw new UsageError('ask needs a command: ask "drops deathstar"');
  const format = textOption(input, "format") ?? "text";
  if (!isFormat(format)) throw new UsageError(`--format is one of ${Object.keys(outFiles).join(", ")}`);
  const out = textOption(input, "out");
  const flowsFile = textOption(input, "flows");

  const site = findSite(input);
  // A mistake is told before anything is started for it.
  const parsed = parseCommand(command, {
    clusters: site.clusters,
    defaultCluster: site.clusters[0] ?? "",
    typed: true,
  });
  if (!parsed.ok) {
    process.stderr.write(`${parsed.say}\n`);
    return exitCodes.wrong;
  }
  await using ground = await site.open();
  const config = privatePrefix(ground.config);
  const log = createLog(process.env["DEBUG"] ? "debug" : "silent");
  const app = await startApp({ config, role: "all", log, ...(flowsFile && { flowsFile }) });
  let connected = false;
  try {
    await app.connected(5_000);
    connected = true;
    const outcome = await askOnce(app, command);
    if (outcome.status !== "answered") {
      process.stderr.write(`${outcome.say}\n`);
      return exitCodes[outcome.status];
    }
    const { delivery } = outcome;
    const text = printed(delivery, format);
    process.stdout.write(text);
    if (out) {
      mkdirSync(out, { recursive: true });
      writeFileSync(join(out, outFiles[format]), text);
      if (ground.ledger && delivery.answer?.window) {
        writeFileSync(join(out, "ledger.json"), `${JSON.stringify(ground.ledger(delivery.answer.window), null, 2)}\n`);
      }
      const shown = [delivery.message, ...(delivery.answer?.details ?? [])];
      await writePictures(shown, out, (line) => process.stderr.write(`${line}\n`));
    }
    await takeFiles(app, delivery.answer, out);
    return exitCode(delivery.answer);
  } finally {
    await app.close();
    if (connected) await forgetKeys(config);
  }
}

/** The file's text behind the command, as people paste it. */
function withPolicies(command: string, file: string | undefined): string {
  if (file === undefined) return command;
  if (!/^\s*whatif\b/.test(command)) throw new UsageError("--policy is for whatif: ask --policy FILE whatif");
  const documents = readPolicies(readSome(file));
  if (!documents.ok) throw new UsageError(`${file}: ${documents.say}`);
  return `${command} \`\`\`\n${policyLine(documents, "")}\n\`\`\``;
}

/** No more than is told to be too much. */
function readSome(file: string): string {
  try {
    const descriptor = openSync(file, "r");
    try {
      const body = Buffer.alloc(mostText + 1);
      return body.toString("utf8", 0, readSync(descriptor, body));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new UsageError(`--policy: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What goes along with an answer: into the folder, or a line on how to get it. */
async function takeFiles(app: App, answer: AnswerDocument | null, out: string | undefined): Promise<void> {
  for (const { id, name } of answer?.files ?? []) {
    if (out === undefined) {
      process.stderr.write(`${name} was not kept: add --out DIR, and it is written there.\n`);
      continue;
    }
    const file = await app.file(id);
    if (!file) throw new BotError("INTERNAL", `the file of ${name} is gone`, { say: `${name} is no longer there.` });
    writeFileSync(join(out, basename(name)), file.body);
  }
}

export type AskOutcome =
  | { readonly status: "answered"; readonly delivery: Delivery }
  | { readonly status: "wrong" | "failed"; readonly say: string };

/** Waits for the answer a little beyond the command's own deadline: afterwards something is broken, and that is said. */
export async function askOnce(app: App, text: string): Promise<AskOutcome> {
  const session = app.openTerminal();
  try {
    const { conversation } = session;
    const dispatched = await app.dispatch({
      key: `terminal:${randomUUID()}`,
      conversation,
      text,
      askedAt: app.now(),
      clusters: app.clusters,
      visible: {},
      place: {},
      repeats: false,
      patienceMs: 5_000,
    });
    if (dispatched.status === "refused") return { status: "wrong", say: dispatched.say };
    if (dispatched.status === "not_taken") return { status: "failed", say: dispatched.say };
    const delivery = await session.next(dispatched.deadlineAt - Date.now() + 5_000);
    return delivery
      ? { status: "answered", delivery }
      : {
          status: "failed",
          say: "No answer came by the command's deadline: is Redis still there, and does a worker run?",
        };
  } finally {
    await session.close();
  }
}

function isFormat(format: string): format is Format {
  return Object.hasOwn(outFiles, format);
}

function printed(delivery: Delivery, format: Format): string {
  const { answer, message } = delivery;
  const all = [message, ...(answer?.details ?? [])];
  if (format === "text") return all.map((one) => renderTerminal(one, terminalShape())).join("\n");
  if (format === "json") return `${JSON.stringify(answer, null, 2)}\n`;
  if (format === "lines") return linesOf(delivery);
  // Nobody presses these buttons: no command is stored under their values.
  let buttons = 0;
  const actionValue = () => `button-${++buttons}`;
  if (format === "teams") {
    const cards = all.map((one) => {
      const looks = one.blocks.map(() => ({ native: true }));
      return renderCard(one, { actionValue, looks }).card;
    });
    return oneOrAll(cards);
  }
  return oneOrAll(
    all.map((one) => {
      const { text, blocks } = renderSlack(one, { actionValue });
      return { text, blocks };
    }),
  );
}

/** An answer with details is a list: the message in the channel, and those in its thread. */
function oneOrAll(shown: readonly unknown[]): string {
  return `${JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}\n`;
}

/** One line per flow. An answer that lists none says on standard error what it is. */
function linesOf({ answer, message }: Delivery): string {
  const { lines } = (answer?.result ?? {}) as { readonly lines?: readonly string[] };
  if (lines === undefined) process.stderr.write(`${message.title}. Only observe lists flows as lines.\n`);
  return (lines ?? []).map((line) => `${line}\n`).join("");
}

/** Answered, but a configured source failed or was late: 3. One that is not configured changes nothing. */
export function exitCode(answer: AnswerDocument | null): number {
  if (answer === null) return exitCodes.failed;
  return answer.sources.some(({ status }) => status === "failed" || status === "late")
    ? exitCodes.partly
    : exitCodes.answered;
}

/** Colour and width for standard output: none when it is a file or a pipe. */
export function terminalShape(): { readonly width: number; readonly color: boolean } {
  const color = process.env["NO_COLOR"]
    ? false
    : process.stdout.isTTY === true || process.env["FORCE_COLOR"] !== undefined;
  return { width: Math.min(Math.max(process.stdout.columns ?? 80, 40), 120), color };
}

interface Ground extends AsyncDisposable {
  readonly config: Config;
  readonly ledger?: (window: { readonly from: string; readonly to: string }) => unknown;
}

interface Site {
  readonly clusters: readonly string[];
  open(): Promise<Ground>;
}

/** A configuration file, a lab of its own, or (for a file of flows alone) just a Redis. */
function findSite(input: VerbInput): Site {
  const file = textOption(input, "config");
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const scenarios = scenariosOption(input);
  if (scenarios.length > 0 && !input.options["lab"]) throw new UsageError("--scenario is deployed in a lab: add --lab");
  if (file && input.options["lab"]) throw new UsageError("choose one: --config FILE or --lab");
  if (file) {
    const config = loadConfig(file, process.env);
    const open = async () => ({ config, async [Symbol.asyncDispose]() {} });
    return { clusters: config.clusters.map((cluster) => cluster.name), open };
  }
  if (input.options["lab"]) return { clusters: ["lab"], open: () => openLab(say, scenarios) };
  if (input.options["flows"]) return { clusters: ["file"], open: () => openRedis(say) };
  throw new UsageError("say where to ask: --config FILE, --lab, or --flows FILE");
}

async function openLab(say: (line: string) => void, scenarios: readonly ScenarioName[]): Promise<Ground> {
  const { startLab } = await import("../lab/start.ts");
  const lab = await startLab({ say, scenarios });
  return {
    config: checkConfig(lab.config(), "the lab's configuration"),
    ledger: ({ from, to }) => lab.world.ledger(Date.parse(from), Date.parse(to)),
    [Symbol.asyncDispose]: () => lab.close(),
  };
}

async function openRedis(say: (line: string) => void): Promise<Ground> {
  const [{ findProgram }, { startRedis }] = await Promise.all([
    import("../lab/programs/find.ts"),
    import("../lab/programs/redis.ts"),
  ]);
  const redis = await startRedis(await findProgram("redis-server", { say }));
  return {
    config: checkConfig({ redis: { url: redis.url }, clusters: [{ name: "file" }] }),
    [Symbol.asyncDispose]: () => redis.close(),
  };
}

/** No running service takes our jobs and we take none of its. */
function privatePrefix(config: Config): Config {
  const prefix = config.redis.prefix.replace(/\}$/, `.ask-${randomUUID().slice(0, 8)}}`);
  return { ...config, redis: { ...config.redis, prefix } };
}

/** The private prefix leaves nothing behind in a shared Redis. */
async function forgetKeys(config: Config): Promise<void> {
  const { closeRedis, connectWaiting } = await import("../store/redis.ts");
  const redis = connectWaiting(config.redis.url, () => undefined);
  const work = (async () => {
    for await (const keys of redis.scanStream({ match: `${config.redis.prefix}:*`, count: 500 })) {
      if ((keys as string[]).length > 0) await redis.unlink(...(keys as string[]));
    }
  })();
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, 2_000);
  });
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
  await closeRedis(redis);
}

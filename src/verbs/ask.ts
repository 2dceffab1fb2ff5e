/** `ask "<command>"`: one command through the same queue and code path as in chat, answered by this process' own workers under a private prefix. */
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type App, startApp } from "../app.ts";
import { parseCommand } from "../commands/grammar.ts";
import { type Config, checkConfig, loadConfig } from "../config.ts";
import { createLog } from "../log.ts";
import type { AnswerDocument, Delivery } from "../message/delivery.ts";
import { renderSlack } from "../platforms/slack/render.ts";
import { renderTerminal } from "../platforms/terminal/render.ts";
import { textOption, UsageError, type VerbInput } from "./verb.ts";

export const exitCodes = { answered: 0, failed: 1, wrong: 2, partly: 3 } as const;

/** Each format, and what the answer is called in the --out folder. */
const outFiles = { text: "answer.txt", json: "answer.json", slack: "slack.json" } as const;
type Format = keyof typeof outFiles;

export async function ask(input: VerbInput): Promise<number> {
  const command = input.words.join(" ");
  if (input.words.length === 0) throw new UsageError('ask needs a command: ask "drops deathstar"');
  const format = textOption(input, "format") ?? "text";
  if (!isFormat(format)) throw new UsageError(`--format is one of ${Object.keys(outFiles).join(", ")}`);
  const out = textOption(input, "out");
  const flowsFile = textOption(input, "flows");

  const site = findSite(input);
  // A mistake is told before anything is started for it.
  const parsed = parseCommand(command, { clusters: site.clusters, defaultCluster: site.clusters[0] ?? "" });
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
    }
    return exitCode(delivery.answer);
  } finally {
    await app.close();
    if (connected) await forgetKeys(config);
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

function printed({ answer, message }: Delivery, format: Format): string {
  if (format === "text") return renderTerminal(message, terminalShape());
  if (format === "json") return `${JSON.stringify(answer, null, 2)}\n`;
  // Nobody presses these buttons: no command is stored under their values.
  let buttons = 0;
  const { text, blocks } = renderSlack(message, { actionValue: () => `button-${++buttons}` });
  return `${JSON.stringify({ text, blocks }, null, 2)}\n`;
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
  if (file && input.options["lab"]) throw new UsageError("choose one: --config FILE or --lab");
  if (file) {
    const config = loadConfig(file, process.env);
    const open = async () => ({ config, async [Symbol.asyncDispose]() {} });
    return { clusters: config.clusters.map((cluster) => cluster.name), open };
  }
  if (input.options["lab"]) return { clusters: ["lab"], open: () => openLab(say) };
  if (input.options["flows"]) return { clusters: ["file"], open: () => openRedis(say) };
  throw new UsageError("say where to ask: --config FILE, --lab, or --flows FILE");
}

async function openLab(say: (line: string) => void): Promise<Ground> {
  const { startLab } = await import("../lab/start.ts");
  const lab = await startLab({ say });
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

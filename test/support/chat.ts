/** The whole way for a test: people in a Slack on the loopback, the program as its own processes, the lab as its cluster. */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Lab, startLab } from "../../src/lab/start.ts";
import { commandId } from "../../src/queue/dispatch.ts";
import { collect, start } from "./cli.ts";
import type { SlackOptions } from "./slack/options.ts";
import { type Slack, startSlack } from "./slack/start.ts";
import type { Message } from "./slack/state/messages.ts";
import type { Channel, User } from "./slack/state/workspace.ts";

export const team = "T0000000001";

export interface BotProcess {
  readonly child: ChildProcess;
  /** Where Slack reaches it over HTTP; empty in Socket Mode. */
  readonly events: string;
  readonly admin: string;
  log(): string;
  /** Ends it and waits for that. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface Chat<Cluster = Lab> extends AsyncDisposable {
  readonly slack: Slack;
  readonly lab: Cluster;
  /** Bound to everything; the bot and both people have joined. */
  readonly incidents: Channel;
  /** Bound, but the bot has not joined. */
  readonly outside: Channel;
  /** Joined, but not bound. */
  readonly unbound: Channel;
  readonly alice: User;
  readonly bob: User;
  readonly secrets: Readonly<Record<"signingSecret" | "botToken" | "appToken", string>>;
  /** Another process of the program; all of them are stopped at the end. */
  startBot(options?: BotOptions): Promise<BotProcess>;
  /** Everything that all processes have logged. */
  logs(): string;
}

export interface BotOptions {
  readonly role?: "all" | "gateway" | "worker";
  /** Laid over the configuration, section by section. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** False: do not wait until it is ready, only until it listens. */
  readonly ready?: boolean;
}

export interface ChatOptions {
  readonly mode: "http" | "socket";
  readonly slack?: Partial<SlackOptions>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** As much of a cluster as a configuration needs. */
type Cluster = Pick<Lab, "close"> & { config(): object };

export function startChat(options: ChatOptions): Promise<Chat> {
  return startChatWith(() => startLab({ say: () => undefined }), options);
}

export async function startChatWith<L extends Cluster>(
  startCluster: () => Promise<L>,
  { mode, slack: slackOptions, config: extra = {} }: ChatOptions,
): Promise<Chat<L>> {
  const random = () => randomBytes(12).toString("hex");
  const secrets = { signingSecret: random(), botToken: `xoxb-${random()}`, appToken: `xapp-${random()}` };
  const slack = await startSlack({ ...secrets, team, ...slackOptions });
  const lab = await startCluster();
  const [alice, bob] = [slack.workspace.addUser({ name: "alice" }), slack.workspace.addUser({ name: "bob" })];
  const members = [alice.id, bob.id];
  const incidents = slack.workspace.addChannel({ name: "incidents", members });
  const outside = slack.workspace.addChannel({ name: "outside", members, bot: false });
  const unbound = slack.workspace.addChannel({ name: "unbound", members });
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-chat-"));
  const keyFile = join(directory, "artifacts.key");
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const bots: BotProcess[] = [];
  const everything = { clusters: ["*"], namespaces: ["*"], commands: ["*"] };
  const config = {
    ...lab.config(),
    log: { level: "info" },
    http: { host: "127.0.0.1", port: 0, adminPort: 0, publicUrl: "http://127.0.0.1:1" },
    artifacts: { keyFile },
    slack: { mode, ...secrets, apiUrl: slack.apiUrl },
    channels: [`slack:${incidents.id}`, `slack:${outside.id}`, "slack:dm"].map((match) => ({ match, ...everything })),
    contact: "#platform",
    access: { perPerson: { burst: 1_000, perMinute: 6_000 } },
    ...extra,
  };

  async function startBot({ role = "all", config: own = {}, ready = true }: BotOptions = {}): Promise<BotProcess> {
    const file = join(directory, `config-${bots.length}.yaml`);
    writeFileSync(file, stringify({ ...config, ...own }), { mode: 0o600 });
    const child = start("serve", "--role", role, "--config", file);
    const log = collect(child.stderr);
    const bot: BotProcess = {
      child,
      log,
      get events() {
        return `${field(log(), "public") ?? ""}/slack/events`;
      },
      get admin() {
        return field(log(), "admin") ?? "";
      },
      async stop(signal = "SIGTERM") {
        if (child.exitCode === null && child.signalCode === null) {
          const gone = new Promise((resolve) => child.once("exit", resolve));
          child.kill(signal);
          await gone;
        }
        return child.exitCode;
      },
    };
    bots.push(bot);
    const has = (text: string) => log().includes(text);
    await waitFor(() => has('"msg":"listening"') || child.exitCode !== null, 60_000, log);
    if (child.exitCode !== null) throw new Error(`the program ended: ${log()}`);
    if (ready) await waitFor(async () => (await fetch(`${bot.admin}/readyz`)).ok, 60_000, log);
    return bot;
  }

  return {
    ...{ slack, lab, incidents, outside, unbound, alice, bob, secrets, startBot },
    logs: () => bots.map((bot) => bot.log()).join("\n"),
    async [Symbol.asyncDispose]() {
      await Promise.all(bots.map((bot) => bot.stop("SIGKILL")));
      await slack.close();
      await lab.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The messages about the command or mention with this trigger_id or event_id. */
export function about(slack: Slack, channel: Channel, key: string): Message[] {
  const subject = commandId(`slack:${team}:${key}`);
  return slack.messages(channel).filter((message) => message.metadata?.event_payload["subject"] === subject);
}

/** The answer to it, once it stands in the channel. */
export async function answerTo(slack: Slack, channel: Channel, key: string, ms = 20_000): Promise<Message> {
  const found = () => about(slack, channel, key).find((message) => !isPlaceholder(message));
  await waitFor(
    () => found() !== undefined,
    ms,
    () => JSON.stringify(slack.messages(channel), null, 1),
  );
  return found() as Message;
}

export function isPlaceholder(message: Message): boolean {
  return message.text.includes("Working on:");
}

/** Polls until it holds; `why` is what the error shows. */
export async function waitFor(
  holds: () => boolean | Promise<boolean>,
  ms: number,
  why: () => string = () => "",
): Promise<void> {
  const until = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`it did not happen within ${ms} ms: ${why().slice(-4_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A field of the line that says where the program listens. */
function field(log: string, name: string): string | undefined {
  const line = log.split("\n").find((text) => text.includes('"msg":"listening"'));
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, string>)[name];
}

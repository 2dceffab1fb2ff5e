/** The whole way for a test: people in a Teams on the loopback, the program as its own processes, the lab as its cluster. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Lab, startLab } from "../../../src/lab/start.ts";
import { type BotOptions, type BotProcess, waitFor } from "../chat.ts";
import { collect, start } from "../cli.ts";
import { startTeams, type Teams } from "./start.ts";
import { type Conversation, type Message, textOf } from "./state.ts";

export interface TeamsChat extends AsyncDisposable {
  readonly teams: Teams;
  readonly lab: Lab;
  /** Bound to everything. */
  readonly personal: Conversation;
  readonly group: Conversation;
  readonly channel: Conversation;
  /** Nothing may be asked there. */
  readonly unbound: Conversation;
  readonly appPassword: string;
  /** Another process of the program; all of them are stopped at the end. */
  startBot(options?: TeamsBotOptions): Promise<BotProcess>;
  /** Everything that all processes have logged. */
  logs(): string;
}

export type TeamsBotOptions = Pick<BotOptions, "role" | "config">;

export async function startTeamsChat(extra: Readonly<Record<string, unknown>> = {}): Promise<TeamsChat> {
  const appPassword = `canary~${randomBytes(20).toString("hex")}`;
  const teams = await startTeams({ appId: randomUUID(), appPassword, tenant: randomUUID() });
  const lab = await startLab({ say: () => undefined });
  const [personal, group, channel, unbound] = [
    teams.addConversation("personal"),
    teams.addConversation("groupChat"),
    teams.addConversation("channel"),
    teams.addConversation("channel"),
  ] as const;
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-teams-"));
  const keyFile = join(directory, "artifacts.key");
  writeFileSync(keyFile, randomBytes(32), { mode: 0o600 });
  const everything = { clusters: ["*"], namespaces: ["*"], commands: ["*"] };
  const config = {
    ...lab.config(),
    log: { level: "info" },
    http: { host: "127.0.0.1", port: 0, adminPort: 0, publicUrl: "http://127.0.0.1:1" },
    artifacts: { keyFile },
    teams: teams.config,
    channels: [`teams:${group.id}`, `teams:${channel.id}`, "teams:dm"].map((match) => ({ match, ...everything })),
    contact: "#platform",
    access: { perPerson: { burst: 1_000, perMinute: 6_000 } },
    ...extra,
  };
  const bots: BotProcess[] = [];

  async function startBot({ role = "all", config: own = {} }: TeamsBotOptions = {}): Promise<BotProcess> {
    const file = join(directory, `config-${bots.length}.yaml`);
    writeFileSync(file, stringify({ ...config, ...own }), { mode: 0o600 });
    const child = start("serve", "--role", role, "--config", file);
    const log = collect(child.stderr);
    const field = (name: string) => {
      const line = log()
        .split("\n")
        .find((text) => text.includes('"msg":"listening"'));
      return line === undefined ? "" : ((JSON.parse(line) as Record<string, string>)[name] ?? "");
    };
    const bot: BotProcess = {
      child,
      log,
      get events() {
        return `${field("public")}/api/messages`;
      },
      get admin() {
        return field("admin");
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
    await waitFor(() => field("admin") !== "" || child.exitCode !== null, 60_000, log);
    if (child.exitCode !== null) throw new Error(`the program ended: ${log()}`);
    await waitFor(async () => (await fetch(`${bot.admin}/readyz`)).ok, 60_000, log);
    return bot;
  }

  return {
    ...{ teams, lab, personal, group, channel, unbound, appPassword, startBot },
    logs: () => bots.map((bot) => bot.log()).join("\n"),
    async [Symbol.asyncDispose]() {
      await Promise.all(bots.map((bot) => bot.stop("SIGKILL")));
      await teams[Symbol.asyncDispose]();
      await lab.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Posted, and not an answer yet. */
export function isUnderway(message: Message): boolean {
  return /Working on: |The answer follows\.|More follows in this message\./.test(textOf(message));
}

/** The first message that the predicate holds for, once it is an answer. */
export async function answerIn(
  teams: Teams,
  conversation: Conversation,
  holds: (message: Message) => boolean = () => true,
): Promise<Message> {
  const found = () => teams.messages(conversation).find((message) => !isUnderway(message) && holds(message));
  await waitFor(
    () => found() !== undefined,
    20_000,
    () => teams.messages(conversation).map(textOf).join("\n---\n"),
  );
  return found() as Message;
}

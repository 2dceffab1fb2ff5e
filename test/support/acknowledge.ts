/** How fast requests are acknowledged while something is broken, and whether what was said comes true. */
import { type BotOptions, type BotProcess, type Chat as ChatOf, startChatWith, waitFor } from "./chat.ts";
import { type DurableRedis, startDurableRedis } from "./durable-redis.ts";
import { type LabProcess, startLabProcess } from "./lab-process.ts";
import { startProxy, type Wiring } from "./proxy.ts";
import { quantile } from "./quantile.ts";
import type { Attempt } from "./slack/inbound/delivery.ts";

type Chat = ChatOf<LabProcess>;

export const troubles = [
  "none",
  "redis restarts",
  "redis is half-open",
  "sources hang",
  // The last: it starts the program anew.
  "redis is absent at start",
] as const;
export type Trouble = (typeof troubles)[number];

export interface Acknowledged {
  readonly trouble: Trouble;
  readonly asked: number;
  readonly working: number;
  readonly notTaken: number;
  /** Acknowledged too late for Slack, not at all, or with something else. */
  readonly neither: number;
  /** Milliseconds until the acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Told "working" and answered not once; told "not taken" and answered. */
  readonly broken: number;
}

/** `count` requests, one each `everyMs`; the trouble begins after a quarter of them and ends after three quarters. */
interface Pace {
  readonly count: number;
  readonly everyMs: number;
}

/** Each trouble in turn, over the same lab and Slack. Whether what was said came true is looked at when all are over. */
export async function acknowledgeUnder(paceOf: (trouble: Trouble) => Pace): Promise<Acknowledged[]> {
  await using redis = await startDurableRedis();
  await using proxy = await startProxy({ host: "127.0.0.1", port: redis.port });
  const everything = { clusters: ["*"], namespaces: ["*"], commands: ["*"] };
  await using chat = await startChatWith(startLabProcess, {
    mode: "http",
    config: {
      redis: { url: `redis://127.0.0.1:${proxy.port}` },
      channels: [{ match: "slack:*", ...everything }],
    },
  });
  const ground = { redis, proxy, chat };
  const rounds: Round[] = [];
  let bot: BotProcess | undefined;
  for (const trouble of troubles) {
    if (trouble === "redis is absent at start") {
      await bot?.stop();
      proxy.set("cut");
      bot = await listening(chat, { ready: false });
      await waitFor(() => bot?.log().includes("known to Slack") === true, 10_000);
    } else if (bot === undefined) {
      bot = await listening(chat, { ready: true });
      await warmUp(chat);
    }
    rounds.push(await asked(trouble, ground, paceOf(trouble)));
  }
  return await settled(rounds, chat);
}

/** What one trouble's requests were told. */
interface Round {
  readonly trouble: Trouble;
  /** Milliseconds until each acknowledgement. */
  readonly times: readonly number[];
  readonly said: ReadonlyMap<string, "working" | "not taken" | "neither">;
}

async function listening(chat: Chat, options: BotOptions): Promise<BotProcess> {
  const bot = await chat.startBot(options);
  chat.slack.deliverTo({ url: bot.events });
  return bot;
}

async function asked(trouble: Trouble, ground: Ground, { count, everyMs }: Pace): Promise<Round> {
  const { slack, incidents: channel } = ground.chat;
  const people = Array.from({ length: count }, (_, at) => slack.workspace.addUser({ name: `${trouble} ${at}` }));
  const before = slack.acks().length;
  const asked: Promise<unknown>[] = [];
  let changing: Promise<void> = Promise.resolve();
  for (const [at, user] of people.entries()) {
    if (at === Math.floor(count / 4)) changing = begin(trouble, ground);
    if (at === Math.floor((count * 3) / 4)) changing = changing.then(() => end(trouble, ground));
    const text = trouble === "sources hang" ? "drops deathstar --private" : "help --private";
    asked.push(slack.slashCommand({ text, user, channel }));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await Promise.all([changing, ...asked]);
  const acks = slack.acks().slice(before);
  return {
    trouble,
    times: acks.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY),
    said: new Map(people.map(({ id }, at) => [id, saidBy(acks[at])])),
  };
}

interface Ground {
  readonly redis: DurableRedis;
  readonly proxy: Wiring;
  readonly chat: Chat;
}

async function begin(trouble: Trouble, { redis, proxy, chat }: Ground): Promise<void> {
  if (trouble === "redis restarts") await redis.kill();
  // First only replies are held back: what was stored unseen is the hard case.
  if (trouble === "redis is half-open") {
    proxy.set("replies held");
    await new Promise((resolve) => setTimeout(resolve, 300));
    proxy.set("silent");
  }
  if (trouble === "sources hang") await chat.lab.setHang(true);
}

async function end(trouble: Trouble, { redis, proxy, chat }: Ground): Promise<void> {
  if (trouble === "redis restarts") await redis.start();
  if (trouble === "redis is half-open" || trouble === "redis is absent at start") proxy.set("open");
  if (trouble === "sources hang") await chat.lab.setHang(false);
}

/** A process that has just started compiles what it runs; one that has answered a few questions is what people meet. On a busy machine it takes not all of them. */
async function warmUp({ slack, incidents: channel, alice: user, logs }: Chat): Promise<void> {
  const answers = () => slack.ephemerals().filter(({ via }) => via === "response_url").length;
  for (const text of ["help --private", ...Array<string>(10).fill("drops deathstar --private")]) {
    const before = answers();
    await slack.slashCommand({ text, user, channel });
    if (saidBy(slack.acks().at(-1)) === "working") await waitFor(() => answers() > before, 20_000, logs);
  }
}

async function settled(rounds: readonly Round[], { slack, logs }: Chat): Promise<Acknowledged[]> {
  const answers = (person: string) =>
    slack.ephemerals().filter(({ user, via }) => user === person && via === "response_url").length;
  const told = ({ said }: Round, what: string) => [...said].filter(([, is]) => is === what).map(([person]) => person);
  const working = rounds.flatMap((round) => told(round, "working"));
  await waitFor(() => working.every((person) => answers(person) > 0), 60_000, logs);
  // As long as a worker waits for what a person was told, and a little longer.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  return rounds.map((round) => ({
    trouble: round.trouble,
    asked: round.said.size,
    working: told(round, "working").length,
    notTaken: told(round, "not taken").length,
    neither: told(round, "neither").length,
    p50: quantile(round.times, 50),
    p99: quantile(round.times, 99),
    max: Math.max(...round.times),
    broken: [...round.said].filter(([person, is]) => answers(person) !== (is === "working" ? 1 : 0)).length,
  }));
}

function saidBy(attempt: Readonly<Attempt> | undefined): "working" | "not taken" | "neither" {
  if (attempt?.outcome !== "acked") return "neither";
  if (attempt.body.includes("Working on it: ")) return "working";
  return attempt.body.includes("nothing was started") ? "not taken" : "neither";
}

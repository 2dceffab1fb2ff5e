/** How fast requests are acknowledged while something is broken, and whether what was said comes true. */
import { type BotProcess, type Chat as ChatOf, startChatWith, waitFor } from "./chat.ts";
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
  "redis is absent at start",
  "sources hang",
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
export async function acknowledgeUnder(trouble: Trouble, count: number, everyMs: number): Promise<Acknowledged> {
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
  const absent = trouble === "redis is absent at start";
  if (absent) proxy.set("cut");
  const bot = await chat.startBot({ ready: !absent });
  chat.slack.deliverTo({ url: bot.events });
  if (absent) await waitFor(() => bot.log().includes("known to Slack"), 10_000);
  else await warmUp(chat);

  const people = Array.from({ length: count }, (_, at) => chat.slack.workspace.addUser({ name: `person-${at}` }));
  const before = chat.slack.acks().length;
  const asked: Promise<unknown>[] = [];
  let changing: Promise<void> = Promise.resolve();
  for (const [at, user] of people.entries()) {
    if (at === Math.floor(count / 4)) changing = begin(trouble, { redis, proxy, chat });
    if (at === Math.floor((count * 3) / 4)) changing = changing.then(() => end(trouble, { redis, proxy, chat }));
    const text = trouble === "sources hang" ? "drops deathstar --private" : "help --private";
    asked.push(chat.slack.slashCommand({ text, user, channel: chat.incidents }));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await Promise.all([changing, ...asked]);
  return await settled(
    trouble,
    chat,
    bot,
    before,
    people.map(({ id }) => id),
  );
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

/** A process that has just started compiles what it runs; one that has answered a few questions is what people meet. */
async function warmUp({ slack, incidents: channel, alice: user }: Chat): Promise<void> {
  const answers = () => slack.ephemerals().filter(({ via }) => via === "response_url").length;
  for (const [at, text] of ["help --private", ...Array<string>(10).fill("drops deathstar --private")].entries()) {
    await slack.slashCommand({ text, user, channel });
    await waitFor(() => answers() > at, 20_000);
  }
}

async function settled(
  trouble: Trouble,
  { slack }: Chat,
  bot: BotProcess,
  before: number,
  people: readonly string[],
): Promise<Acknowledged> {
  const acks = slack.acks().slice(before);
  const said = new Map(people.map((person, at) => [person, saidBy(acks[at])]));
  const answers = (person: string) =>
    slack.ephemerals().filter(({ user, via }) => user === person && via === "response_url").length;
  const told = (what: string) => people.filter((person) => said.get(person) === what);
  await waitFor(() => told("working").every((person) => answers(person) > 0), 60_000, bot.log);
  // As long as a worker waits for what a person was told, and a little longer.
  await new Promise((resolve) => setTimeout(resolve, 7_000));
  const times = acks.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
  return {
    trouble,
    asked: people.length,
    working: told("working").length,
    notTaken: told("not taken").length,
    neither: told("neither").length,
    p50: quantile(times, 50),
    p99: quantile(times, 99),
    max: Math.max(...times),
    broken: people.filter((person) => answers(person) !== (said.get(person) === "working" ? 1 : 0)).length,
  };
}

function saidBy(attempt: Readonly<Attempt> | undefined): "working" | "not taken" | "neither" {
  if (attempt?.outcome !== "acked") return "neither";
  if (attempt.body.includes("Working on it: ")) return "working";
  return attempt.body.includes("nothing was started") ? "not taken" : "neither";
}

/**
 * A burst of alerts while a third of Slack's replies is a 429 or lost and processes are killed with -9. 100 groups and one kill unless ALERTS and KILLS say more; with several
 * kills Redis is killed once too, and started again with what it had written. What got no 2xx is sent again, as Alertmanager does.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { freePort } from "../../src/lab/programs/start.ts";
import { createDeliveryLog, type DeliveryCounts } from "../../src/store/delivery-log.ts";
import { closeRedis, connectProducer, waitForRedis } from "../../src/store/redis.ts";
import { payload } from "../alerts/payloads.ts";
import { randomFrom } from "../fixtures/random.ts";
import { type BotProcess, startChat, team, waitFor } from "../support/chat.ts";
import { startDurableRedis } from "../support/durable-redis.ts";
import { lossy } from "../support/slack/faults.ts";

const groups = Number(process.env["ALERTS"] ?? 100);
const kills = Number(process.env["KILLS"] ?? 1);
const seed = Number(process.env["SEED"] ?? 1);
const stormAbove = 10;

test(`${groups} groups twice, ${kills} kills: each is represented once, in at most ${stormAbove + 1} first messages`, async () => {
  await using chat = await startChat({ mode: "http" });
  await using durable = kills > 1 ? await startDurableRedis() : undefined;
  const redis = { ...chat.lab.config().redis, ...(durable && { url: `redis://127.0.0.1:${durable.port}` }) };
  const token = randomBytes(20).toString("hex");
  const start = async (): Promise<{ readonly bot: BotProcess; readonly url: string }> => {
    const port = await freePort();
    const http = { host: "127.0.0.1", port, adminPort: 0 };
    const routes = [{ channel: `slack:${chat.incidents.id}` }];
    const bot = await chat.startBot({ config: { http, redis, artifacts: {}, alerts: { token, routes, stormAbove } } });
    return { bot, url: `http://127.0.0.1:${port}/alertmanager` };
  };
  let alive = [await start(), await start()];
  chat.slack.deliverTo({ url: alive[0]?.bot.events ?? "" });
  const random = randomFrom(seed);
  const began = Date.now();
  const peaks: number[] = [];
  const figures = { groups, kills, sent: 0, repeated: 0, strays: 0 };

  /** Until it is taken: by whichever of them answers. */
  const send = async (body: string): Promise<void> => {
    for (;;) {
      figures.sent++;
      const to = random.pick(alive).url;
      const headers = { authorization: `Bearer ${token}` };
      const status = await fetch(to, { method: "POST", headers, body }).then(
        (response) => response.status,
        () => 503,
      );
      if (status === 200) return;
      expect(status).toBe(503);
      figures.repeated++;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const startsAt = Date.now() - 60_000;
  const bodies = (status: "firing" | "resolved", some: readonly number[]) =>
    some.map((n) => {
      const labels = { alertname: `A${n % 5}`, namespace: `ns-${n % 7}`, pod: `p${n}` };
      return JSON.stringify(
        payload({ groupKey: `g${n}`, alerts: [{ labels, status, startsAt, endsAt: startsAt + 30_000 }] }),
      );
    });
  const all = Array.from({ length: groups }, (_, n) => n);

  const calm = chat.slack.faults.add(lossy(seed));
  const burst = Promise.all([...bodies("firing", all), ...bodies("firing", all)].map(send));
  for (let kill = 0; kill < kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 300 + random.below(1_200)));
    const [victim, ...others] = alive;
    const replacement = await start();
    alive = [...others, replacement];
    peaks.push(peakOf(victim?.bot));
    await victim?.bot.stop("SIGKILL");
    if (kill !== 1) continue;
    await durable?.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await durable?.start();
  }
  await burst;
  await Promise.all(bodies("resolved", all.slice(0, groups / 2)).map(send));
  calm();

  const roots = () => chat.slack.messages(chat.incidents).filter(({ ts, threadTs }) => (threadTs ?? ts) === ts);
  const storm = () => roots().filter(({ text }) => text.includes("Alert storm"));
  const incidents = () => roots().filter(({ text }) => /Firing|Resolved/.test(text) && !text.includes("storm"));
  const inStorm = () => /(\d+) groups of alerts, (\d+) firing, (\d+) resolved/.exec(storm()[0]?.text ?? "") ?? [];
  const count = (word: RegExp) => incidents().filter(({ text }) => word.test(text)).length;
  const firing = () => Number(inStorm()[2]) + count(/Firing/);
  const resolved = () => Number(inStorm()[3]) + count(/Resolved/);
  const why = () =>
    JSON.stringify([inStorm()[0], roots().map(({ text }) => text.slice(0, 60)), chat.logs().slice(-1_500)]);
  await waitFor(() => firing() === groups - groups / 2 && resolved() === groups / 2, 90_000, why);
  const subjects = roots().map(({ metadata }) => metadata?.event_payload["subject"]);
  const strays = subjects.length - new Set(subjects).size;
  const calls = chat.slack.calls();
  const spoilt = calls.filter(({ fault }) => fault !== null).length;
  const seconds = (Date.now() - began) / 1_000;
  peaks.push(...alive.map(({ bot }) => peakOf(bot)));
  const peakMb = Math.max(...peaks);
  const ledger = await ledgerOf(String(redis.url), `slack:${team}/${chat.incidents.id}`);
  process.stdout.write(
    `${JSON.stringify({ ...figures, strays, roots: roots().length, calls: calls.length, spoilt, seconds, peakMb })}\n${JSON.stringify(ledger)}\n`,
  );

  expect(storm()).toHaveLength(1);
  expect(incidents().length).toBeLessThanOrEqual(stormAbove);
  expect(strays).toBe(0);
  const { stored, sent, merged, givenUp, pending, parked, alerts } = ledger;
  expect(sent + merged + givenUp + pending).toBe(stored);
  expect([givenUp, parked]).toEqual([0, null]);
  // The first notification of each group opened something; what of its second one, or of its end, came late was dropped as old.
  expect(alerts.opened + alerts.stormed).toBeGreaterThanOrEqual(groups);
}, 300_000);

/** Megabytes that a process has had at most; Linux says it. */
function peakOf(bot: BotProcess | undefined): number {
  const status = readFileSync(`/proc/${bot?.child.pid}/status`, "utf8");
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024);
}

async function ledgerOf(url: string, conversation: string): Promise<DeliveryCounts> {
  const redis = connectProducer(url, () => undefined);
  await waitForRedis(redis, 5_000);
  try {
    return await createDeliveryLog(redis, "{cilium-chatops}").read(conversation);
  } finally {
    await closeRedis(redis);
  }
}

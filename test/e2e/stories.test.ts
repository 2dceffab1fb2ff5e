/** The stories of the Cilium labs' write-ups, asked of the whole bot: Star Wars step by step, webpod's user_id, a node that is away, a burst. */
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Coverage } from "../../src/analysis/coverage.ts";
import { type App, startApp } from "../../src/app.ts";
import { checkConfig } from "../../src/config.ts";
import { noFaults } from "../../src/lab/relay/faults.ts";
import { canary } from "../../src/lab/world/traffic/webpod.ts";
import type { LedgerEntry } from "../../src/lab/world/world.ts";
import { createLog } from "../../src/log.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { renderSlack } from "../../src/platforms/slack/render.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { askOnce } from "../../src/verbs/ask.ts";
import { createTestClient } from "../lab/relay/client.ts";
import { run } from "../support/cli.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

const minute = 60_000;
const began = Date.now();
const [l4Begin, l7Begin] = [began - 6 * minute, began - 3 * minute];

let ground: TestLab;
let app: App;
beforeAll(async () => {
  const steps = [
    { step: "l3-l4", at: l4Begin },
    { step: "l7", at: l7Begin },
  ] as const;
  ground = await startTestLab({ scenarios: ["webpod"], steps });
  app = await startApp({ config: checkConfig(ground.lab.config()), role: "all", log: createLog("silent") });
  await app.connected(5_000);
});
afterAll(async () => {
  await app.close();
  await ground[Symbol.asyncDispose]();
});
afterEach(() => ground.lab.faults.relay.setFaults(noFaults));

interface Drops {
  readonly packets: number;
  readonly byReason: Record<string, number>;
  readonly pairs: readonly { readonly source: string; readonly destination: string; readonly packets: number }[];
  readonly foldedPairs: { readonly pairs: number; readonly packets: number };
  readonly l7Denials: readonly { readonly method: string; readonly path: string; readonly count: number }[];
  readonly policies: readonly { readonly name: string }[];
  readonly forwarded: readonly { readonly source: string; readonly destination: string }[];
  readonly metrics: readonly { readonly packets: number }[];
}

async function ask(text: string) {
  const outcome = await askOnce(app, text);
  if (outcome.status !== "answered" || outcome.delivery.answer === null) throw new Error(JSON.stringify(outcome));
  const answer = outcome.delivery.answer as AnswerDocument & { readonly result: Drops };
  const lines = renderTerminal(outcome.delivery.message, { width: 120, color: false });
  return { answer, delivery: outcome.delivery, result: answer.result, text: lines.replaceAll(/\s+/g, " ") };
}

function between(from: number, to: number): string {
  return `--since ${new Date(from).toISOString()} --until ${new Date(to).toISOString()}`;
}

/** What the datapath did to deathstar in the answer's window. */
function ledgerOf({ window }: AnswerDocument): { packets: LedgerEntry[]; requests: LedgerEntry[] } {
  const [from, to] = [Date.parse(window?.from ?? ""), Date.parse(window?.to ?? "")];
  const ours = ground.lab.world
    .ledger(from, to)
    .filter(({ source, destination }) => [source, destination].includes("default/deathstar"));
  return {
    packets: ours.filter(({ kind }) => kind === "packet"),
    requests: ours.filter(({ kind }) => kind === "request"),
  };
}

function count<T>(entries: readonly T[], key: (entry: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entry of entries) counts[key(entry)] = (counts[key(entry)] ?? 0) + 1;
  return counts;
}

test("before rule1 everybody lands: nothing but noise is dropped, and both ships get through", async () => {
  const { answer, result, text } = await ask(`drops deathstar --all ${between(l4Begin - 2 * minute, l4Begin)}`);

  expect(result.byReason).toEqual(count(ledgerOf(answer).packets, ({ reason }) => reason));
  expect(Object.keys(result.byReason)).not.toContain("POLICY_DENIED");
  expect(result.l7Denials).toEqual([]);
  expect(text).toContain("3/3 nodes answered");
  const quiet = await ask(`drops deathstar ${between(l4Begin - 2 * minute, l4Begin)}`);
  expect(quiet.result.forwarded.map(({ source }) => source)).toEqual(
    expect.arrayContaining(["default/tiefighter", "default/xwing"]),
  );
});

test("after rule1 xwing is denied on ingress, packet by packet, and rule1 is named", async () => {
  const { answer, result, text } = await ask(`drops deathstar ${between(l4Begin, l7Begin)}`);

  const { packets } = ledgerOf(answer);
  const denied = packets.filter(({ reason }) => reason === "POLICY_DENIED");
  expect(denied.length).toBeGreaterThan(40);
  expect(result.byReason["POLICY_DENIED"]).toBe(denied.length);
  expect(result.packets).toBe(packets.length);
  expect(result.pairs[0]).toMatchObject({ source: "default/xwing", destination: "default/deathstar" });
  expect(result.l7Denials).toEqual([]);
  expect(text).toContain("default/xwing → default/deathstar:80/TCP is denied on ingress");
  expect(text).toContain("cnp default/rule1");
});

test("after rule1 looks at HTTP, PUT /v1/exhaust-port is refused with 403, apart from the packets", async () => {
  const { answer, result, text } = await ask(`drops deathstar ${between(l7Begin, began)}`);

  const { packets, requests } = ledgerOf(answer);
  expect(requests.length).toBeGreaterThan(15);
  expect(new Set(result.l7Denials.map(({ method, path }) => `${method} ${path.split("?")[0]}`))).toEqual(
    new Set(["PUT /v1/exhaust-port"]),
  );
  expect(result.l7Denials.reduce((sum, denial) => sum + denial.count, 0)).toBe(requests.length);
  expect(result.packets).toBe(packets.length);
  expect(text).toContain(`${requests.length} requests refused by the proxy`);
  expect(text).toMatch(/PUT \/v1\/exhaust-port\S* \(HTTP 403\) from default\/tiefighter to default\/deathstar/);
  expect(text).not.toMatch(/user_id/);
});

test("webpod's client is denied what its policy does not name: egress to the outside", async () => {
  const { answer, result, text } = await ask("drops curl-pod --since 5m");

  const [from, to] = [Date.parse(answer.window?.from ?? ""), Date.parse(answer.window?.to ?? "")];
  const denied = ground.lab.world.ledger(from, to).filter(({ source }) => source === "default/curl-pod");
  expect(denied.length).toBeGreaterThan(20);
  expect(result.byReason["POLICY_DENIED"]).toBe(denied.length);
  expect(text).toContain("default/curl-pod → www.example.com:443/TCP is denied on egress");
  expect(text).toContain("cnp default/l7-visibility");
});

/** Nothing of a query and no header of webpod's: neither plain nor encoded. `u12345678` is how the lab writes most of its ids. */
const secret = new RegExp(`user_id(=|%3[dD]|\\\\u003d)?u?\\d|\\bu\\d{8}\\b|${canary}|wampa|1234&`);

test("Hubble shows webpod's user_id and headers; no answer, no log line and nothing in Redis does", {
  timeout: 120_000,
}, async () => {
  const client = createTestClient(ground.lab.addresses.relay);
  const raw = JSON.stringify(
    await client.flows({ whitelist: [{ sourcePod: ["default/curl-pod"], protocol: ["http"] }] }),
  );
  client.close();
  for (const shown of ["user_id=1234", "&session=", `Bearer ${canary}`, `${canary}-`]) expect(raw).toContain(shown);
  expect(raw).toMatch(secret);

  const url = ground.lab.addresses.redis ?? "";
  const redis = new Redis(url);
  const monitor = await redis.monitor();
  const written: string[] = [];
  monitor.on("monitor", (_: string, args: readonly string[]) => written.push(args.join(" ")));
  process.env["DEBUG"] = "1";
  try {
    for (const format of ["text", "json", "slack", "lines"]) {
      const command = "observe webpod -t l7 --since 5m --last 60";
      const ran = await run("ask", "--config", ground.configFile, command, "--format", format);
      expect(ran.code, `${format}: ${ran.stderr.slice(0, 400)}`).toBe(0);
      expect(secret.exec(ran.stdout), `--format ${format}`).toBeNull();
      expect(secret.exec(ran.stderr), `log of --format ${format}`).toBeNull();
      expect(ran.stdout).toContain("http://webpod/?…");
    }
    for (const command of ["observe curl-pod --since 5m --last 60 -o json", "drops --all --since 5m", "drops webpod"]) {
      const { answer, delivery, text } = await ask(command);
      const blocks = renderSlack(delivery.message, { actionValue: () => "button" });
      expect(secret.exec(JSON.stringify([answer, blocks, text])), command).toBeNull();
    }
  } finally {
    delete process.env["DEBUG"];
    monitor.disconnect();
    redis.disconnect();
  }
  expect(written.length).toBeGreaterThan(100);
  expect(written.some((each) => each.includes("http://webpod/?"))).toBe(true);
  expect(written.find((each) => secret.test(each))).toBeUndefined();
});

test("a node that is away, one that fails, and lost events stand in the coverage line by name", async () => {
  await ground.lab.faults.relay.setFaults({
    unavailableNodes: ["k8s-w2"],
    failingNodes: ["k8s-ctr"],
    losses: [{ node: "k8s-w1", source: "HUBBLE_RING_BUFFER", count: 1234 }],
  });

  const { answer, result, text } = await ask("drops deathstar --since 2m");

  expect(answer.coverage).toMatchObject({
    nodes: { answered: 1, total: 3, missing: ["k8s-ctr", "k8s-w2"] },
    lost: { HUBBLE_RING_BUFFER: 1234 },
  });
  expect(text).toMatch(/Coverage: 1\/3 nodes answered, missing k8s-ctr, k8s-w2/);
  expect(text).toContain("lost 1,234 events (HUBBLE_RING_BUFFER)");
  const metrics = await Promise.all(
    ground.lab.addresses.agents.map(async (address) => await (await fetch(`http://${address}/metrics`)).text()),
  );
  const lost = metrics.filter((each) => each.includes('hubble_lost_events_total{source="hubble_ring_buffer"} 1234'));
  expect(lost).toHaveLength(1);
  expect(result.packets).toBe(ledgerOf(answer).packets.filter(({ node }) => node === "k8s-w1").length);
  expect(result.packets).toBeGreaterThan(5);
});

test("a burst that is switched on while the bot runs is summed up with the ledger's counts", {
  timeout: 60_000,
}, async () => {
  const burst = ground.lab.world.burst({ at: Date.now(), seconds: 6, perSecond: 300, sources: 150 });
  await sleep(burst.at + burst.seconds * 1000 - Date.now() + 200);

  const { answer, result, text } = await ask(`drops deathstar ${between(burst.at, burst.at + 6000)}`);

  const { packets } = ledgerOf(answer);
  const fromOutside = packets.filter(({ source }) => source.startsWith("198.18."));
  expect(fromOutside).toHaveLength(1800);
  expect(result.packets).toBe(packets.length);
  expect(result.byReason).toEqual(count(packets, ({ reason }) => reason));
  const listed = result.pairs.reduce((sum, pair) => sum + pair.packets, 0);
  expect(listed + result.foldedPairs.packets).toBe(packets.length);
  const truth = count(packets, ({ source }) => source);
  for (const pair of result.pairs.filter(({ source }) => source.startsWith("198.18."))) {
    expect([pair.source, pair.packets]).toEqual([pair.source, truth[pair.source]]);
  }
  expect(text).toMatch(/Worst of \d+ pairs: 198\.18\./);
});

test("a burst beyond the rings is not hidden: the agents' counters show what flows cannot", {
  timeout: 60_000,
}, async () => {
  const burst = ground.lab.world.burst({ at: Date.now(), seconds: 5, perSecond: 2000, sources: 600 });
  await sleep(burst.at + burst.seconds * 1000 - Date.now() + 200);
  const truth = ground.lab.world.ledger(burst.at, burst.at + 5000).filter(({ reason }) => reason === "POLICY_DENIED");
  expect(truth.length).toBeGreaterThanOrEqual(10_000);
  // Prometheus has it with its next two scrapes.
  await expect
    .poll(
      async () => {
        const { result } = await ask(`drops deathstar --since ${new Date(burst.at - 20_000).toISOString()}`);
        return result.metrics[0]?.packets ?? 0;
      },
      { timeout: 30_000, interval: 2_000 },
    )
    .toBeGreaterThanOrEqual(truth.length);

  const { answer, result, text } = await ask(`drops deathstar --since ${new Date(burst.at - 20_000).toISOString()}`);

  const { packets } = ledgerOf(answer);
  const { oldest } = answer.coverage as Coverage;
  // From there on every ring has its flows; a ring turns a little while it is read.
  const held = packets.filter(({ time }) => time >= Date.parse(oldest ?? "") + 1_000);
  expect(held.length).toBeGreaterThan(500);
  expect(result.packets).toBeGreaterThanOrEqual(held.length);
  expect(result.packets).toBeLessThan(truth.length);
  expect(text).toMatch(/deathstar: at least [\d,]+ packets dropped/);
  expect(text).toMatch(/flows reach back to [\d:]+ UTC only/);
  expect(text).toContain("Prometheus shows more");
});

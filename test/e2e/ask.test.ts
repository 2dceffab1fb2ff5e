import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import type { LedgerEntry } from "../../src/lab/world/world.ts";
import type { AnswerDocument } from "../../src/message/delivery.ts";
import { run } from "../support/cli.ts";
import { startTestLab, type TestLab } from "../support/lab.ts";

let ground: TestLab;
beforeAll(async () => {
  ground = await startTestLab();
});
afterAll(() => ground[Symbol.asyncDispose]());
afterEach(async () => {
  await ground.lab.faults.relay.setFaults({ hang: false, refuse: false, unavailableNodes: [], lostEvents: 0 });
  ground.lab.faults.programs?.prometheus.resume();
  ground.lab.faults.kubernetes.setFault(null);
});

interface Drops {
  readonly packets: number;
  readonly byReason: Record<string, number>;
  readonly pairs: readonly {
    source: string;
    destination: string;
    port: number;
    protocol: string;
    reason: string;
    packets: number;
  }[];
  readonly l7Denials: readonly { method: string; path: string; count: number }[];
  readonly metrics: readonly { totals: readonly { reason: string; direction: string; packets: number }[] }[];
}

async function ask(text: string) {
  const ran = await run("ask", "--config", ground.configFile, text, "--format", "json");
  const answer =
    ran.stdout === "" ? undefined : (JSON.parse(ran.stdout) as AnswerDocument & { readonly result: Drops });
  const statuses = Object.fromEntries((answer?.sources ?? []).map((source) => [source.name, source.status]));
  return { ...ran, answer, statuses, text: JSON.stringify(answer?.message ?? "") };
}

function ledgerOf(answer: AnswerDocument | undefined): LedgerEntry[] {
  return ground.lab.world.ledger(Date.parse(answer?.window?.from ?? ""), Date.parse(answer?.window?.to ?? ""));
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const count = <T>(entries: readonly T[], key: (entry: T) => string) => {
  const counts: Record<string, number> = {};
  for (const entry of entries) counts[key(entry)] = (counts[key(entry)] ?? 0) + 1;
  return counts;
};

test("drops of a workload are the drop ledger's, packet by packet, and Prometheus agrees within 5 %", async () => {
  const { code, answer, statuses } = await ask("drops deathstar --since 10m");

  const ledger = ledgerOf(answer);
  const ours = ledger.filter(({ source, destination }) => [source, destination].includes("default/deathstar"));
  const packets = ours.filter(({ kind }) => kind === "packet");
  expect(code).toBe(0);
  expect(statuses).toEqual({ hubble: "ok", prometheus: "ok", kubernetes: "ok" });
  expect(packets.length).toBeGreaterThan(100);
  expect(answer?.result.packets).toBe(packets.length);
  expect(answer?.result.byReason).toEqual(count(packets, ({ reason }) => reason));
  const key = (pair: { source: string; destination: string; port: number; protocol: string; reason: string }) =>
    [pair.source, pair.destination, pair.port, pair.protocol, pair.reason].join(" ");
  expect(Object.fromEntries((answer?.result.pairs ?? []).map((pair) => [key(pair), pair.packets]))).toEqual(
    count(packets, key),
  );
  expect(answer?.result.l7Denials.reduce((sum, denial) => sum + denial.count, 0)).toBe(ours.length - packets.length);

  const counted = count(
    ledger.filter(({ kind }) => kind === "packet"),
    ({ reason, direction }) => `${reason} ${direction}`,
  );
  const totals = answer?.result.metrics[0]?.totals ?? [];
  expect(totals.length).toBe(Object.keys(counted).length);
  for (const { reason, direction, packets: total } of totals) {
    const truth = counted[`${reason} ${direction}`] ?? 0;
    expect(Math.abs(total - truth) / truth, `${reason} ${direction}: ${total} against ${truth}`).toBeLessThan(0.05);
  }
});

test("the same answer as Slack's blocks", async () => {
  const { code, stdout } = await run("ask", "--config", ground.configFile, "drops deathstar", "--format", "slack");

  const message = JSON.parse(stdout) as {
    readonly text: string;
    readonly blocks: readonly { readonly type: string }[];
  };
  expect(code).toBe(0);
  expect(message.text).toContain("deathstar");
  expect(message.blocks[0]?.type).toBe("header");
});

test("without a target the whole cluster's drops are counted", async () => {
  const { code, answer } = await ask("drops --since 5m");

  expect(code).toBe(0);
  expect(answer?.result.packets).toBe(ledgerOf(answer).filter(({ kind }) => kind === "packet").length);
});

test("a paused Prometheus is named, and the rest is answered by the deadline", async () => {
  ground.lab.faults.programs?.prometheus.pause();

  const { code, answer, statuses, text } = await ask("drops deathstar");

  expect(code).toBe(3);
  expect(statuses).toEqual({ hubble: "ok", prometheus: "late", kubernetes: "ok" });
  // What is left of its five seconds: on a busy machine a little less.
  expect(text).toMatch(/Prometheus: no answer in (5|[34]\.\d) s/);
  expect(answer?.sources.find(({ name }) => name === "prometheus")?.ms).toBeLessThan(8_000);
});

test("with Prometheus gone the answer is from flows alone, and says so", async () => {
  const [cluster] = ground.lab.config().clusters;
  const file = `${ground.directory}/no-prometheus.yaml`;
  const clusters = [{ ...cluster, prometheus: { url: `http://127.0.0.1:${await closedPort()}` } }];
  writeFileSync(file, stringify({ ...ground.lab.config(), clusters }));

  const { code, stdout } = await run("ask", "--config", file, "drops deathstar --since 10m");

  expect(code).toBe(3);
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/! Prometheus at http:\/\/127\.0\.0\.1:\d+ could not be reached/);
  expect(stdout).toContain("default/xwing → default/deathstar:80/TCP");
});

test("with Relay gone the answer is Prometheus' totals, and says so", async () => {
  await ground.lab.faults.relay.setFaults({ refuse: true });

  const { code, answer, statuses, text } = await ask("drops deathstar --since 10m");

  expect(code).toBe(3);
  expect(statuses).toMatchObject({ hubble: "failed", prometheus: "ok" });
  expect(answer?.result.metrics[0]?.totals.length).toBeGreaterThan(0);
  expect(text).toContain("Policy denied");
  expect(text).toContain("Relay");
});

test("a Relay that hangs is named, by the deadline", async () => {
  await ground.lab.faults.relay.setFaults({ hang: true });

  const { code, answer, statuses } = await ask("drops deathstar");

  expect(code).toBe(3);
  expect(statuses).toMatchObject({ hubble: "late", prometheus: "ok" });
  expect(answer?.sources.find(({ name }) => name === "hubble")?.ms).toBeLessThan(12_000);
});

test("an unavailable node and lost events stand in the coverage", async () => {
  await ground.lab.faults.relay.setFaults({ unavailableNodes: ["k8s-w2"], lostEvents: 7 });

  const { code, answer, text } = await ask("drops deathstar --since 10m");

  expect(code).toBe(0);
  expect(answer?.coverage).toMatchObject({
    nodes: { answered: 2, total: 3, missing: ["k8s-w2"] },
    lost: { PERF_EVENT_RING_BUFFER: 14 },
  });
  expect(text).toContain("2/3 nodes");
  expect(text).toContain("k8s-w2");
});

test("without Kubernetes the name is matched by its text, and that is said", async () => {
  ground.lab.faults.kubernetes.setFault({ hang: true });

  const { code, answer, statuses } = await ask("drops deathstar --since 10m");

  expect(code).toBe(3);
  expect(statuses).toMatchObject({ hubble: "ok", prometheus: "ok", kubernetes: "late" });
  expect(answer?.result.byReason["POLICY_DENIED"]).toBeGreaterThan(100);
});

test.each([
  ["drosp deathstar", "drops"],
  ["drops deathstar --sinse 5m", "--since"],
  ["drops --since 5x", "15m"],
  ["drops 'open", "quote"],
  ["drops --cluster prod", "lab"],
])("%s is refused with what to type: exit 2", async (text, hint) => {
  const { code, stdout, stderr } = await run("ask", "--config", ground.configFile, text);

  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(hint);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("a Redis that is not there is one sentence: exit 1", async () => {
  const file = `${ground.directory}/no-redis.yaml`;
  writeFileSync(file, "redis: { url: 'redis://127.0.0.1:1' }\nclusters: [{ name: lab }]\n");

  const { code, stderr, ms } = await run("ask", "--config", file, "help");

  expect(code).toBe(1);
  expect(stderr).toContain("Redis at 127.0.0.1:1 could not be reached");
  expect(ms).toBeLessThan(20_000);
});

test("a lab of one's own has what --scenario deploys; without a lab it is told what to type", async () => {
  const ran = await run("ask", "--lab", "--scenario", "webpod", "observe webpod -t l7 --last 5", "--format", "lines");
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout.split("\n").filter((line) => line.includes("default/webpod"))).toHaveLength(5);

  const without = await run("ask", "--config", ground.configFile, "--scenario", "webpod", "drops");
  expect([without.code, without.stderr.split("\n")[0]]).toEqual([2, "--scenario is deployed in a lab: add --lab"]);
}, 60_000);

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, credentials } from "@grpc/grpc-js";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { checkConfig } from "../../src/config.ts";
import { findPrograms } from "../../src/lab/programs/find.ts";
import { programNames } from "../../src/lab/programs/program.ts";
import { type Lab, startLab } from "../../src/lab/start.ts";
import { type GetNodesResponse, observerMethods } from "../../src/sources/hubble/wire.ts";

const minute = 60_000;
const said: string[] = [];
let startedAt = 0;
let lab: Lab;
let temporary: string;
const usualTmpdir = process.env["TMPDIR"];

beforeAll(async () => {
  await findPrograms(programNames, { say: () => undefined });
  temporary = mkdtempSync(join(tmpdir(), "cilium-chatops-start-"));
  process.env["TMPDIR"] = temporary;
  startedAt = Date.now();
  lab = await startLab({ say: (line) => said.push(line), seed: 3 });
}, 300_000);

afterAll(async () => {
  await lab.close();
  if (usualTmpdir === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = usualTmpdir;
  rmSync(temporary, { recursive: true });
});

test("the lab says what it does while it starts", () => {
  expect(said).toContainEqual(expect.stringMatching(/^Redis, Prometheus and Alertmanager are up \(.+\)$/));
  expect(said.at(-1)).toMatch(/^Lab ready in \d+\.\d s$/);
});

test("right after the start Prometheus' increase over ten minutes is the drop ledger's within five percent", async () => {
  const at = Date.now();
  const packets = lab.world.ledger(at - 10 * minute, at).filter(({ kind }) => kind === "packet");
  const denied = packets.filter(({ reason }) => reason === "POLICY_DENIED").length;
  expect(denied).toBeGreaterThan(50);
  expectWithin(await scalar("sum(increase(cilium_drop_count_total[10m]))", at), packets.length);
  expectWithin(
    await scalar('sum(increase(cilium_drop_count_total{reason="Policy denied",direction="INGRESS"}[10m]))', at),
    denied,
  );
});

test("each metric has as many series before the first scrape as after it", { timeout: 30_000 }, async () => {
  const before = await seriesCounts();
  expect(before.get("up")).toBe(7);
  expect(before.get("cilium_drop_count_total")).toBe(6);
  const first = await scalar("max(timestamp(up))", Date.now());
  for (let tries = 0; (await scalar("min(timestamp(up))", Date.now())) <= first; tries++) {
    if (tries > 250) throw new Error("Prometheus did not scrape");
    await sleep(100);
  }
  expect(await scalar("min(up)", Date.now())).toBe(1);
  expect(await seriesCounts()).toEqual(before);
});

test("after live scrapes the increase is still the ledger's", async () => {
  const at = Date.now();
  const packets = lab.world.ledger(at - 10 * minute, at).filter(({ kind }) => kind === "packet").length;
  expectWithin(await scalar("sum(increase(cilium_drop_count_total[10m]))", at), packets);
});

test("rule1 came 45 minutes before the start and looks at HTTP since 20 minutes", () => {
  const { world } = lab;
  const stepAgo = (minutes: number) => world.stepAt(startedAt - minutes * minute);
  expect([50, 44, 21, 19].map(stepAgo)).toEqual(["none", "l3-l4", "l3-l4", "l7"]);
});

test("the configuration is one that the bot takes, and its kubeconfig is for its owner only", () => {
  const config = checkConfig(lab.config());
  expect(config.redis.url).toBe(lab.addresses.redis);
  const [cluster] = config.clusters;
  expect(cluster).toMatchObject({
    hubble: { address: lab.addresses.relay },
    prometheus: { url: lab.addresses.prometheus },
    alertmanager: { url: lab.addresses.alertmanager },
  });
  expect(statSync(cluster?.kubernetes?.kubeconfig ?? "").mode & 0o777).toBe(0o600);
});

test("Relay, Kubernetes, control, Alertmanager and Redis answer where the addresses say", async () => {
  expect(await relayNodes(lab.addresses.relay)).toEqual(["k8s-ctr", "k8s-w1", "k8s-w2"]);
  expect(await kubernetesNodes(lab)).toEqual(["k8s-ctr", "k8s-w1", "k8s-w2"]);
  expect(await (await fetch(`${lab.addresses.control}/step`)).json()).toMatchObject({ step: "l7" });
  expect((await fetch(`${lab.addresses.alertmanager}/api/v2/status`)).status).toBe(200);
  const redis = new Redis(lab.addresses.redis ?? "");
  expect(await redis.ping()).toBe("PONG");
  redis.disconnect();
});

test("Prometheus has the lab's alert rules and the lab's Alertmanager", { timeout: 20_000 }, async () => {
  const rules = await prometheus<{ groups: { rules: { name: string }[] }[] }>("rules");
  expect(rules.groups.flatMap((group) => group.rules.map(({ name }) => name))).toContain("CiliumPolicyDrops");
  const managers = () => prometheus<{ activeAlertmanagers: { url: string }[] }>("alertmanagers");
  for (let tries = 0; (await managers()).activeAlertmanagers.length === 0 && tries < 150; tries++) await sleep(100);
  expect((await managers()).activeAlertmanagers).toEqual([{ url: `${lab.addresses.alertmanager}/api/v2/alerts` }]);
});

test("a paused Prometheus takes the question and does not answer until it is resumed", async () => {
  const ask = (ms: number) => fetch(`${lab.addresses.prometheus}/-/ready`, { signal: AbortSignal.timeout(ms) });
  lab.faults.programs?.prometheus.pause();
  try {
    await sleep(200); // a busy machine takes a moment to stop each of its threads
    await expect(ask(300)).rejects.toThrow("timeout");
  } finally {
    lab.faults.programs?.prometheus.resume();
  }
  expect((await ask(3000)).status).toBe(200);
});

test("a cluster alone has fixed ports, another name, its own steps and no programs", async () => {
  const now = Date.now();
  const alone = await startLab({
    say: () => undefined,
    clusterOnly: true,
    advertise: "localhost",
    ports: { relay: 24_245, kubernetes: 26_443, metrics: 28_962 },
    steps: [{ step: "none", at: now - 60 * minute }],
  });
  try {
    expect(alone.addresses).toEqual({
      relay: "localhost:24245",
      kubernetes: "https://localhost:26443",
      control: expect.stringMatching(/^http:/),
      agents: [28_962, 28_972, 28_982, 28_965, 28_975, 28_985, 28_963].map((port) => `localhost:${port}`),
    });
    expect(alone.world.stepAt(now)).toBe("none");
    expect(alone.config().redis).toBeUndefined();
    expect(checkConfig(alone.config()).clusters[0]?.prometheus).toBeUndefined();
    expect(await relayNodes(alone.addresses.relay)).toHaveLength(3);
    expect(await kubernetesNodes(alone)).toHaveLength(3);
  } finally {
    await alone.close();
  }
  await expect(fetch("http://localhost:28962/metrics")).rejects.toThrow();
});

test("a lab that cannot start leaves nothing behind", { timeout: 20_000 }, async () => {
  const before = readdirSync(temporary).sort();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = taken.address();
  const relay = address !== null && typeof address === "object" ? address.port : 0;
  try {
    await expect(startLab({ say: () => undefined, ports: { relay } })).rejects.toThrow(/EADDRINUSE|address/i);
  } finally {
    taken.close();
  }
  expect(readdirSync(temporary).sort()).toEqual(before);
});

test("closing ends everything that was started", { timeout: 20_000 }, async () => {
  expect(readdirSync(temporary)).toHaveLength(4);
  const { prometheus: url, alertmanager, control, agents } = lab.addresses;
  await lab.close();
  expect(readdirSync(temporary)).toEqual([]);
  for (const gone of [url, alertmanager, control, `http://${agents[0]}`])
    await expect(fetch(gone ?? "")).rejects.toThrow();
  await lab.close();
});

function expectWithin(found: number, expected: number): void {
  expect(Math.abs(found - expected) / expected, `${found} against ${expected}`).toBeLessThan(0.05);
}

async function prometheus<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(`${lab.addresses.prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { status, data } = (await answer.json()) as { status: string; data: T };
  expect(status).toBe("success");
  return data;
}

async function scalar(query: string, at: number): Promise<number> {
  const { result } = await prometheus<{ result: { value: [number, string] }[] }>("query", {
    query,
    time: `${at / 1000}`,
  });
  expect(result).toHaveLength(1);
  return Number(result[0]?.value[1]);
}

/** Over the whole hour and what came after it. What rules make is no scrape's. */
async function seriesCounts(): Promise<Map<string, number>> {
  const series = await prometheus<{ __name__: string }[]>("series", {
    "match[]": '{__name__=~".+",__name__!~"ALERTS.*"}',
    start: String(startedAt / 1000 - 3700),
    end: String(Date.now() / 1000 + 1),
  });
  const counts = new Map<string, number>();
  for (const { __name__ } of series) counts.set(__name__, (counts.get(__name__) ?? 0) + 1);
  return new Map([...counts].sort(([left], [right]) => left.localeCompare(right)));
}

function relayNodes(address: string): Promise<(string | undefined)[]> {
  const { path, requestSerialize, responseDeserialize } = observerMethods.getNodes;
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, (error, answer?: GetNodesResponse) => {
      client.close();
      if (error) reject(error);
      else resolve((answer?.nodes ?? []).map(({ name }) => name));
    });
  });
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

async function kubernetesNodes(of: Lab): Promise<string[]> {
  const file = of.config().clusters[0]?.kubernetes.kubeconfig ?? "";
  const kubeconfig = parse(readFileSync(file, "utf8")) as Kubeconfig;
  const cluster = kubeconfig.clusters[0]?.cluster;
  const ca = Buffer.from(cluster?.["certificate-authority-data"] ?? "", "base64");
  const headers = { authorization: `Bearer ${kubeconfig.users[0]?.user.token}` };
  const text = await new Promise<string>((resolve, reject) => {
    const asked = request(`${cluster?.server}/api/v1/nodes`, { ca, headers }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      answer.once("end", () => resolve(body));
    });
    asked.once("error", reject).end();
  });
  const { items } = JSON.parse(text) as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

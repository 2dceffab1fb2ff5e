import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Agents, createAgents } from "../../../src/lab/agents/server.ts";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import type { World } from "../../../src/lab/world/world.ts";
import type { GetFlowsResponse, WireFlow } from "../../../src/sources/hubble/wire.ts";
import { type ParsedSample, parseSamples, seriesValue } from "./samples.ts";

const minute = 60_000;
const now = Date.parse("2026-11-21T12:00:00Z");
let time = now;
let world: World;
let agents: Agents;

beforeAll(async () => {
  world = createWorld({
    seed: 7,
    now,
    steps: [
      { step: "l3-l4", at: now - 45 * minute },
      { step: "l7", at: now - 20 * minute },
    ],
  });
  agents = await createAgents({ world, clock: () => time, historyMs: 60 * minute });
});

afterAll(() => agents.close());

test("there is an agent and a Hubble on each node and one operator, each on a port of its own", () => {
  expect(agents.endpoints.map(({ kind, node }) => `${kind} ${node}`)).toEqual([
    ...world.nodes.map(({ name }) => `agent ${name}`),
    ...world.nodes.map(({ name }) => `hubble ${name}`),
    `operator ${world.nodes.find((node) => node.controlPlane)?.name}`,
  ]);
  expect(new Set(agents.endpoints.map(({ address }) => address)).size).toBe(7);
});

test("promtool finds nothing to complain about", { timeout: 120_000 }, async () => {
  const promtool = await findProgram("promtool", { say: () => undefined });
  for (const { address } of agents.endpoints) {
    const [file = "", ...args] = promtool.command(["check", "metrics"], "");
    const result = spawnSync(file, args, { input: await scrapeText(address), encoding: "utf8" });
    expect(result.error).toBeUndefined();
    expect({ status: result.status, output: result.stdout + result.stderr }).toEqual({ status: 0, output: "" });
  }
});

test("drop counters are the drop ledger, in the agents' words", async () => {
  const expected = new Map<string, number>();
  const texts: Record<string, string> = {
    POLICY_DENIED: "Policy denied",
    UNSUPPORTED_L3_PROTOCOL: "Unsupported L3 protocol",
  };
  for (const entry of world.ledger(world.bornAt, now).filter(({ kind }) => kind === "packet")) {
    const key = `${entry.node} ${texts[entry.reason]} ${entry.direction}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const found = new Map<string, number>();
  for (const { node, samples } of await scrapeAll("agent")) {
    for (const { name, labels, value } of samples) {
      if (name === "cilium_drop_count_total" && value > 0)
        found.set(`${node} ${labels["reason"]} ${labels["direction"]}`, value);
    }
  }
  expect(found.size).toBeGreaterThan(2);
  expect(found).toEqual(expected);
});

test("Hubble counts a denied packet twice and a denied request as an unknown reason", async () => {
  for (const { node, samples } of await scrapeAll("hubble")) {
    const entries = world.ledger(world.bornAt, now).filter((entry) => entry.node === node);
    const denied = entries.filter(({ reason }) => reason === "POLICY_DENIED").length;
    const requests = entries.filter(({ kind }) => kind === "request").length;
    expect(seriesValue(samples, "hubble_drop_total", { reason: "POLICY_DENIED", protocol: "TCP" })).toBe(denied * 2);
    expect(seriesValue(samples, "hubble_drop_total", { reason: "DROP_REASON_UNKNOWN", protocol: "HTTP" })).toBe(
      requests,
    );
  }
});

test("Hubble's flags, ports, names and requests add up to the flows", async () => {
  for (const { node, samples } of await scrapeAll("hubble")) {
    const flows = (world.flows(node, world.bornAt, now) as GetFlowsResponse[]).map(({ flow }) => flow as WireFlow);
    const syns = flows.filter(
      (flow) => flow.verdict === 1 && flow.l4?.TCP?.flags?.SYN && !flow.l4.TCP.flags.ACK,
    ).length;
    const questions = flows.filter((flow) => flow.l7?.dns && flow.l7.type === 1).length;
    const responses = flows.filter((flow) => flow.l7?.http && flow.l7.type === 2).length;
    const refused = flows.filter((flow) => flow.l7?.http?.code === 403).length;
    expect(seriesValue(samples, "hubble_tcp_flags_total", { flag: "SYN", family: "IPv4" })).toBe(syns);
    expect(sumOf(samples, "hubble_dns_queries_total")).toBe(questions);
    expect(sumOf(samples, "hubble_http_requests_total")).toBe(responses);
    expect(sumOf(samples, "hubble_http_requests_total", { status: "403", reporter: "server" })).toBe(refused);
  }
});

test("gauges follow the step that is in force", async () => {
  const enforced = async (at: number) => {
    time = at;
    const [, first] = await scrapeAll("agent");
    time = now;
    const samples = first?.samples ?? [];
    return [
      seriesValue(samples, "cilium_policy", {}),
      seriesValue(samples, "cilium_policy_endpoint_enforcement_status", { enforcement: "ingress" }),
      seriesValue(samples, "cilium_proxy_redirects", { protocol_l7: "http" }),
      seriesValue(samples, "cilium_policy_max_revision", {}),
    ];
  };
  expect(await enforced(now - 50 * minute)).toEqual([0, 0, 0, 1]);
  expect(await enforced(now - 30 * minute)).toEqual([1, 1, 0, 2]);
  expect(await enforced(now)).toEqual([1, 1, 1, 3]);
});

test("a moment scraped again, after a later one, reads the same", async () => {
  time = now - 7 * minute - 1234;
  const before = await scrapeAll("hubble");
  time = now;
  const later = await scrapeAll("hubble");
  time = now - 7 * minute - 1234;
  expect(await scrapeAll("hubble")).toEqual(before);
  expect(later).not.toEqual(before);
  time = now;
});

test("a step that is set back in time changes what was counted of the time after it", async () => {
  const steps = [{ step: "l3-l4", at: now - 45 * minute }] as const;
  const other = createWorld({ seed: 7, now, steps });
  const counted = await createAgents({ world: other, clock: () => now, historyMs: 60 * minute });
  const fresh = createWorld({ seed: 7, now, steps: [...steps, { step: "deleted", at: now - 10 * minute }] });
  const direct = await createAgents({ world: fresh, clock: () => now, historyMs: 60 * minute });
  try {
    const full = [...counted.history(now, 5 * minute)];
    other.setStep("deleted", now - 10 * minute);
    const changed = [...counted.history(now, 5 * minute)];
    expect(changed).not.toEqual(full);
    expect(changed).toEqual([...direct.history(now, 5 * minute)]);
  } finally {
    await counted.close();
    await direct.close();
  }
});

test("the past has the samples and the labels of a live scrape", async () => {
  const stepMs = 600_000;
  const chunks = [...agents.history(now, stepMs)];
  expect(chunks.at(-1)).toBe("# EOF\n");
  expect(chunks).toHaveLength(60 / 10 + 2);
  const live = (
    await Promise.all(
      agents.endpoints.map(async ({ address, labels }) =>
        parseSamples(await scrapeText(address)).map((sample) => ({
          ...sample,
          labels: { ...sample.labels, ...labels },
        })),
      ),
    )
  ).flat();
  const past = parseSamples(chunks.at(-2) ?? "").filter(({ name }) => name !== "up" && !name.startsWith("scrape_"));
  expect(new Map(past.map((sample) => [keyOf(sample), sample.value]))).toEqual(
    new Map(live.map((sample) => [keyOf(sample), sample.value])),
  );
  expect(parseSamples(chunks.at(-2) ?? "").filter(({ name, value }) => name === "up" && value === 1)).toHaveLength(7);
  expect(chunks[0]).toContain(` ${(now - 3_600_000) / 1000}\n`);
});

test("labels are those of a cluster: pod, namespace, k8s_app, and the node's address as instance", () => {
  const labelsOf = (kind: string) => agents.endpoints.find((endpoint) => endpoint.kind === kind)?.labels;
  const [node] = world.nodes;
  expect(labelsOf("agent")).toMatchObject({
    job: "kubernetes-pods",
    instance: `${node?.ip}:9962`,
    k8s_app: "cilium",
    namespace: "kube-system",
    pod: node?.agentPod,
  });
  expect(labelsOf("hubble")).toMatchObject({
    instance: `${node?.ip}:9965`,
    k8s_app: "hubble",
    node: node?.name,
    pod: node?.agentPod,
  });
  expect(labelsOf("operator")).toMatchObject({
    io_cilium_app: "operator",
    name: "cilium-operator",
    instance: `${node?.ip}:9963`,
  });
});

test("service discovery names every exporter under the host that it was asked by", async () => {
  const [first] = agents.endpoints;
  const port = Number(first?.address.split(":")[1]);
  const answer = await fetch(`http://localhost:${port}/targets`);
  expect(answer.headers.get("content-type")).toBe("application/json");
  const found = (await answer.json()) as { targets: string[]; labels: Record<string, string> }[];
  expect(found).toEqual(
    agents.endpoints.map(({ address, labels }) => ({ targets: [address.replace("127.0.0.1", "localhost")], labels })),
  );
});

test("other paths and methods are not served", async () => {
  const [first] = agents.endpoints;
  expect((await fetch(`http://${first?.address}/`)).status).toBe(404);
  expect((await fetch(`http://${first?.address}/metrics`, { method: "POST" })).status).toBe(404);
});

test("fixed ports leave room for each node, and a taken one is an error that leaves nothing open", async () => {
  const clock = () => now;
  const fixed = await createAgents({ world, clock, historyMs: minute, basePort: 29_962 });
  try {
    expect(fixed.endpoints.map(({ address }) => Number(address.split(":")[1]) - 20_000)).toEqual([
      9962, 9972, 9982, 9965, 9975, 9985, 9963,
    ]);
    await expect(createAgents({ world, clock, historyMs: minute, basePort: 29_952 })).rejects.toThrow("EADDRINUSE");
    await expect(fetch("http://127.0.0.1:29952/metrics")).rejects.toThrow();
  } finally {
    await fixed.close();
  }
});

async function scrapeText(address: string): Promise<string> {
  // A connection of its own: an idle one that the server closes just then would be an error.
  return (await fetch(`http://${address}/metrics`, { headers: { connection: "close" } })).text();
}

async function scrapeAll(kind: string) {
  const endpoints = agents.endpoints.filter((endpoint) => endpoint.kind === kind);
  return Promise.all(
    endpoints.map(async ({ node, address }) => ({ node, samples: parseSamples(await scrapeText(address)) })),
  );
}

function sumOf(samples: readonly ParsedSample[], name: string, labels: Record<string, string> = {}): number {
  const matching = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}

function keyOf({ name, labels }: ParsedSample): string {
  return name + JSON.stringify(Object.entries(labels).sort());
}

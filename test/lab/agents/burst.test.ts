import { expect, onTestFinished, test } from "vitest";
import { createAgents } from "../../../src/lab/agents/server.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { parseSamples, seriesValue } from "./samples.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

test.each([
  ["none", "CT: Map insertion failed", true],
  ["l7", "Policy denied", false],
] as const)(
  "in step %s a burst is counted as %s, and the table of connections is full or not",
  async (step, reason, isFull) => {
    let time = now;
    const world = createWorld({ seed: 7, now, history: 600_000, steps: [{ step, at: now - 600_000 }] });
    const agents = await createAgents({ world, clock: () => time, historyMs: 600_000 });
    onTestFinished(() => agents.close());
    const address = agents.endpoints.find(({ kind, node }) => kind === "agent" && node === "k8s-w1")?.address;
    const scrape = async () => parseSamples(await (await fetch(`http://${address}/metrics`)).text());
    await scrape();

    world.burst({ at: now, seconds: 10, perSecond: 500, sources: 100 });
    time = now + 10_000;
    const samples = await scrape();

    const names: Readonly<Record<string, string>> = {
      "CT: Map insertion failed": "CT_MAP_INSERTION_FAILED",
      "Policy denied": "POLICY_DENIED",
    };
    const entries = world.ledger(0, time).filter((entry) => entry.node === "k8s-w1" && entry.reason === names[reason]);
    expect(entries.length).toBeGreaterThan(2000);
    expect(seriesValue(samples, "cilium_drop_count_total", { reason, direction: "INGRESS" })).toBe(entries.length);
    const pressure = seriesValue(samples, "cilium_bpf_map_pressure", { map_name: "ct4_global" });
    expect(pressure > 0.9).toBe(isFull);

    time = now + 60_000;
    expect(seriesValue(await scrape(), "cilium_bpf_map_pressure", { map_name: "ct4_global" })).toBeLessThan(0.1);
  },
);

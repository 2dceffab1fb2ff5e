import { expect, onTestFinished, test } from "vitest";
import { createAgents } from "../../../src/lab/agents/server.ts";
import { createLosses } from "../../../src/lab/losses.ts";
import { createRelay } from "../../../src/lab/relay/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { parseSamples, seriesValue } from "./samples.ts";

const now = Date.parse("2026-11-21T12:00:00Z");
const clock = () => now;

test("what Relay says is lost is in the agents' counters, which never go back", async () => {
  const world = createWorld({ seed: 7, now, history: 60_000, steps: [{ step: "none", at: now - 60_000 }] });
  const losses = createLosses(world.nodes.map(({ name }) => name));
  const relay = await createRelay({ world, clock, host: "127.0.0.1", port: 0, losses });
  onTestFinished(() => relay.close());
  const agents = await createAgents({ world, clock, historyMs: 60_000, lost: losses.of });
  onTestFinished(() => agents.close());
  const lost = async (node: string) => {
    const address = agents.endpoints.find((one) => one.kind === "hubble" && one.node === node)?.address;
    const samples = parseSamples(await (await fetch(`http://${address}/metrics`)).text());
    const sources = ["perf_event_ring_buffer", "observer_events_queue", "hubble_ring_buffer"];
    return sources.map((source) => seriesValue(samples, "hubble_lost_events_total", { source }));
  };
  const ring = (node: string, count: number) => ({ node, source: "HUBBLE_RING_BUFFER", count }) as const;

  expect(await lost("k8s-w1")).toEqual([0, 0, 0]);
  await relay.setFaults({ losses: [ring("k8s-w1", 30), ring("k8s-w1", 12)] });
  expect(await lost("k8s-w1")).toEqual([0, 0, 42]);
  expect(await lost("k8s-w2")).toEqual([0, 0, 0]);
  await relay.setFaults({ losses: [ring("k8s-w1", 50), { ...ring("k8s-w2", 5), source: "OBSERVER_EVENTS_QUEUE" }] });
  expect(await lost("k8s-w1")).toEqual([0, 0, 50]);
  expect(await lost("k8s-w2")).toEqual([0, 5, 0]);
  await relay.setFaults({ losses: [], lostEvents: 3 });
  expect(await lost("k8s-w1")).toEqual([3, 0, 50]);
  expect(await lost("k8s-w2")).toEqual([3, 5, 0]);
  await expect(relay.setFaults({ losses: [ring("k8s-w9", 1)] })).rejects.toThrow(RangeError);
  await relay.setFaults({ losses: [ring("k8s-w1", 1)], lostEvents: 0 });
  expect(await lost("k8s-w1")).toEqual([3, 0, 51]);
});

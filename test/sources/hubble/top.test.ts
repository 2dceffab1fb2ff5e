import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRelay } from "../../../src/lab/relay/create.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import type { Past } from "../../../src/sources/hubble/past.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { TopFinding, TopQuestion } from "../../../src/sources/question.ts";
import { makeFlow, noon } from "../../fixtures/flows/make.ts";
import { packet, play, startRelay } from "../../fixtures/flows/relay.ts";
import { encodeLine, sampleLines } from "../../fixtures/flows/samples.ts";
import { meshFrom, meshLines, meshTo } from "../../fixtures/mesh.ts";
import { connected, hubbleAt, select } from "./asking.ts";
import { countTop } from "./count-top.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "top-"));
});
afterAll(() => rm(folder, { recursive: true }));

const question: TopQuestion = {
  ...{ source: "hubble", ask: "top", cluster: "lab", of: "talkers", select, top: 60 },
  window: { from: meshFrom, to: meshTo },
};

/** As Kubernetes knows it: flows name the workload of an end on its own node alone. */
function workloadOf(_: string, pod: string) {
  const name = pod.replace(/-[0-9a-f]{9,10}-[0-9a-z]{5}$/, "");
  return name === pod ? undefined : { kind: "Deployment", name };
}

async function askFile(lines: readonly string[], change: Partial<TopQuestion> = {}): Promise<TopFinding> {
  const file = join(folder, "flows.jsonl");
  await writeFile(file, lines.join("\n"));
  const hubble = await openRecordedHubble({ file, workloadOf });
  const finding = await hubble.answer({ ...question, ...change }, AbortSignal.timeout(20_000));
  await hubble.close();
  return finding as TopFinding;
}

async function askRelay(lines: readonly string[], change: Partial<TopQuestion> = {}): Promise<TopFinding> {
  await using relay = await startRelay({ flows: play(connected, ...lines.map(encodeLine)) });
  return (await hubbleAt(relay.address, { workloadOf }).answer(
    { ...question, ...change },
    AbortSignal.timeout(20_000),
  )) as TopFinding;
}

const shown = ["source", "destination", "port", "protocol", "reason", "name", "method", "path"] as const;

/** By the text of what it is, as the count by hand has it. */
function countsOf({ ranking }: TopFinding): Readonly<Record<string, number>> {
  const textOf = (labels: Readonly<Record<string, string>>) =>
    "method" in labels
      ? `${labels["method"]} ${labels["path"]} ${labels["destination"]}`
      : shown.flatMap((key) => labels[key] ?? []).join(" ");
  return Object.fromEntries((ranking?.rows ?? []).map(({ labels, count }) => [textOf(labels), count]));
}

describe("rankings and their numbers are those of a count by hand", () => {
  test.each(["talkers", "ports", "drops"] as const)("%s of a mesh, from a file and from Relay", async (of) => {
    const lines = meshLines(20, 28);
    const finding = await askFile(lines, { of });
    const truth = countTop(lines, of);
    // What the host asks is no pair of pods.
    const pairs = Object.entries(countsOf(finding)).filter(([text]) => of === "ports" || !text.startsWith("host "));
    expect(Object.fromEntries(pairs)).toEqual(truth);
    expect(pairs.length).toBeGreaterThan(of === "drops" ? 1 : 4);
    expect(finding.ranking).toMatchObject({ bound: 0, others: 0 });
    const { ranking } = await askRelay(lines, { of });
    expect(ranking).toEqual(finding.ranking);
  });

  test.each(["dns", "http"] as const)("%s of a real cluster's flows", async (of) => {
    const finding = await askFile(sampleLines, { of, window: { from: 0, to: 9e12 } });
    const truth = countTop(sampleLines, of);
    const listed = countsOf(finding);
    const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
    expect(sum(truth)).toBeGreaterThan(6);
    expect(finding.ranking?.total).toBe(sum(truth));
    expect(sum(listed) + (finding.ranking?.search?.queries ?? 0)).toBe(sum(truth));
    const [[first = "", count] = []] = Object.entries(truth).toSorted(([, one], [, other]) => other - one);
    expect(listed[first]).toBe(count);
    expect(JSON.stringify(finding)).not.toMatch(/TRUTHSECRET|Tr3ason|eyJhbGci/);
  });
});

test("a place that may see one namespace counts flows with an end in it, and no others", async () => {
  const lines = meshLines(20, 28);
  const { ranking } = await askFile(lines, { visible: ["platform"] });
  const truth = Object.entries(countTop(lines, "talkers")).filter(([pair]) => pair.includes("platform/"));
  const listed = Object.entries(countsOf({ ask: "top", resolution: null, ranking, coverage: null }));
  expect(Object.fromEntries(listed.filter(([pair]) => !pair.startsWith("host ")))).toEqual(Object.fromEntries(truth));
  expect(truth.length).toBeGreaterThan(1);
  expect((await askFile(lines, { visible: [] })).ranking).toMatchObject({ rows: [], total: 0 });
});

test("a target is one end of each pair, and a name that is many is not asked for", async () => {
  const target = { kind: "namespace", name: "platform" } as const;
  const { ranking, resolution } = await askFile(meshLines(20, 28), { select: { ...select, target } });
  expect(resolution?.status).toBe("unresolved");
  expect(ranking?.rows.length).toBeGreaterThan(1);
  for (const { labels } of ranking?.rows ?? []) expect(Object.values(labels).join(" ")).toContain("platform/");

  await using relay = await startRelay({ flows: play(connected) });
  const unknown = { status: "unknown", text: "platform", near: [] } as const;
  const hubble = hubbleAt(relay.address, { resolve: async () => unknown });
  const named = { ...question, select: { ...select, target } };
  expect(await hubble.answer(named, AbortSignal.timeout(20_000))).toEqual({
    ...{ ask: "top", resolution: unknown, ranking: null, coverage: null },
  });
  expect(relay.requests).toEqual([]);
});

test("drops that rings no longer hold come from the recording, each once", async () => {
  await using relay = await startRelay({
    flows: play(connected, packet(20_000), packet(20_500)),
    oldest: play(packet(20_000, "a"), packet(20_000, "b")),
  });
  const reach = { from: noon, through: noon + 30_000 };
  const past: Past = {
    async read({ onFlow }) {
      const ends = { sourceIp: "172.20.1.61", destinationIp: "172.20.1.188", sourcePort: 33_000 };
      for (const after of [1_000, 2_000, 20_000]) onFlow(makeFlow({ ...ends, time: noon + after, node: "a" }));
      return { nodes: new Map(["a", "b"].map((node) => [node, reach])), gaps: [], shed: 0, truncated: false };
    },
  };
  const asked = { ...question, of: "drops", window: { from: noon, to: noon + 60_000 } } as const;
  const finding = (await hubbleAt(relay.address, { past }).answer(asked, AbortSignal.timeout(20_000))) as TopFinding;
  expect(finding.ranking?.total).toBe(4);
  expect(finding.coverage?.recorded).toBeDefined();
});

test("drops of the simulated cluster are those of its ledger", async () => {
  const minute = 60_000;
  const steps = [{ step: "l3-l4", at: noon - 20 * minute }] as const;
  const world = createWorld({ seed: 7, now: noon, steps });
  const relay = await createRelay({ world, clock: () => noon, host: "127.0.0.1", port: 0 });
  const window = { from: noon - 10 * minute, to: noon };
  const asked = { ...question, of: "drops", window } as const;
  const finding = (await hubbleAt(relay.address).answer(asked, AbortSignal.timeout(20_000))) as TopFinding;
  await relay.close();
  const truth: Record<string, number> = {};
  const packets = world.ledger(window.from, window.to).filter(({ kind }) => kind === "packet");
  for (const { source, destination, port, protocol, reason } of packets) {
    const key = `${source} ${destination} ${port} ${protocol} ${reason}`;
    truth[key] = (truth[key] ?? 0) + 1;
  }
  // What is normal noise is in no row.
  const { total = 0, noise = 0 } = finding.ranking ?? {};
  expect(total + noise).toBe(packets.length);
  expect(total).toBeGreaterThan(10);
  const listed = countsOf(finding);
  expect(listed).toEqual(Object.fromEntries(Object.entries(truth).filter(([key]) => key in listed)));
  expect(Object.values(listed).reduce((sum, count) => sum + count, 0)).toBe(total);
});

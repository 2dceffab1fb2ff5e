import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { MapFinding, MapQuestion } from "../../../src/sources/question.ts";
import { sampleLines } from "../../fixtures/flows/samples.ts";
import { meshFrom, meshLines, meshTo } from "../../fixtures/mesh.ts";
import { countEdges } from "./count-edges.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "map-"));
});
afterAll(() => rm(folder, { recursive: true }));

const select = { either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };

async function ask(lines: readonly string[], change: Partial<MapQuestion> = {}): Promise<MapFinding> {
  const file = join(folder, "flows.jsonl");
  await writeFile(file, lines.join("\n"));
  const hubble = await openRecordedHubble({ file });
  const window = { from: meshFrom, to: meshTo };
  const question = { source: "hubble", ask: "map", cluster: "lab", select, window, top: 200, all: false } as const;
  const finding = await hubble.answer({ ...question, ...change }, AbortSignal.timeout(20_000));
  await hubble.close();
  return finding as MapFinding;
}

const edgesOf = ({ map }: MapFinding) =>
  Object.fromEntries(
    (map?.edges ?? []).map(({ source, destination, port, protocol, flows, requests, dropped, refused }) => [
      `${source} ${destination} ${port}/${protocol}`,
      { flows, requests, dropped, refused },
    ]),
  );

describe("edges and their numbers are those of a count by hand", () => {
  test.each([
    [10, 14],
    [50, 65],
  ])("of %i workloads", async (workloads, edges) => {
    const lines = meshLines(workloads, edges);
    const finding = await ask(lines);
    expect(edgesOf(finding)).toEqual(countEdges(lines));
    expect(Object.keys(edgesOf(finding)).length).toBeGreaterThan(workloads - 2);
    const probed = Math.ceil(workloads / 3);
    expect(finding.map?.hidden).toMatchObject({ probe: { edges: probed }, scrape: { edges: probed } });
    expect(finding.map?.folded).toEqual({ edges: 0, flows: 0, dropped: 0 });
  });

  test("of 500 workloads: those that are listed, and the sum of the others", async () => {
    const lines = meshLines(500, 900);
    const finding = await ask(lines);
    const [found, counted] = [edgesOf(finding), countEdges(lines)];
    expect(Object.keys(found)).toHaveLength(200);
    for (const [key, numbers] of Object.entries(found)) expect([key, numbers]).toEqual([key, counted[key]]);
    const rest = Object.entries(counted).filter(([key]) => found[key] === undefined);
    expect(finding.map?.folded).toEqual({
      edges: rest.length,
      flows: rest.reduce((sum, [, { flows }]) => sum + flows, 0),
      dropped: rest.reduce((sum, [, { dropped, refused }]) => sum + dropped + refused, 0),
    });
    // Nothing that was dropped is folded away while there is room.
    expect(rest.every(([, { dropped }]) => dropped === 0)).toBe(true);
  });

  test("of the samples of a real cluster", async () => {
    const finding = await ask(sampleLines, { window: { from: 0, to: 9e12 }, all: true });
    const found = edgesOf(finding);
    expect(found["default/xwing default/deathstar 80/TCP"]).toEqual(
      countEdges(sampleLines)["default/xwing default/deathstar 80/TCP"],
    );
    const dropped = Object.values(found).reduce((sum, edge) => sum + edge.dropped, 0);
    expect(dropped).toBe(25);
  });
});

test("a place that may see one namespace sees edges with an end in it, and no others", async () => {
  const lines = meshLines(50, 65);
  const { map } = await ask(lines, { visible: ["platform"] });
  const edges = map?.edges ?? [];
  expect(edges.length).toBeGreaterThan(5);
  expect(edges.filter(({ source, destination }) => !`${source} ${destination}`.includes("platform/"))).toEqual([]);
  expect((await ask(lines, { visible: [] })).map?.edges).toEqual([]);
});

test("a target is one end of each edge", async () => {
  const target = { kind: "namespace", name: "platform" } as const;
  const { map, resolution } = await ask(meshLines(50, 65), { select: { ...select, target } });
  expect(resolution?.status).toBe("unresolved");
  expect(map?.edges.length).toBeGreaterThan(5);
  expect(map?.edges.filter(({ source, destination }) => !`${source} ${destination}`.includes("platform/"))).toEqual([]);
});

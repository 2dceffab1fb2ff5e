import { afterAll, beforeAll, expect, test } from "vitest";
import { catalogue } from "../../../src/analysis/catalogue/index.ts";
import { createPrometheus, type Prometheus } from "../../../src/sources/prometheus/prometheus.ts";
import type { PanelFinding } from "../../../src/sources/question.ts";
import { startTestLab, type TestLab } from "../../support/lab.ts";

let ground: TestLab;
let prometheus: Prometheus;

beforeAll(async () => {
  ground = await startTestLab({ scenarios: ["webpod"] });
  prometheus = createPrometheus({ name: "lab", url: ground.lab.config().clusters[0]?.prometheus?.url ?? "" });
});
afterAll(() => ground[Symbol.asyncDispose]());

function ask(panel: string): Promise<PanelFinding> {
  const to = Date.now();
  const window = { from: to - 3_600_000, to };
  return prometheus.answer(
    { source: "prometheus", ask: "panel", cluster: "lab", panel, window },
    AbortSignal.timeout(20_000),
  );
}

test("every entry has data in the lab, or says why not", async () => {
  const results: { name: string; finding: PanelFinding }[] = [];
  for (const { name } of catalogue) results.push({ name, finding: await ask(name) });

  for (const { name, finding } of results) {
    const told =
      finding.cannot ?? `${finding.series.length} series${finding.folded > 0 ? ` and ${finding.folded} more` : ""}`;
    process.stdout.write(`${name.padEnd(34)} ${told}\n`);
  }
  for (const { name, finding } of results) {
    expect(finding.series.length > 0, name).toBe(finding.cannot === null);
    for (const { points } of finding.series) expect(points.length, name).toBeGreaterThan(0);
    if (finding.cannot !== null) expect(finding.cannot, name).toMatch(/^([A-Z]|cilium_|hubble_|node_).{40,}\.$/);
  }
  // A lab, or a reader, that lost what most of them need would still have reasons.
  expect(results.filter(({ finding }) => finding.cannot === null).length).toBeGreaterThan(75);
});

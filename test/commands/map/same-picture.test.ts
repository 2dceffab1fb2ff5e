import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawSvg } from "../../../src/charts/draw.ts";
import { openFont } from "../../../src/charts/font.ts";
import { rasterise } from "../../../src/charts/raster.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { MapQuestion, Outcome } from "../../../src/sources/question.ts";
import { meshLines, meshTo } from "../../fixtures/mesh.ts";
import { randomFrom } from "../../fixtures/random.ts";

const font = openFont();

/** A file of flows through the source, the command and the drawing. */
async function picture(lines: readonly string[], file: string): Promise<Buffer> {
  await writeFile(file, lines.join("\n"));
  const hubble = await openRecordedHubble({ file });
  const parsed = parseCommand("map shop", { clusters: ["file"], defaultCluster: "file" });
  if (!parsed.ok) throw new Error(parsed.say);
  const { command, args, clusters } = parsed;
  const outcomes: Outcome[] = [];
  for (let round = 0; round < 3; round++) {
    const step = command.step({ args, askedAt: meshTo, clusters, visible: {}, outcomes, round });
    if ("answer" in step) {
      await hubble.close();
      const [chart] = step.answer.message.blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));
      if (chart === undefined) throw new Error("no picture");
      return rasterise(drawSvg(chart, { height: 400, theme: "light" }, font), 360, font);
    }
    for (const question of step.ask as MapQuestion[]) {
      const finding = await hubble.answer(question, AbortSignal.timeout(20_000));
      outcomes.push({ question, ms: 3, status: "ok", finding });
    }
  }
  throw new Error("the command still asks in its third round");
}

test.each([10, 50, 150])("the same flows of %i workloads in any order are the same bytes", async (workloads) => {
  const folder = await mkdtemp(join(tmpdir(), "same-picture-"));
  try {
    const lines = meshLines(workloads, Math.round(workloads * 1.3));
    const random = randomFrom(workloads);
    const shuffled = lines.map((text) => ({ text, at: random.below(1e9) })).sort((one, other) => one.at - other.at);
    const first = await picture(lines, join(folder, "one.jsonl"));
    const second = await picture(
      shuffled.map(({ text }) => text),
      join(folder, "other.jsonl"),
    );
    expect(first.length).toBeGreaterThan(5_000);
    expect(second.equals(first)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

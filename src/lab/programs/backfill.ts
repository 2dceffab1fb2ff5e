import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Program } from "./program.ts";
import { runTool } from "./tool.ts";

const deadlineMs = 30_000;

/** Writes the past into a Prometheus data directory before Prometheus opens it. `text` is OpenMetrics with a timestamp on each sample and `# EOF`. */
export async function createBlocks(
  promtool: Program,
  text: Iterable<string>,
  directory: string,
  dataDirectory: string,
): Promise<void> {
  const path = join(directory, "history.om");
  const file = await open(path, "w", 0o600);
  try {
    // Each chunk is awaited, so that others get their turn between two moments of the past.
    for (const chunk of text) await file.write(chunk);
  } finally {
    await file.close();
  }
  const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", path, dataDirectory];
  const result = await runTool(promtool.command(args, directory), { environment: process.env, deadlineMs });
  await rm(path, { force: true });
  if (!result.ok) throw new Error(`The past could not be written for Prometheus: ${result.because}`);
}

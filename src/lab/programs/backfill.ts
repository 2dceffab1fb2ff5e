import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Program } from "./program.ts";
import { runTool } from "./tool.ts";

const deadlineMs = 30_000;

interface Blocks {
  /** For the text, while it is read. */
  readonly directory: string;
  /** Prometheus' own. */
  readonly data: string;
  /** Longest time of one block; at least 2. */
  readonly blockHours: number;
}

/** Writes the past into a Prometheus data directory before Prometheus opens it. `text` is OpenMetrics with a timestamp on each sample and `# EOF`. */
export async function createBlocks(
  promtool: Program,
  text: Iterable<string>,
  { directory, data, blockHours }: Blocks,
): Promise<void> {
  const path = join(directory, "history.om");
  const file = await open(path, "w", 0o600);
  try {
    // Each chunk is awaited, so that others get their turn between two moments of the past.
    for (const chunk of text) await file.write(chunk);
  } finally {
    await file.close();
  }
  const blocks = ["create-blocks-from", `--max-block-duration=${blockHours}h`, "--quiet"];
  const args = ["tsdb", ...blocks, "openmetrics", path, data];
  const result = await runTool(promtool.command(args, directory), { environment: process.env, deadlineMs });
  await rm(path, { force: true });
  if (!result.ok) throw new Error(`The past could not be written for Prometheus: ${result.because}`);
}

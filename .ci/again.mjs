// Real servers and killed processes share the cores with two other test files: one of four hundred may be late by chance. A file that failed is run once more,
// from its beginning and alone; what fails then too is a defect. `again.mjs REPORT`: what vitest's json reporter wrote of the run that failed.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** More than chance makes fail. */
const most = 8;
const { testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const files = testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
if (files.length === 0 || files.length > most) {
  process.stderr.write(`again: ${files.length} files failed, nothing is run again\n`);
  process.exit(1);
}
process.stdout.write(`\n== once more, alone: ${files.join(" ")}\n`);
const run = ["run", "--config", ".ci/vitest.config.ts", "--maxWorkers", "1", ...files];
process.exit(spawnSync("node_modules/.bin/vitest", run, { stdio: "inherit" }).status ?? 1);

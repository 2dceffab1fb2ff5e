/** Before all tests: the real programs they run against are there, or one sentence says what to install; and ours is built, because a start takes a third of the time then. */
import { spawnSync } from "node:child_process";
import { findPrograms } from "../../src/lab/programs/find.ts";
import { programNames } from "../../src/lab/programs/program.ts";

const done = "CILIUM_CHATOPS_TEST_PROGRAMS";

export async function setup(): Promise<void> {
  // Two projects have this as their setup.
  if (process.env[done]) return;
  process.env[done] = "yes";
  await findPrograms(programNames, { say: (line) => process.stdout.write(`${line}\n`) });
  // In CI `npm ci` has built it just now.
  if (!process.env["CI"]) spawnSync(process.execPath, ["node_modules/typescript/bin/tsc"], { stdio: "inherit" });
}

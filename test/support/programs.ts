/** Before all tests: the real programs they run against are there, or one sentence says what to install. */
import { findPrograms } from "../../src/lab/programs/find.ts";
import { programNames } from "../../src/lab/programs/program.ts";

export async function setup(): Promise<void> {
  await findPrograms(programNames, { say: (line) => process.stdout.write(`${line}\n`) });
}

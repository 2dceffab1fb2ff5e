/** One lab for a file of tests, and a configuration file that points at it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Lab, type LabOptions, startLab } from "../../src/lab/start.ts";

export interface TestLab extends AsyncDisposable {
  readonly lab: Lab;
  readonly configFile: string;
  readonly directory: string;
}

export async function startTestLab(options: Omit<LabOptions, "say"> = {}): Promise<TestLab> {
  const lab = await startLab({ say: () => undefined, ...options });
  const directory = mkdtempSync(join(tmpdir(), "cilium-chatops-e2e-"));
  const configFile = join(directory, "config.yaml");
  writeFileSync(configFile, stringify(lab.config()), { mode: 0o600 });
  return {
    lab,
    configFile,
    directory,
    async [Symbol.asyncDispose]() {
      await lab.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

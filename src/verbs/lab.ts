/** `lab`: a Cilium cluster in a box until it is told to stop. */
import { writeFileSync } from "node:fs";
import { stringify } from "yaml";
import { startLab } from "../lab/start.ts";
import { textOption, type VerbInput } from "./verb.ts";

export async function lab(input: VerbInput): Promise<number> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const running = await startLab({ say, clusterOnly: input.options["cluster-only"] === true });
  try {
    for (const [name, address] of Object.entries(running.addresses)) say(`${name.padEnd(14)} ${String(address)}`);
    const file = textOption(input, "config-out");
    if (file) {
      writeFileSync(file, stringify(running.config()), { mode: 0o600 });
      say(`configuration  ${file}`);
      say(`try            npx cilium-chatops ask --config ${file} "drops deathstar"`);
    }
    say("the lab runs until Ctrl-C");
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    });
    return 0;
  } finally {
    await running.close();
  }
}

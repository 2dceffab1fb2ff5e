/** `lab`: a Cilium cluster in a box until it is told to stop. */
import { copyFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { stringify } from "yaml";
import { type LabConfig, startLab } from "../lab/start.ts";
import { scenariosOption } from "./scenario.ts";
import { textOption, type VerbInput } from "./verb.ts";

/** In a container of its own: the ports of a real cluster's Relay, API server and exporters (9962, 9965, 9963, 9972, …), under the container's host name. */
const clusterOnly = {
  host: "0.0.0.0",
  advertise: hostname(),
  ports: { relay: 4245, kubernetes: 6443, metrics: 9962 },
} as const;

export async function lab(input: VerbInput): Promise<number> {
  const scenarios = scenariosOption(input);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  const running = await startLab({
    say,
    scenarios,
    ...(input.options["cluster-only"] === true && { clusterOnly: true, ...clusterOnly }),
  });
  try {
    for (const [name, address] of Object.entries(running.addresses)) {
      say(`${name.padEnd(14)} ${Array.isArray(address) ? address.join(" ") : String(address)}`);
    }
    const file = textOption(input, "config-out");
    if (file) {
      writeConfig(file, running.config());
      say(`configuration  ${file}`);
      say(`try            npx cilium-chatops ask --config ${file} "drops deathstar"`);
    }
    say("The lab runs until Ctrl-C.");
    await stopped;
    return 0;
  } finally {
    await running.close();
  }
}

/** The kubeconfig lies beside the configuration, so that both can be handed to another container. Whole before anybody reads it: it is written last. */
function writeConfig(file: string, config: LabConfig): void {
  const kubeconfig = `${file}.kubeconfig`;
  const clusters = config.clusters.map((cluster) => {
    copyFileSync(cluster.kubernetes.kubeconfig, kubeconfig);
    return { ...cluster, kubernetes: { kubeconfig } };
  });
  writeFileSync(file, stringify({ ...config, clusters }), { mode: 0o600 });
}

import { existsSync, readFileSync } from "node:fs";
import { type Environment, findBinary } from "./path.ts";
import { runTool } from "./tool.ts";

/** What decides whether packages may be installed without asking: a container, in short. */
export interface Machine {
  readonly root: boolean;
  readonly debian: boolean;
  readonly systemd: boolean;
}

const updateMs = 120_000;
const installMs = 300_000;

export function readMachine(): Machine {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return {
    root: process.getuid?.() === 0,
    debian: /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release),
    // https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html
    systemd: existsSync("/run/systemd/system"),
  };
}

/** The line that installs them by hand. */
export function aptLine(packages: readonly string[]): string {
  return `sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
}

export function canInstall(machine: Machine, environment: Environment): boolean {
  return machine.root && machine.debian && !machine.systemd && findBinary("apt-get", environment) !== undefined;
}

/**
 * The packages' scripts would start services on the default ports. RUNLEVEL=1 makes invoke-rc.d treat each start as out of its runlevel and skip it
 * (invoke-rc.d(8)); it holds for this run only, where a policy-rc.d file would hold for the whole machine.
 */
export async function installPackages(
  packages: readonly string[],
  environment: Environment,
  say: (line: string) => void,
): Promise<void> {
  say(`Installing ${packages.join(", ")} with apt-get (their services are not started)`);
  const options = { environment: { ...environment, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1", LC_ALL: "C" } };
  const apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60"];
  // Without network the lists at hand may still do; the install tells.
  const update = await runTool([...apt, "update"], { ...options, deadlineMs: updateMs });
  const install = await runTool([...apt, "install", "--yes", "--no-install-recommends", ...packages], {
    ...options,
    deadlineMs: installMs,
  });
  if (install.ok) return;
  const failed = [...(update.ok ? [] : [`apt-get update: ${update.because}`]), `apt-get install: ${install.because}`];
  throw new Error(`${packages.join(", ")} could not be installed. ${failed.join("\n")}`);
}

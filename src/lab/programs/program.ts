/** The real programs beside the lab, and where each comes from. */
export const programNames = ["redis-server", "prometheus", "promtool", "alertmanager"] as const;
export type ProgramName = (typeof programNames)[number];

/** A program that can be run on this machine. */
export interface Program {
  readonly name: ProgramName;
  /** Its path, or its image: for people. */
  readonly where: string;
  /** The command line that runs it with these arguments; `directory` is the one that it may read and write. */
  command(args: readonly string[], directory: string): readonly string[];
}

interface ProgramSource {
  /** Names to look for in PATH, the preferred one first. */
  readonly binaries: readonly string[];
  /** Package of Debian and Ubuntu that holds it. */
  readonly debianPackage: string;
  readonly image: string;
  readonly entrypoint: string;
}

export const programSources: Readonly<Record<ProgramName, ProgramSource>> = {
  "redis-server": {
    binaries: ["redis-server"],
    debianPackage: "redis-server",
    image: "redis:7.2.4-alpine",
    entrypoint: "redis-server",
  },
  prometheus: {
    binaries: ["prometheus"],
    debianPackage: "prometheus",
    image: "prom/prometheus:v2.53.0",
    entrypoint: "/bin/prometheus",
  },
  promtool: {
    binaries: ["promtool"],
    debianPackage: "prometheus",
    image: "prom/prometheus:v2.53.0",
    entrypoint: "/bin/promtool",
  },
  // Debian renamed the binary; upstream's archive has it as alertmanager.
  alertmanager: {
    binaries: ["prometheus-alertmanager", "alertmanager"],
    debianPackage: "prometheus-alertmanager",
    image: "prom/alertmanager:v0.27.0",
    entrypoint: "/bin/alertmanager",
  },
};

/** What an operator should know about a usable configuration: secrets that others can read, and what is off because something else is not set. */
import { statSync } from "node:fs";
import type { Config } from "./schema.ts";

/** One sentence each, ending in what to do. */
export function configWarnings({ http, artifacts, slack, teams, alerts }: Config): string[] {
  const { keyFile } = artifacts;
  const files = [
    ...(keyFile === undefined ? [] : [["artifacts.keyFile", keyFile] as const]),
    ...Object.entries(slack?.files ?? {}).map(([setting, file]) => [`slack.${setting}`, file] as const),
    ...Object.entries(alerts.files).map(([setting, file]) => [`alerts.${setting}`, file] as const),
    ...Object.entries(teams?.files ?? {}).map(([setting, file]) => [`teams.${setting}`, file] as const),
  ];
  const warnings = files
    .filter(([, file]) => isReadByAll(file))
    .map(
      ([setting, file]) =>
        `${setting}: ${file} can be read by every user of this machine. chmod o-r it; a Kubernetes Secret's volume takes defaultMode: 0440.`,
    );
  if (http.publicUrl !== undefined && keyFile === undefined)
    warnings.push(
      "Links to pictures and files are off: http.publicUrl is set but artifacts.keyFile is not. Make a key: openssl rand -out FILE 32.",
    );
  if (http.publicUrl === undefined && keyFile !== undefined)
    warnings.push("Links to pictures and files are off: artifacts.keyFile is set but http.publicUrl is not.");
  return warnings;
}

function isReadByAll(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  return status?.isFile() === true && (status.mode & 0o004) !== 0;
}

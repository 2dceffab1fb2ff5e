/**
 * A secret that is given as a value or as the name of a file with it: exactly one of the two. Problems are reported with the setting they are about and what to
 * set instead; no sentence here ever holds the secret itself.
 */
import { readFileSync } from "node:fs";

export interface SecretKind {
  /** The setting; the one for a file is called `<setting>File`. */
  readonly setting: string;
  /** Where the value should come from. */
  readonly variable: string;
  readonly required: boolean;
  /** What is wrong with a value of the wrong kind. */
  wrong(value: string): string | undefined;
}

type Report = (setting: string, problem: string) => void;

const maxBytes = 65_536;

export function readSecret(
  given: Readonly<Record<string, unknown>>,
  { setting, variable, required, wrong }: SecretKind,
  report: Report,
): string | undefined {
  const fileSetting = `${setting}File`;
  const value = textOf(given[setting]);
  const file = textOf(given[fileSetting]);
  if (value !== undefined && file !== undefined) {
    report(setting, `set ${setting} or ${fileSetting}, not both`);
    return undefined;
  }
  const at = file === undefined ? setting : fileSetting;
  const secret =
    file === undefined
      ? value
      : readSecretFile(file, (problem) => report(at, problem))
          ?.toString()
          .trim();
  if (secret === undefined) {
    if (required && file === undefined)
      report(
        setting,
        `is missing: set the environment variable ${variable} and ${setting}: \${${variable}} here, or name a file with ${fileSetting}`,
      );
    return undefined;
  }
  const problem = /[^\x20-\x7e]/.test(secret) ? "must be one line of plain characters" : wrong(secret);
  if (problem !== undefined) report(at, problem);
  return secret;
}

/** The file's bytes as they are; undefined and a report when there are none. */
export function readSecretFile(file: string, report: (problem: string) => void): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    report(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  if (bytes.length > maxBytes) report(`${file} is ${bytes.length} bytes long: no secret is`);
  else if (bytes.toString("latin1").trim() === "") report(`${file} is empty`);
  else return bytes;
  return undefined;
}

/** Blank is not set: an empty variable is how deployments leave one out. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** `config check FILE`: what the program would understand, defaults filled in, secrets hidden. */
import { stringify } from "yaml";
import { type Config, configWarnings, loadConfig, redactConfig } from "../config.ts";
import { UsageError, type VerbInput } from "./verb.ts";

export async function configCheck({ words }: VerbInput): Promise<number> {
  const [verb, file] = words;
  if (verb !== "check" || !file || words.length > 2) throw new UsageError("name the file: config check FILE");
  const config: Config = loadConfig(file, process.env);
  for (const warning of configWarnings(config)) process.stderr.write(`${warning}\n`);
  process.stdout.write(`${file} is usable. With defaults filled in:\n\n${stringify(redactConfig(config))}`);
  return 0;
}

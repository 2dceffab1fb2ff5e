/**
 * The configuration: one schema for the file, its defaults, its errors and the README's table. `${NAME}` in any value is replaced from the environment, so
 * that secrets stay out of the file; a value that names a missing variable is an error, not an empty string.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "./config/error.ts";
import { type Config, Schema } from "./config/schema.ts";

export { checkChannels } from "./config/channels.ts";
export { describeConfig } from "./config/describe.ts";
export { redactConfig } from "./config/redact.ts";
export { configWarnings } from "./config/warnings.ts";
export { type Config, ConfigError };

type Environment = Readonly<Record<string, string | undefined>>;

export function loadConfig(file: string, environment: Environment): Config {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  return parseConfig(text, environment, file);
}

/** `origin` names the text in errors. */
export function parseConfig(text: string, environment: Environment, origin = "config"): Config {
  const missing: string[] = [];
  const expanded = expand(parseYaml(text, origin), environment, missing);
  if (missing.length > 0)
    throw new ConfigError(
      `${origin} names environment variables that are not set: ${[...new Set(missing)].join(", ")}`,
    );
  return checkConfig(expanded, origin);
}

/** Reads the files that secrets are in, and nothing else. */
export function checkConfig(value: unknown, origin = "config"): Config {
  const result = Schema.safeParse(value ?? {});
  if (!result.success) throw new ConfigError(`${origin} is not usable:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** The parser's message ends in the line it is about, which may hold a secret: only its first line, which names the place, is kept. */
function parseYaml(text: string, origin: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [problem = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    const hint = /alias/i.test(problem) ? ' (an asterisk needs quotes: "*")' : "";
    throw new ConfigError(`${origin} is not YAML: ${problem.replace(/:$/, "")}${hint}`);
  }
}

/** A setting without a value (`keyFile:`) is one that is not set. */
function expand(value: unknown, environment: Environment, missing: string[]): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = environment[variable];
      if (found === undefined) missing.push(variable);
      return found ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((item) => expand(item, environment, missing));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== null)
        .map(([key, item]) => [key, expand(item, environment, missing)]),
    );
  }
  return value;
}

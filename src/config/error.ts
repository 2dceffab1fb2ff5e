/** What is wrong with a configuration, each problem on its own line with the path it is about. Never holds a value that may be a secret. */
export class ConfigError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ConfigError";
  }
}

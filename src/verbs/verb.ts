/** What a verb of the command line is made of. */
export interface VerbOption {
  readonly name: string;
  /** What stands for the value; absent for a switch. */
  readonly value?: string;
  readonly doc: string;
}

export interface Verb {
  readonly name: string;
  readonly positionals: string;
  readonly summary: string;
  readonly options: readonly VerbOption[];
  /** Loads and runs it; resolves to the exit code. */
  readonly run: (input: VerbInput) => Promise<number>;
}

export interface VerbInput {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | true | undefined>>;
}

/** The command line was wrong: exit 2, one sentence on standard error. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The value of an option that takes one. */
export function textOption(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

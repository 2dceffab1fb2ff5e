/** How a command is typed, made from what it declares. */
import type { Command, Flag } from "./command.ts";

/** Flags that fit into the line; the rest is in `help COMMAND`. */
const shownFlags = 3;

/** `drops [TARGET] [--since TIME] [--until TIME] [--last N] [flags]`. Flags that may repeat are filters, and too many for one line. */
export function usageLine({ name, positionals, flags }: Command): string {
  const words = positionals.map((word) => (word.optional ? `[${word.name}]` : word.name));
  const open = flags.filter(({ internal }) => !internal);
  const shown = open.filter(({ many }) => !many).slice(0, shownFlags);
  const written = shown.map(
    (flag) => `[${[flag.names[0], ...(flag.value === undefined ? [] : [flag.value])].join(" ")}]`,
  );
  return [name, ...words, ...written, ...(open.length > shown.length ? ["[flags]"] : [])].join(" ");
}

export interface FlagLine {
  /** `--pod, --from-pod, --to-pod [NAMESPACE/]NAME`. */
  readonly spelling: string;
  readonly doc: string;
}

/** One line for a flag, with its `--from-` and `--to-` forms where they exist. */
export function flagLines(flags: readonly Flag[]): FlagLine[] {
  const keys = new Set(flags.map(({ key }) => key));
  const isForm = ({ key }: Flag) => /^(from|to)-/.test(key) && keys.has(key.replace(/^(from|to)-/, ""));
  return flags
    .filter((flag) => !isForm(flag) && !flag.internal)
    .map((flag) => {
      const forms = flags
        .filter((other) => isForm(other) && other.key.endsWith(`-${flag.key}`))
        .flatMap(({ names }) => names);
      return {
        spelling: [[...flag.names, ...forms].join(", "), ...(flag.value === undefined ? [] : [flag.value])].join(" "),
        doc: flag.doc,
      };
    });
}

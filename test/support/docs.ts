/** The regions of README.md that follow from the sources: `npm run docs` rewrites them, `test/docs.test.ts` fails when they are stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/index.ts";
import { usageLine } from "../../src/commands/usage.ts";
import { describeConfig } from "../../src/config.ts";
import { verbs } from "../../src/verbs/index.ts";

const readme = join(import.meta.dirname, "../../README.md");

export function readReadme(): string {
  return readFileSync(readme, "utf8");
}

export function regenerate(text: string): string {
  return Object.entries(regions()).reduce((current, [name, body]) => {
    const region = new RegExp(`(<!-- ${name}: written by npm run docs -->\n)[\\s\\S]*?(<!-- end -->)`);
    if (!region.test(current)) throw new Error(`README.md has no region ${name}`);
    return current.replace(region, (_, start: string, end: string) => `${start}\n${body}\n\n${end}`);
  }, text);
}

function regions(): Record<string, string> {
  return {
    commands: table(
      ["type", "and read"],
      Object.values(commands).map((command) => [code(usageLine(command)), command.summary]),
    ),
    verbs: table(
      ["verb", "option", "meaning"],
      verbs.flatMap((verb) => [
        [code(`${verb.name} ${verb.positionals}`.trim()), "", verb.summary],
        ...verb.options.map((option) => [
          "",
          code(`--${option.name}${option.value ? ` ${option.value}` : ""}`),
          option.doc,
        ]),
      ]),
    ),
    configuration: table(
      ["setting", "type", "default", "meaning"],
      describeConfig().map((entry) => [
        code(entry.path),
        entry.type,
        entry.required ? "required" : entry.fallback === "" ? "" : code(entry.fallback),
        entry.doc,
      ]),
    ),
  };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return text === "" ? "" : `\`${text.replaceAll("|", "\\|")}\``;
}

if (process.argv[1] === import.meta.filename) writeFileSync(readme, regenerate(readReadme()));

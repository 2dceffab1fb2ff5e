/** What follows from the sources, in README.md and in the platforms' manifests: `npm run docs` rewrites it, `test/docs.test.ts` fails when it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/commands/index.ts";
import { usageLine } from "../../src/commands/usage.ts";
import { describeConfig } from "../../src/config.ts";
import { verbs } from "../../src/verbs/index.ts";
import { httpManifest, usageHint, withUsageHint } from "../manifests/write-slack.ts";
import { withCommandLists } from "../manifests/write-teams.ts";

const root = join(import.meta.dirname, "../..");
const readme = join(root, "README.md");
const slack = {
  socket: join(root, "manifests/slack/manifest.yaml"),
  http: join(root, "manifests/slack/manifest-http.yaml"),
};

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

interface Manifest {
  readonly file: string;
  readonly is: string;
  readonly should: string;
}

/** manifests/teams/manifest.json as it is and as it should be. */
export function teamsManifest(): Manifest {
  const file = join(root, "manifests/teams/manifest.json");
  const is = readFileSync(file, "utf8");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  return { file, is, should: withCommandLists(is, version, Object.values(commands)) };
}

/** The files of manifests/slack as they are and as they should be. */
export function slackManifests(): readonly Manifest[] {
  const is = readFileSync(slack.socket, "utf8");
  const should = withUsageHint(is, usageHint(Object.values(commands)));
  return [
    { file: slack.socket, is, should },
    { file: slack.http, is: readFileSync(slack.http, "utf8"), should: httpManifest(should) },
  ];
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(readme, regenerate(readReadme()));
  for (const { file, should } of [...slackManifests(), teamsManifest()]) writeFileSync(file, should);
}

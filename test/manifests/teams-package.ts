/**
 * `npm run teams-package -- --app-id ID [--host HOST] [--out FILE]`: the app as Teams takes it (Apps, "Upload a custom app"), a zip of the manifest with your bot's
 * id and the two icons, which are drawn from their SVGs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Resvg } from "@resvg/resvg-js";
import { zip } from "./zip.ts";

const folder = join(import.meta.dirname, "../../manifests/teams");

export interface AppOptions {
  /** Of the bot's registration (teams.appId). */
  readonly appId: string;
  /** Where people find out who runs it. */
  readonly host: string;
}

export function teamsApp({ appId, host }: AppOptions): Buffer {
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8")
    .replaceAll("00000000-0000-0000-0000-000000000000", appId)
    .replaceAll("bot.example.com", host);
  return zip([
    { name: "manifest.json", body: Buffer.from(manifest) },
    { name: "color.png", body: icon("color.svg") },
    { name: "outline.png", body: icon("outline.svg") },
  ]);
}

function icon(file: string): Buffer {
  return Buffer.from(new Resvg(readFileSync(join(folder, file), "utf8")).render().asPng());
}

if (process.argv[1] === import.meta.filename) process.exitCode = run(process.argv.slice(2));

function run(words: readonly string[]): number {
  const { values } = parseArgs({
    args: [...words],
    options: {
      "app-id": { type: "string" },
      host: { type: "string", default: "bot.example.com" },
      out: { type: "string", default: "cilium-chatops-teams.zip" },
    },
  });
  const appId = values["app-id"];
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(appId ?? "") || appId === undefined) {
    process.stderr.write("say which bot it is: npm run teams-package -- --app-id ID, the app id of its registration\n");
    return 2;
  }
  if (!/^[a-z0-9.-]+$/i.test(values.host)) {
    process.stderr.write("--host is a host name alone, as in bot.example.com\n");
    return 2;
  }
  writeFileSync(values.out, teamsApp({ appId, host: values.host }));
  process.stdout.write(`${values.out}: upload it in Teams under Apps, Manage your apps, Upload an app\n`);
  return 0;
}

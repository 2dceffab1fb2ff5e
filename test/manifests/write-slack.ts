/**
 * What follows from the sources in manifests/slack: the usage hint from the list of commands, and the HTTP form of the app from its Socket Mode form.
 * `npm run docs` writes both, `test/docs.test.ts` fails when they are stale.
 */
import { parseDocument } from "yaml";
import type { Command } from "../../src/commands/command.ts";

/** Where Slack reaches the bot; people replace the host. */
const requestUrl = "https://bot.example.com/slack/events";

const httpHead = ` The Slack app with request URLs, for a bot that Slack can reach at https://bot.example.com: put your host there, three times. Written by \`npm run docs\`
 from manifest.yaml, which is the same app for Socket Mode.`;

/** `help [COMMAND] | drops [TARGET]`: shown while people type the command. */
export function usageHint(commands: readonly Command[]): string {
  return commands
    .map(({ name, positionals }) =>
      [name, ...positionals.map((word) => (word.optional ? `[${word.name}]` : word.name))].join(" "),
    )
    .join(" | ");
}

export function withUsageHint(manifest: string, hint: string): string {
  return manifest.replace(/^( +usage_hint: ).*$/m, (_, key: string) => `${key}${JSON.stringify(hint)}`);
}

/** Comments are kept, all but the head. */
export function httpManifest(manifest: string): string {
  const document = parseDocument(manifest);
  document.commentBefore = httpHead; // the first comment, up to the blank line
  document.setIn(["features", "slash_commands", 0, "url"], requestUrl);
  document.setIn(["settings", "event_subscriptions", "request_url"], requestUrl);
  document.setIn(["settings", "interactivity", "request_url"], requestUrl);
  document.setIn(["settings", "socket_mode_enabled"], false);
  return document.toString({ lineWidth: 0 });
}

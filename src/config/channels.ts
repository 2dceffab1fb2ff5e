/** `channels`: who may ask what, where. Nothing outside of these entries is answered. */
import { z } from "zod";
import { ConfigError } from "./error.ts";

const Channel = z.strictObject({
  match: z
    .string()
    .transform((text, context) => {
      const problem = matchProblem(text);
      if (problem) context.addIssue({ code: "custom", message: problem });
      return text;
    })
    .meta({
      doc: '"slack:C0123ABCD" (a channel by its id), "slack:T0123ABCD/C0123ABCD", "slack:dm" (direct messages to the bot), "slack:*" (every channel where the bot can be asked, shared ones included, but no direct messages). In Teams "teams:19:…@thread.tacv2" (a channel or group chat by its conversation id), "teams:dm" and "teams:*" alike. Several entries for one place add up',
    }),
  clusters: z
    .array(z.string())
    .min(1, 'name the clusters that may be asked about there, or "*"')
    .meta({ doc: 'Clusters that may be asked about there; "*": all' }),
  namespaces: z
    .array(
      z
        .string()
        .regex(/^(\*|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/, 'must be the name of a namespace in full, or "*" alone'),
    )
    .min(1, 'name the namespaces that may be seen there, or "*"')
    .default(["*"])
    .meta({ doc: 'Namespaces of these clusters that may be seen there; "*": the whole cluster' }),
  commands: z
    .array(z.string())
    .min(1, 'name the commands that may be used there, or "*"')
    .default(["*"])
    .meta({ doc: 'Commands that may be used there, besides help; "*": all' }),
});

export const Channels = z.array(Channel).default([]);

/** The schema knows no commands: whoever has the list checks that every entry of `channels` names commands that exist. Throws a ConfigError. */
export function checkChannels(
  channels: readonly { readonly commands: readonly string[] }[],
  commands: readonly string[],
): void {
  const problems = channels.flatMap((channel, index) =>
    channel.commands
      .filter((name) => name !== "*" && !commands.includes(name))
      .map((name) => `✖ there is no command ${JSON.stringify(name.slice(0, 40))}\n  → at channels[${index}].commands`),
  );
  if (problems.length > 0)
    throw new ConfigError(`config is not usable:\n${problems.join("\n")}\nCommands: ${commands.join(", ")}, or "*"`);
}

function matchProblem(match: string): string | undefined {
  const [, platform, place = ""] = /^([a-z]+):(.*)$/s.exec(match) ?? [];
  if (platform === "terminal") return "the terminal is its operator's own and needs no entry";
  if (platform !== "slack" && platform !== "teams") return 'must begin with "slack:" or "teams:"';
  if (place === "*" || place === "dm") return undefined;
  if (platform === "teams") return /^[^\s*#]+$/.test(place) ? undefined : "must be teams: and a conversation's id";
  if (/^([TE][A-Z0-9]+\/)?[CGD][A-Z0-9]+$/.test(place)) return undefined;
  return 'must name a channel by its id, for example "slack:C0123ABCD" (Slack shows it at the bottom of the channel\'s details), or be "slack:dm" or "slack:*"';
}

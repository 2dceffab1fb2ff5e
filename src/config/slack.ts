/** `slack`: how the bot reaches Slack. Reading it resolves its secrets, so that a bot which could not answer does not start. */
import { z } from "zod";
import { guardedUrl } from "./scalars.ts";
import { readSecret, type SecretKind } from "./secret.ts";

interface Common {
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly command: string;
  readonly charts: "pictures" | "native" | "none";
  readonly botToken: string;
  /** The files that secrets came from, by setting. */
  readonly files: Readonly<Record<string, string>>;
}

export type SlackConfig =
  | (Common & { readonly mode: "socket"; readonly appToken: string })
  | (Common & { readonly mode: "http"; readonly signingSecret: string });

const secret = (doc: string) => z.string().optional().meta({ doc });

const Given = z.strictObject({
  mode: z.enum(["socket", "http"]).default("socket").meta({
    doc: "socket: the bot calls Slack and needs no public address; http: Slack calls POST /slack/events on http.port",
  }),
  botToken: secret("Bot token (xoxb-…), required unless botTokenFile is set"),
  botTokenFile: secret("File with it"),
  appToken: secret("App-level token (xapp-…) with connections:write; required for mode socket"),
  appTokenFile: secret("File with it"),
  signingSecret: secret("Signing secret of the app; required for mode http"),
  signingSecretFile: secret("File with it"),
  apiUrl: guardedUrl
    .overwrite((text) => `${text}/`)
    .default("https://slack.com/api/")
    .meta({ doc: "Slack's Web API" }),
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]{1,31}$/, "must be a slash and at most 31 lower-case letters, digits, '-' and '_'")
    .default("/cilium")
    .meta({ doc: "The slash command's name, as in the app's manifest" }),
  charts: z.enum(["pictures", "native", "none"]).default("pictures").meta({
    doc: "pictures: drawn by the bot and uploaded; native: Slack's own charts where 12 series of 20 points show the data, else pictures; none: numbers alone",
  }),
});

export const Slack = Given.transform((given, context): SlackConfig => {
  const read = (kind: Omit<SecretKind, "required">, required: boolean): string =>
    readSecret(given, { ...kind, required }, (setting, message) =>
      context.addIssue({ code: "custom", message, path: [setting] }),
    ) ?? "";
  const socket = given.mode === "socket";
  const botToken = read(botTokenKind, true);
  const appToken = read(appTokenKind, socket);
  const signingSecret = read(signingSecretKind, !socket);
  const { apiUrl, command, charts } = given;
  const files = Object.fromEntries(
    Object.entries(given).flatMap(([setting, file]) =>
      setting.endsWith("File") && file?.trim() ? [[setting, file]] : [],
    ),
  );
  const common = { apiUrl, command, charts, botToken, files };
  return socket ? { ...common, mode: "socket", appToken } : { ...common, mode: "http", signingSecret };
});

const botTokenKind = {
  setting: "botToken",
  variable: "SLACK_BOT_TOKEN",
  wrong: (value: string) =>
    value.startsWith("xoxb-") ? undefined : `${kindOf(value)}; the bot token begins with xoxb- (OAuth & Permissions)`,
};

const appTokenKind = {
  setting: "appToken",
  variable: "SLACK_APP_TOKEN",
  wrong: (value: string) =>
    value.startsWith("xapp-")
      ? undefined
      : `${kindOf(value)}; the app-level token begins with xapp- (Basic Information, App-Level Tokens)`,
};

const signingSecretKind = {
  setting: "signingSecret",
  variable: "SLACK_SIGNING_SECRET",
  wrong: (value: string) =>
    /^(xox|xapp)/.test(value)
      ? `${kindOf(value)}; the signing secret stands under Basic Information, App Credentials`
      : undefined,
};

function kindOf(value: string): string {
  const kinds: readonly (readonly [RegExp, string])[] = [
    [/^xoxb-/, "that is a bot token"],
    [/^xoxp-/, "that is a user token"],
    [/^xapp-/, "that is an app-level token"],
    [/^xoxe/, "that is a token of an app with token rotation, which is not supported"],
    [/^xox/, "that is another kind of Slack token"],
    [/^[0-9a-f]{32}$/, "that looks like a signing or client secret"],
  ];
  return kinds.find(([pattern]) => pattern.test(value))?.[1] ?? "that is no Slack token";
}

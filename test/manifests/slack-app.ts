/**
 * What Slack takes as an app manifest, as far as ours go: the limits and names of Slack's published schema (slackapi/manifest-schema, versions 1 and 2, and the
 * page "App manifest reference"). Keys that we do not use are unknown here, so that a misspelt one is an error.
 */
import { z } from "zod";

const requestUrl = z
  .string()
  .max(3_000)
  .regex(/^https:\/\//);
const names = z.array(z.string().max(50)).max(255);

const AppManifest = z.strictObject({
  display_information: z.strictObject({ name: z.string().min(1).max(35), description: z.string().min(1).max(140) }),
  features: z.strictObject({
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean() }),
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().min(2).max(32).startsWith("/"),
          url: requestUrl.optional(),
          description: z.string().min(1).max(2_000),
          usage_hint: z.string().min(1).max(1_000),
          should_escape: z.boolean(),
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: names, bot_optional: names }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: requestUrl.optional(), bot_events: names.max(100) }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: requestUrl.optional() }),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
    org_deploy_enabled: z.boolean(),
  }),
});

export type AppManifest = z.infer<typeof AppManifest>;

/** Throws with every path that Slack would refuse. */
export function readAppManifest(manifest: unknown): AppManifest {
  const result = AppManifest.safeParse(manifest);
  if (!result.success) throw new Error(z.prettifyError(result.error));
  return result.data;
}

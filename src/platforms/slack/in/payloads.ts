/**
 * The part we use of what Slack sends (docs.slack.dev: slash commands, `block_actions` payload, Events API), checked at the door. Strict about what becomes part
 * of a key or a call, loose about the rest.
 */
import { z } from "zod";

const Id = z.string().regex(/^[A-Z0-9]{1,32}$/);
const Timestamp = z.string().regex(/^\d{1,20}\.\d{1,20}$/);
const Key = z.string().regex(/^[\w.-]{1,200}$/);
const Text = z.string().max(100_000);
/** A name is shown and decides nothing: one that is not as it should be is as if it were not there. */
const PersonName = z.string().max(1_000).nullish().catch(undefined);
const mostFiles = 20;

/** Page "file object". Of a file in a shared channel there may be no more than its id. */
const File = z.object({
  name: z.string().max(1_000).nullish(),
  size: z.number().nonnegative().nullish(),
  url_private_download: z.string().max(2_000).nullish(),
  url_private: z.string().max(2_000).nullish(),
});

export type CommandPayload = z.infer<typeof CommandPayload>;
export const CommandPayload = z.object({
  team_id: Id,
  enterprise_id: Id.nullish(),
  api_app_id: Id.nullish(),
  channel_id: Id,
  user_id: Id,
  user_name: PersonName,
  command: z.string().max(100),
  text: Text.default(""),
  trigger_id: Key,
  response_url: z.string().max(2_000).nullish(),
});

export type ButtonPayload = z.infer<typeof ButtonPayload>;
export const ButtonPayload = z.object({
  team: z.object({ id: Id }).nullish(),
  enterprise: z.object({ id: Id }).nullish(),
  api_app_id: Id.nullish(),
  user: z.object({ id: Id, team_id: Id.nullish(), username: PersonName, name: PersonName }),
  channel: z.object({ id: Id }).nullish(),
  container: z.object({
    channel_id: Id.nullish(),
    message_ts: Timestamp.nullish(),
    thread_ts: Timestamp.nullish(),
    is_ephemeral: z.boolean().nullish(),
  }),
  /** Not there when the message is private. */
  message: z.object({ ts: Timestamp, thread_ts: Timestamp.nullish() }).nullish(),
  actions: z.array(z.object({ value: z.string().max(2_000).nullish() })).min(1),
  trigger_id: Key,
  response_url: z.string().max(2_000).nullish(),
});

export type EventPayload = z.infer<typeof EventPayload>;
export const EventPayload = z.object({
  team_id: Id,
  context_team_id: Id.nullish(),
  enterprise_id: Id.nullish(),
  context_enterprise_id: Id.nullish(),
  api_app_id: Id.nullish(),
  event_id: Key,
  event: z.object({
    type: z.string(),
    subtype: z.string().nullish(),
    /** Not there in what integrations say. */
    user: Id.nullish(),
    bot_id: Id.nullish(),
    text: Text.nullish(),
    ts: Timestamp,
    thread_ts: Timestamp.nullish(),
    channel: Id,
    channel_type: z.string().nullish(),
    edited: z.unknown().optional(),
    files: z.array(File).max(mostFiles).nullish().catch(null),
    /** Where who said it belongs (Slack Connect). */
    team: Id.nullish(),
    user_team: Id.nullish(),
    source_team: Id.nullish(),
  }),
});

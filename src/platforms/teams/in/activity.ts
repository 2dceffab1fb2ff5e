/** As much of what Teams sends as is read (Bot Framework, "Activity schema"; channelData is Teams' own). Strangers write the texts; all is bounded by the request's size. */
import { z } from "zod";

const id = z.string().min(1).max(1_000);
/** What is not as it should be where it is optional is as if it were not there. */
const maybe = <Shape extends z.ZodType>(shape: Shape) => shape.optional().catch(undefined);

const Account = z.object({ id, aadObjectId: maybe(z.string().min(1).max(100)), name: maybe(z.string().max(1_000)) });

export const Activity = z.object({
  type: z.string().max(100),
  id: maybe(id),
  channelId: z.string().max(100),
  serviceUrl: z.string().max(500),
  from: Account,
  recipient: z.object({ id, isTargeted: maybe(z.boolean()) }),
  conversation: z.object({ id, tenantId: maybe(z.string()), conversationType: maybe(z.string()) }),
  text: maybe(z.string()),
  localTimezone: maybe(z.string().max(100)),
  entities: maybe(z.array(z.unknown())),
  attachments: maybe(z.array(z.unknown())),
  value: z.unknown().optional(),
  /** Of an invoke. */
  name: maybe(z.string()),
  /** Of an installationUpdate. */
  action: maybe(z.string()),
  membersAdded: maybe(z.array(z.object({ id }))),
  membersRemoved: maybe(z.array(z.object({ id }))),
  channelData: maybe(
    z.object({
      tenant: maybe(z.object({ id: z.string() })),
      team: maybe(z.object({ id })),
      eventType: maybe(z.string()),
    }),
  ),
});

export type Activity = z.output<typeof Activity>;

const Mention = z.object({
  type: z.literal("mention"),
  mentioned: z.object({ id: z.string() }),
  text: z.string().min(1).max(1_000),
});
export type Mention = z.output<typeof Mention>;

const mostEntities = 100;

export function mentionsIn({ entities = [] }: Activity): Mention[] {
  return entities.slice(0, mostEntities).flatMap((entity) => {
    const read = Mention.safeParse(entity);
    return read.success ? [read.data] : [];
  });
}

const Pressed = z.object({ button: z.string().regex(/^[\w-]{22}$/) });

/** The id that a button carries, 128 random bits of ours; undefined where there is none that can be read. */
export function buttonIn(data: unknown): string | undefined {
  const read = Pressed.safeParse(data);
  return read.success ? read.data.button : undefined;
}

export const CardAction = z.object({
  action: z.object({ type: z.literal("Action.Execute"), data: z.unknown() }),
  /** `automatic` where a client refreshes a card by itself. */
  trigger: maybe(z.string()),
});

/** Page "Send and receive files from a bot". */
export const FileConsent = z.object({
  action: z.enum(["accept", "decline"]),
  context: z.object({ file: z.string().regex(/^[\w-]{22}$/) }),
  uploadInfo: maybe(
    z.object({
      name: z.string().min(1).max(300),
      uploadUrl: z.url().max(4_000),
      contentUrl: z.string().max(4_000),
      uniqueId: z.string().max(300),
      fileType: z.string().max(50),
    }),
  ),
});
export type FileConsent = z.output<typeof FileConsent>;

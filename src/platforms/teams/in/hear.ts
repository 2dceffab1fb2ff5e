/** From an activity to an `Ask`, to what becomes of a conversation, or to why there is neither. Pure: that it was Teams who sent it was checked before. */
import type { Reference } from "../../../store/conversations.ts";
import { type Attached, takesFiles } from "../../attached.ts";
import { nameIn } from "../../person-name.ts";
import type { Ask } from "../../platform.ts";
import { knownZone } from "../../zone.ts";
import { type Activity, buttonIn, CardAction, FileConsent, mentionsIn } from "./activity.ts";
import { attachedIn, htmlIn } from "./attachments.ts";
import { typedText, withCodeBlocks } from "./typed-text.ts";

export type Heard =
  /** `attached`: to be read before it is taken. */
  | { readonly kind: "ask"; readonly ask: Ask; readonly where: Whereabouts; readonly attached?: Attached }
  | { readonly kind: "consent"; readonly consent: FileConsent; readonly where: Whereabouts }
  /** The bot came to a conversation, or was removed from it, with all of `group` where that is given. */
  | { readonly kind: "came"; readonly where: Whereabouts }
  | { readonly kind: "went"; readonly conversation: string; readonly group?: string }
  | { readonly kind: "refused"; readonly reason: string; readonly say: string; readonly asked: Ask["kind"] | "unknown" }
  /** Nobody asked us anything; the conversation is known all the same. */
  | { readonly kind: "ignored"; readonly where?: Whereabouts };

export interface Whereabouts {
  readonly conversation: string;
  readonly reference: Reference;
  readonly thread?: string;
}

export interface Hearing {
  /** Whose people are answered; everybody's where it is empty. */
  readonly tenantId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const unreadable = "Teams sent something that this bot cannot read. Type the command again, or help.";
const oldButton = "This button cannot be read. Type the command instead, or help.";
const foreign = "This bot works for another organisation and answers only its people. Install it in yours to use it.";

export function hear(activity: Activity, { tenantId, now }: Hearing): Heard {
  const refused = (reason: string, say: string) => ({ kind: "refused", asked: "unknown", reason, say }) as const;
  if (activity.channelId !== "msteams") return refused("other_channel", unreadable);
  const tenant = activity.conversation.tenantId || activity.channelData?.tenant?.id || "none";
  if (tenantId !== "" && tenant.toLowerCase() !== tenantId.toLowerCase()) return refused("other_tenant", foreign);
  if (!/^[\w.-]{1,100}$/.test(tenant)) return refused("malformed", unreadable);
  const where = whereabouts(activity, tenant.toLowerCase());
  if (!where) return refused("malformed", unreadable);
  switch (activity.type) {
    case "message":
      return hearMessage(activity, where, now);
    case "invoke":
      return hearInvoke(activity, where, now);
    case "installationUpdate":
      return activity.action?.startsWith("remove") ? went(where) : { kind: "came", where };
    case "conversationUpdate":
      return hearMembers(activity, where);
    default:
      return { kind: "ignored", where };
  }
}

function whereabouts({ conversation, serviceUrl, recipient, channelData }: Activity, tenant: string) {
  const [, id, thread] = /^([^\s;]{1,500})(?:;messageid=(\d{1,30}))?$/.exec(conversation.id) ?? [];
  if (id === undefined) return undefined;
  const { conversationType: type } = conversation;
  // Who is allowed more in a personal chat has to be in one: Teams says so, and nothing else does.
  const kind = type === "personal" ? "personal" : type === "channel" || thread !== undefined ? "channel" : "group";
  const group = channelData?.team?.id;
  return {
    conversation: `teams:${tenant}/${id}`,
    reference: { serviceUrl, bot: recipient.id, kind, ...(group !== undefined && { group }) },
    ...(thread !== undefined && { thread }),
  } satisfies Whereabouts;
}

function hearMessage(activity: Activity, where: Whereabouts, now: number): Heard {
  const { recipient, text = "", value } = activity;
  const mentions = mentionsIn(activity);
  const personal = where.reference.kind === "personal";
  if (value !== undefined && value !== null && text.trim() === "") {
    const button = buttonIn(value);
    if (button === undefined) return { kind: "refused", asked: "button", reason: "malformed", say: oldButton };
    return asking(activity, where, { kind: "button", asked: { button }, now });
  }
  const called = recipient.isTargeted === true || mentions.some(({ mentioned }) => mentioned.id === recipient.id);
  if (!personal && !called) return { kind: "ignored", where };
  const kind = recipient.isTargeted ? "command" : personal ? "message" : "mention";
  const typed = typedOf(activity, mentions);
  const attached = attachedIn(activity, typed, personal);
  const heard = asking(activity, where, { kind, asked: { text: typed }, now });
  return heard.kind === "ask" && attached ? { ...heard, attached } : heard;
}

/** Plain text has lost where a code block began and how its lines were indented; what is pasted is read from the HTML. */
function typedOf(activity: Activity, mentions: ReturnType<typeof mentionsIn>): string {
  const { recipient, text = "" } = activity;
  const plain = typedText(text, mentions, recipient.id);
  const blocks = takesFiles(plain) ? withCodeBlocks(htmlIn(activity) ?? "") : undefined;
  return blocks === undefined ? plain : typedText(blocks, mentions, recipient.id);
}

function hearInvoke(activity: Activity, where: Whereabouts, now: number): Heard {
  if (activity.name === "fileConsent/invoke") {
    const read = FileConsent.safeParse(activity.value);
    if (read.success) return { kind: "consent", consent: read.data, where };
    return { kind: "refused", asked: "button", reason: "malformed", say: oldButton };
  }
  if (activity.name !== "adaptiveCard/action") return { kind: "ignored", where };
  const read = CardAction.safeParse(activity.value);
  if (read.data?.trigger === "automatic") return { kind: "ignored", where };
  const button = buttonIn(read.data?.action.data);
  if (button === undefined) return { kind: "refused", asked: "button", reason: "malformed", say: oldButton };
  return asking(activity, where, { kind: "button", asked: { button }, now });
}

function hearMembers({ recipient, channelData, ...activity }: Activity, where: Whereabouts): Heard {
  const isBot = ({ id }: { readonly id: string }) => id === recipient.id;
  if (activity.membersRemoved?.some(isBot)) return went(where);
  if (channelData?.eventType === "channelDeleted" || channelData?.eventType === "teamDeleted")
    return { kind: "ignored" };
  return activity.membersAdded?.some(isBot) ? { kind: "came", where } : { kind: "ignored", where };
}

function went({ conversation, reference: { group } }: Whereabouts): Heard {
  return { kind: "went", conversation, ...(group !== undefined && { group }) };
}

function asking(
  { id, from, localTimezone, conversation: { id: wireId } }: Activity,
  where: Whereabouts,
  { kind, asked, now }: { readonly now: number } & Pick<Ask, "kind" | "asked">,
): Heard {
  if (id === undefined) return { kind: "refused", asked: kind, reason: "malformed", say: unreadable };
  const { conversation, thread, reference } = where;
  const person = from.aadObjectId ?? from.id;
  const zone = knownZone(localTimezone ?? undefined);
  const place = {
    person,
    ...nameIn(from.name),
    ...(zone !== undefined && { zone }),
    ...(thread !== undefined && { thread }),
  };
  return {
    kind: "ask",
    where,
    ask: {
      key: `teams:${id}:${wireId}`,
      ...{ kind, conversation, place, asked },
      direct: reference.kind === "personal",
      receivedAt: now,
      // What is not acknowledged may be lost: nobody says that it comes again.
      repeats: false,
    },
  };
}

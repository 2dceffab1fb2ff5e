/** What people see in the conversations of our own Teams. */

export type Kind = "personal" | "groupChat" | "channel";

export interface Conversation {
  /** Without `;messageid=…`. */
  readonly id: string;
  readonly kind: Kind;
  /** Of a channel. */
  readonly team?: string;
}

export type Content = Readonly<Record<string, unknown>>;

export interface Message {
  readonly id: string;
  readonly conversation: string;
  /** The message at the head of its thread, in a channel. */
  readonly thread: string | null;
  /** Newest last. */
  readonly versions: Content[];
}

/** Everything that anybody can read in a message of the bot. */
export function textOf({ versions }: Message): string {
  return stringsIn(versions.at(-1) ?? {}).join("\n");
}

export function cardOf({ versions }: Message): Content | undefined {
  const [attachment] = (versions.at(-1)?.["attachments"] ?? []) as Content[];
  return attachment?.["contentType"] === "application/vnd.microsoft.card.adaptive"
    ? (attachment["content"] as Content)
    : undefined;
}

export interface Button {
  readonly title: string;
  readonly data: { readonly button: string };
}

export function buttonsOf(message: Message): Button[] {
  return objectsIn(cardOf(message) ?? {}).flatMap((object) =>
    object["type"] === "Action.Execute" ? [object as unknown as Button] : [],
  );
}

export function objectsIn(value: unknown): Content[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as Content];
  return [...own, ...Object.values(value).flatMap(objectsIn)];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

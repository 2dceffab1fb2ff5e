/** Subscriptions in words, for the conversation that has them. */
import type { Schedule } from "../../analysis/calendar/schedule.ts";
import { clockOfDay, dayText, localText, scheduleText } from "../../analysis/calendar/text.ts";
import { counted, listed } from "../../analysis/counted.ts";
import type { Action, Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { showLine } from "./context.ts";

/** What is shown of one. */
export interface Shown {
  readonly subscription: Schedule & {
    readonly id: string;
    readonly declared: string | null;
    readonly namespaces: readonly string[];
    readonly clusters: readonly string[];
  };
  readonly state: { readonly sentAt: number; readonly skipped: readonly string[]; readonly paused: string | null };
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

const longestScope = 80;

/** `known`: somebody had it already. `assumed`: nobody knew the asker's zone. */
export function subscribedMessage(
  { subscription, dueAt }: Shown,
  { known, assumed }: { readonly known: boolean; readonly assumed: boolean },
): Message {
  const { id, zone, at, declared } = subscription;
  const example = `digest subscribe ${clockOfDay(at)} Asia/Seoul`;
  const notes: Block[] = assumed
    ? [
        {
          kind: "note",
          tone: "warn",
          text: [
            "The time is UTC, because your time zone is not known here. For another: ",
            { code: `digest unsubscribe ${id}` },
            ", then for example ",
            { code: example },
            ".",
          ],
        },
      ]
    : [];
  return {
    tone: known ? "info" : "good",
    title: `${known ? "Already subscribed" : "Subscribed"}: the digest comes here ${scheduleText(subscription)}`,
    blocks: [
      {
        kind: "facts",
        facts: [
          { name: "next", value: localText(dueAt, zone) },
          { name: "of", value: scopeOf(subscription) },
          { name: "id", value: { code: id } },
        ],
      },
      ...notes,
      {
        kind: "actions",
        actions: [
          { label: "show one now", command: lineOf(subscription) },
          ...(declared === null ? [{ label: "unsubscribe", command: `digest unsubscribe ${id}` }] : []),
        ],
      },
    ],
  };
}

export function listMessage(shown: readonly Shown[]): Message {
  if (shown.length === 0) return nothingHere;
  const paused = shown.filter(({ state }) => state.paused !== null);
  return {
    tone: paused.length > 0 ? "warn" : "info",
    title: `${counted(shown.length, "digest")} ${shown.length === 1 ? "comes" : "come"} here`,
    blocks: [
      {
        kind: "table",
        columns: [{ title: "id" }, { title: "when" }, { title: "of" }, { title: "next" }, { title: "last sent" }],
        rows: shown.map(({ subscription, state, dueAt }) => [
          { code: subscription.id },
          scheduleText(subscription),
          scopeOf(subscription),
          state.paused === null ? localText(dueAt, subscription.zone) : "paused",
          state.sentAt === 0 ? "never" : localText(state.sentAt, subscription.zone),
        ]),
      },
      ...paused.map(
        ({ subscription: { id }, state }): Block => ({
          kind: "note",
          tone: "warn",
          text: `${id} is paused until it is allowed again: ${state.paused}`,
        }),
      ),
      ...shown.flatMap(({ subscription: { id }, state: { skipped } }): Block[] =>
        skipped.length === 0 ? [] : [{ kind: "note", text: `${id} was skipped on ${listed(skipped.map(dayText))}.` }],
      ),
      ...shown.flatMap(({ subscription: { id, declared } }): Block[] =>
        declared === null
          ? []
          : [{ kind: "note", text: [`${id} stands in the configuration, under `, { code: declared }, "."] }],
      ),
      ...unsubscribeActions(shown),
    ],
  };
}

export function unsubscribedMessage({ subscription }: Shown): Message {
  return {
    tone: "good",
    title: `Unsubscribed: no digest comes here ${scheduleText(subscription)} any more`,
    blocks: [{ kind: "actions", actions: [{ label: "subscribe again", command: subscribeLine(subscription) }] }],
  };
}

/** It is the configuration's. */
export function declaredMessage({ subscription: { id, declared } }: Shown): Message {
  return {
    tone: "warn",
    title: `${id} stands in the configuration and cannot be unsubscribed here`,
    blocks: [{ kind: "text", text: ["Whoever runs this bot can remove ", { code: declared ?? "digests" }, " there."] }],
  };
}

/** No id, or one that is not here. */
export function whichMessage(id: string | null, shown: readonly Shown[]): Message {
  if (shown.length === 0) return nothingHere;
  const title = id === null ? "Which one? Several digests come here" : `No digest with id ${id} comes here`;
  return { ...listMessage(shown), tone: "warn", title };
}

export function fullMessage(most: number | undefined, shown: readonly Shown[]): Message {
  if (most === undefined) {
    const text = "Unsubscribe one that nobody reads any more, here or in another channel: digest list.";
    return { tone: "warn", title: "There are too many digests already", blocks: [{ kind: "text", text }] };
  }
  const title = `At most ${most} digests come to one conversation: unsubscribe one first`;
  return { ...listMessage(shown), tone: "warn", title };
}

export const noTerminal: Message = {
  tone: "warn",
  title: "A terminal cannot subscribe: nobody reads it tomorrow",
  blocks: [
    {
      kind: "text",
      text: [
        "Type the command in a channel, or set ",
        { code: "digests" },
        " in the configuration. Now: ",
        { code: "digest now" },
      ],
    },
  ],
};

export const noneInTerminal: Message = { ...noTerminal, title: "No digest comes to a terminal" };

const nothingHere: Message = {
  tone: "info",
  title: "No digest comes here",
  blocks: [
    { kind: "text", text: "To have one:" },
    {
      kind: "actions",
      actions: [
        { label: "every day", command: "digest subscribe 09:00" },
        { label: "show one now", command: "digest now" },
      ],
    },
  ],
};

function unsubscribeActions(shown: readonly Shown[]): Block[] {
  const actions = shown.flatMap(({ subscription: { id, declared } }): Action[] =>
    declared === null ? [{ label: `unsubscribe ${id}`, command: `digest unsubscribe ${id}` }] : [],
  );
  return actions.length === 0 ? [] : [{ kind: "actions", actions }];
}

function scopeOf({ namespaces, clusters }: Shown["subscription"]): string {
  const what = namespaces.length === 0 ? "all that may be seen here" : listed(namespaces);
  return cutEnd(clusters.length === 0 ? what : `${what} in ${listed(clusters)}`, longestScope);
}

/** The command that shows the same for now. */
export function lineOf({ weekly, ...subscription }: Shown["subscription"]): string {
  return showLine({ ...subscription, span: weekly ? "week" : "day" });
}

function subscribeLine({ at, zone, weekdays, weekly, namespaces, clusters }: Shown["subscription"]): string {
  return [
    `digest subscribe ${clockOfDay(at)} ${zone}`,
    ...(weekdays ? ["--weekdays"] : []),
    ...(weekly ? ["--weekly"] : []),
    ...(namespaces.length > 0 ? [`--namespace ${namespaces.join(",")}`] : []),
    ...(clusters.length > 0 ? [`--cluster ${clusters.join(",")}`] : []),
  ].join(" ");
}

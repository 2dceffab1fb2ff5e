/** In the thread: policies and settings that changed, are not valid, or match nothing. */

import { localDay } from "../../../analysis/calendar/schedule.ts";
import { dayText } from "../../../analysis/calendar/text.ts";
import { counted } from "../../../analysis/counted.ts";
import type { DigestItem, ItemOf } from "../../../analysis/digest/item.ts";
import type { Block, Message } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import type { DigestContext } from "../context.ts";
import { changedAtText, changedText, inCluster, named } from "./words.ts";

const shownRows = 12;
const longestMessage = 200;

/** Those that were so before stand here as well. */
export function policiesDetail(context: DigestContext, items: readonly DigestItem[]): Message | undefined {
  const changed = items.filter((item): item is ItemOf<"changed"> => item.kind === "changed");
  const invalid = items.filter((item): item is ItemOf<"invalidPolicy"> => item.kind === "invalidPolicy");
  const unmatched = items.filter((item): item is ItemOf<"unmatchedPolicy"> => item.kind === "unmatchedPolicy");
  if (changed.length + invalid.length + unmatched.length === 0) return undefined;
  const said = [
    ...(changed.length > 0 ? [counted(changed.length, "change")] : []),
    ...(invalid.length > 0 ? [`${invalid.length} not valid`] : []),
    ...(unmatched.length > 0 ? [`${unmatched.length} unmatched for 14 days`] : []),
  ];
  return {
    tone: invalid.length > 0 ? "warn" : "info",
    title: `Policies and settings: ${said.join(", ")}`,
    blocks: [
      ...changesTable(changed, context),
      ...listOf(
        "Not valid: agents do not load these",
        ["Policy", "Why"],
        invalid,
        (item) => cutEnd(item.message, longestMessage) || "no reason is given",
        context,
      ),
      ...listOf(
        "Matched nothing for 14 days",
        ["Policy", "Last match"],
        unmatched,
        (item) => lastText(item, context),
        context,
      ),
      ...(unmatched.length > 0
        ? [
            {
              kind: "note",
              text: "Matches are seen when a connection begins; one that lasts for weeks is seen once.",
            } as const,
          ]
        : []),
    ],
  };
}

function changesTable(items: readonly ItemOf<"changed">[], context: DigestContext): Block[] {
  if (items.length === 0) return [];
  const more = items.length - shownRows;
  return [
    {
      kind: "table",
      title: "Changed",
      columns: [{ title: "What" }, { title: "When" }],
      rows: items
        .slice(0, shownRows)
        .map((item) => [`${changedText(item)}${inCluster(item, context)}`, changedAtText(item, context)]),
      ...(more > 0 && { folded: counted(more, "more change") }),
    },
  ];
}

function listOf<Item extends ItemOf<"invalidPolicy"> | ItemOf<"unmatchedPolicy">>(
  title: string,
  [first, second]: readonly [string, string],
  items: readonly Item[],
  text: (item: Item) => string,
  context: DigestContext,
): Block[] {
  if (items.length === 0) return [];
  const more = items.length - shownRows;
  return [
    {
      kind: "table",
      title,
      columns: [{ title: first }, { title: second }],
      rows: items.slice(0, shownRows).map((item) => [`${named(item)}${inCluster(item, context)}`, text(item)]),
      ...(more > 0 && { folded: counted(more, "more policy", "more policies") }),
    },
  ];
}

function lastText({ last }: ItemOf<"unmatchedPolicy">, { zone }: DigestContext): string {
  return last === null ? "none known" : dayText(localDay(last, zone));
}

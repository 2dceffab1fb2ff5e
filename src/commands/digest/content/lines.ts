/** What is different as at most seven lines, one for each kind, in the order of the headline; each has a button that looks deeper. */
import { counted, listed } from "../../../analysis/counted.ts";
import type { DigestItem, ItemOf } from "../../../analysis/digest/item.ts";
import { unmatchedMs } from "../../../analysis/digest/policies.ts";
import type { Action } from "../../../message/message.ts";
import { cutEnd } from "../../../message/plain.ts";
import type { DigestContext } from "../context.ts";
import {
  changesButton,
  dropsButton,
  healthButton,
  httpButton,
  mapButton,
  mapsButton,
  policiesButton,
  whyButton,
} from "./buttons.ts";
import {
  changedAtText,
  changedText,
  dropsText,
  edgeText,
  firstDropText,
  healthText,
  httpErrorsText,
  inCluster,
  mapItemText,
  named,
} from "./words.ts";

export interface Line {
  readonly title: string;
  readonly text: string;
  readonly action: Action | undefined;
}

const longestLine = 420;
const unmatchedDays = unmatchedMs / 86_400_000;
export const healthKinds = ["agents", "nodes", "lost", "endpoints", "unreachable"] as const;

/** `items` in their order, without those that were so before. */
export function linesOf(items: readonly DigestItem[], context: DigestContext): Line[] {
  const makers = [healthLine, firstDropLine, dropsLine, httpLine, mapsLine, policiesLine, trafficLine];
  const lines = makers.flatMap((make) => {
    const line = make(items, context);
    return line === undefined ? [] : [line];
  });
  return lines
    .map(({ first, text, ...line }) => ({ ...line, text: `${cutEnd(text, longestLine)}.`, at: items.indexOf(first) }))
    .sort((one, other) => one.at - other.at)
    .map(({ title, text, action }) => ({ title, text, action }));
}

/** What was so before and still is: one sentence, "" for nothing. */
export function standingText(items: readonly DigestItem[], context: DigestContext): string {
  const standing = items.filter((item) => item.standing);
  const unmatched = allOf(standing, "unmatchedPolicy").length;
  const parts = [
    ...several(allOf(standing, "invalidPolicy"), 2, "policy", (item) => `${named(item)} is not valid`, context),
    ...several(allOf(standing, "map"), 2, "map", (item) => mapItemText(item, context.askedAt), context),
    ...several(allOf(standing, ...healthKinds), 2, "thing", (item) => healthText(item, context), context),
    ...(unmatched > 0 ? [`${counted(unmatched, "policy", "policies")} matched nothing for ${unmatchedDays} days`] : []),
  ];
  return parts.length === 0 ? "" : `As before: ${cutEnd(parts.join("; "), longestLine)}.`;
}

interface Made extends Line {
  /** Of these the worst. */
  readonly first: DigestItem;
}

function firstDropLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const found = allOf(items, "firstDrop");
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = several(found, 2, "pair", (item) => firstDropText(item, context), context);
  const title = `Dropped for the first time in ${counted(Math.min(...found.map(({ days }) => days)), "day")}`;
  return { title, text: `${parts.join("; ")}${doubt(found)}`, action: whyButton(first, context), first };
}

function dropsLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const found = allOf(items, "drops");
  const [first] = found;
  if (first === undefined) return undefined;
  const place = found.find(({ by, tone }) => by === "namespace" && tone === first.tone) ?? first;
  const parts = several(found, 3, "difference", (item) => dropsText(item, context), context);
  return { title: "Drops", text: `${parts.join("; ")}${doubt(found)}`, action: dropsButton(place, context), first };
}

function httpLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const found = allOf(items, "httpErrors");
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = several(found, 3, "workload", (item) => httpErrorsText(item, context), context);
  return { title: "HTTP errors", text: parts.join("; "), action: httpButton(first, context), first };
}

function mapsLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const found = allOf(items, "map");
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = several(found, 3, "map", (item) => mapItemText(item, context.askedAt), context);
  return { title: "BPF maps", text: parts.join("; "), action: mapsButton(first, context), first };
}

function healthLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const found = allOf(items, ...healthKinds);
  const [first] = found;
  if (first === undefined) return undefined;
  const parts = several(found, 4, "thing", (item) => healthText(item, context), context);
  return { title: "Cluster", text: parts.join("; "), action: healthButton(first, context), first };
}

function policiesLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const [changed, invalid, unmatched] = [
    allOf(items, "changed"),
    allOf(items, "invalidPolicy"),
    allOf(items, "unmatchedPolicy"),
  ];
  const first = invalid[0] ?? changed[0] ?? unmatched[0];
  if (first === undefined) return undefined;
  const parts = [
    ...several(invalid, 2, "policy", (item) => `${named(item)} is not valid`, context),
    ...several(changed, 3, "change", (item) => `${changedText(item)}, ${changedAtText(item, context)}`, context),
    ...several(unmatched, 2, "policy", (item) => `${named(item)} matched nothing for ${unmatchedDays} days`, context),
  ];
  const action = changed.length > 0 ? changesButton(first, context) : policiesButton(first);
  return { title: "Policies and settings", text: parts.join("; "), action, first };
}

function trafficLine(items: readonly DigestItem[], context: DigestContext): Made | undefined {
  const [fresh, gone] = [allOf(items, "newEdge"), allOf(items, "vanishedEdge")];
  const first = gone[0] ?? fresh[0];
  if (first === undefined) return undefined;
  const parts = [
    ...(fresh.length > 0 ? [`${fresh.length} new: ${examples(fresh, context)}${doubt(fresh)}`] : []),
    ...(gone.length > 0 ? [`${gone.length} gone: ${examples(gone, context)}${doubt(gone)}`] : []),
  ];
  return { title: "Connections", text: parts.join("; "), action: mapButton(first, context), first };
}

function examples(items: readonly (ItemOf<"newEdge"> | ItemOf<"vanishedEdge">)[], context: DigestContext): string {
  const shown = items.slice(0, 2).map((item) => `${edgeText(item, context)}${inCluster(item, context)}`);
  return `${shown.join(", ")}${items.length > 2 ? ", …" : ""}`;
}

/** The first few, and how many more. */
function several<Item extends DigestItem>(
  items: readonly Item[],
  most: number,
  noun: string,
  text: (item: Item) => string,
  context: DigestContext,
): string[] {
  const more = items.length - most;
  const plural = noun === "policy" ? "policies" : `${noun}s`;
  return [
    ...items.slice(0, most).map((item) => `${text(item)}${inCluster(item, context)}`),
    ...(more > 0 ? [counted(more, `more ${noun}`, `more ${plural}`)] : []),
  ];
}

/** What may be a blind spot. */
function doubt(items: readonly DigestItem[]): string {
  const unsure = items.filter(({ sure }) => !sure).length;
  if (unsure === 0) return "";
  const which = unsure === items.length ? (unsure === 1 ? "" : "all ") : `${unsure} of them `;
  return ` (${listed([`${which}not sure`])}: not all was observed)`;
}

function allOf<Kind extends DigestItem["kind"]>(
  items: readonly DigestItem[],
  ...kinds: readonly Kind[]
): ItemOf<Kind>[] {
  return items.filter((item): item is ItemOf<Kind> => kinds.some((kind) => item.kind === kind));
}

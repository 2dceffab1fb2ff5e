/** What is different, a few words for each thing. Names are others' text: they are cut, and markup is the renderers' business. */
import { localText } from "../../../analysis/calendar/text.ts";
import { managerText } from "../../../analysis/changes/written.ts";
import { counted, listed, numberText } from "../../../analysis/counted.ts";
import type { DigestItem, DropsItem, ItemOf } from "../../../analysis/digest/item.ts";
import { cutEnd } from "../../../message/plain.ts";
import { quantity } from "../../../message/quantity.ts";
import { kindText } from "../../changes/words.ts";
import { lowerFirst, pairText, policyName, reasonText } from "../../drops/words.ts";
import { inText } from "../../top/fill.ts";
import type { DigestContext } from "../context.ts";

const longestName = 60;
/** Beyond it a factor says no more than "many times". */
const mostTimes = 100;

/** `the day before`. */
export function earlierText({ span }: Pick<DigestContext, "span">): string {
  return span === "week" ? "the week before" : "the day before";
}

/** `90%`; 99.97% is not all of it. */
export function shareText(share: number): string {
  return quantity(
    share >= 0.995 && share < 1 ? Math.floor(share * 1_000) / 1_000 : Math.round(share * 100) / 100,
    "ratio",
  );
}

/** `24 hours`: a column's title. */
export function spanText({ span }: Pick<DigestContext, "span">): string {
  return span === "week" ? "7 days" : "24 hours";
}

/** `02:10 UTC`; with the day for a week. */
export function momentText(at: number, { zone, span }: Pick<DigestContext, "zone" | "span">): string {
  const text = localText(at, zone);
  return `${span === "week" ? text : text.slice(-5)} ${zone}`;
}

/** `up 4× in payments`, `policy denied down to a quarter`: for a title. */
export function dropsTitle(item: DropsItem, context: DigestContext): string {
  const since = item.since === null ? "" : ` since ${momentText(item.since, context)}`;
  const subject = item.by === "namespace" ? "drops" : `drops with ${reasonWord(item.key)}`;
  const place = item.by === "namespace" ? ` in ${short(item.key)}` : "";
  return `${subject} ${amountText(item)}${place}${since}`;
}

/** `policy denied up 6× to 1,375 (210 the day before, usually 190)`. */
export function dropsText(item: DropsItem, context: DigestContext): string {
  const subject = item.by === "namespace" ? `in ${short(item.key)}` : reasonWord(item.key);
  const against = [
    ...(item.before === null ? [] : [`${numberText(item.before)} ${earlierText(context)}`]),
    ...(item.median === null ? [] : [`usually ${numberText(item.median)}`]),
  ].join(", ");
  const since = item.since === null ? "" : ` since ${momentText(item.since, context)}`;
  return `${subject} ${amountText(item)} to ${numberText(item.now)}${since} (${against})`;
}

/** `up 4×`, `new`, `down by 80%`, `gone`. */
function amountText({ change, now, before, median }: Pick<DropsItem, "change" | "now" | "before" | "median">): string {
  const known = [before, median].filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  switch (change) {
    case "first":
      return "up from none";
    case "gone":
      return "down";
    case "more":
      return now / high > mostTimes ? `up more than ${mostTimes}×` : `up ${quantity(roundTimes(now / high), "")}×`;
    case "less":
      return `down by ${Math.round((1 - now / low) * 100)}%`;
  }
}

function roundTimes(times: number): number {
  return times < 10 ? Math.round(times * 2) / 2 : Math.round(times);
}

/** `HTTP errors up 4× at payments/api`. */
export function httpErrorsTitle(item: ItemOf<"httpErrors">): string {
  return `HTTP errors ${amountText({ ...item, median: null })} at ${httpPlace(item)}`;
}

/** `payments/api up 4× to 640, 8% of its answers (160 the day before)`. */
export function httpErrorsText(item: ItemOf<"httpErrors">, context: DigestContext): string {
  const against = item.before === null ? "" : ` (${numberText(item.before)} ${earlierText(context)})`;
  const to = `to ${numberText(item.now)}, ${quantity(item.now / Math.max(1, item.requests), "ratio")} of its answers`;
  return `${httpPlace(item)} ${amountText({ ...item, median: null })} ${to}${against}`;
}

/** Whoever answers: the world outside has no name. */
export function httpPlace({ destination }: { readonly destination: string }): string {
  return destination === "" ? "somewhere without a name" : short(destination);
}

export function firstDropText(item: ItemOf<"firstDrop">, context: DigestContext): string {
  const when = momentText(item.first, context);
  return `${pairText(item)}, ${reasonWord(item.reason)}, ${numberText(item.count)} since ${when}`;
}

/** `shop/cart → db/orders:5432/TCP (340 since 02:10 UTC)`, `shop/web → shop/cache:6379/TCP (900 the day before, last Thu 19 Nov 02:20 UTC)`. */
export function edgeText(item: ItemOf<"newEdge"> | ItemOf<"vanishedEdge">, context: DigestContext): string {
  const count =
    item.kind === "newEdge"
      ? `${numberText(item.count)} since ${momentText(item.first, context)}`
      : `${numberText(item.before)} ${earlierText(context)}, last ${momentText(item.last, { ...context, span: "week" })}`;
  return `${pairText(item)} (${count})`;
}

/** `05:10 UTC`, `before 05:10 UTC` where it was found afterwards. */
export function changedAtText({ at, sure }: ItemOf<"changed">, context: DigestContext): string {
  return `${sure ? "" : "before "}${momentText(at, context)}`;
}

/** `cnp payments/api changed by kubectl (egress port 8080/TCP removed)`. */
export function changedText({ object, namespace, name, action, by, what }: ItemOf<"changed">): string {
  const who = by === null ? "" : ` by ${cutEnd(managerText(by), 40)}`;
  const [first, ...more] = what;
  const how =
    first === undefined || action === "deleted" ? "" : ` (${cutEnd(first, 60)}${more.length > 0 ? ", …" : ""})`;
  return `${named({ object, namespace, name })} ${action}${who}${how}`;
}

export function named({ object, namespace, name }: Pick<ItemOf<"changed">, "object" | "namespace" | "name">): string {
  return `${kindText({ object })} ${policyName({ namespace, name })}`;
}

export function mapItemText({ map, node, fill, fullAt }: ItemOf<"map">, askedAt: number): string {
  const where = `${short(map)}${node === "" ? "" : ` on ${short(node)}`}`;
  if (fill >= 1) return `${where} is full`;
  const full = fullAt === null ? "" : `, full in ${inText(fullAt - askedAt)}`;
  return `${where} is ${quantity(fill, "ratio")} full${full}`;
}

export function healthText(
  item: ItemOf<"agents" | "nodes" | "lost" | "endpoints" | "unreachable">,
  context: DigestContext,
): string {
  switch (item.kind) {
    case "agents":
      return `Prometheus has samples of ${counted(item.now, "agent")}, ${numberText(item.of)} ${earlierText(context)}`;
    case "nodes":
      return `flows of ${numberText(item.of - item.now)} of ${counted(item.of, "node")} could not be followed all the time`;
    case "lost": {
      const before = item.before === null ? "" : ` (${numberText(item.before)} ${earlierText(context)})`;
      return `${counted(item.events, "event")} lost before anybody could see them${before}`;
    }
    case "endpoints": {
      const states = item.states.slice(0, 3).map(({ state, count }) => `${numberText(count)} ${short(state)}`);
      const which = item.states.length === 1 && item.states[0]?.state === "not-ready" ? "" : `: ${listed(states)}`;
      const began = item.before > 0 ? `, ${numberText(item.before)} ${earlierText(context)}` : "";
      return `${counted(sum(item), "endpoint")} not ready${which}${began}`;
    }
    case "unreachable":
      return unreachableText(item);
  }
}

/** `k8s-w8 cannot reach 1 node`, `9 of 10 nodes cannot reach one other: look at k8s-w10`. */
function unreachableText({ nodes, count, of, more, suspect }: ItemOf<"unreachable">): string {
  const [first] = nodes;
  if (first === undefined) return "";
  if (count === 1 && suspect === null) return `${short(first.node) || "an agent"} cannot reach ${missedText(first)}`;
  const who = `${more ? "at least " : ""}${numberText(count)} of ${counted(of, "node")}`;
  const where = suspect === null ? "cilium-health status on one of them names it" : `look at ${short(suspect)}`;
  if (nodes.every((one) => Math.max(one.nodes, one.endpoints) === 1)) return `${who} cannot reach one other: ${where}`;
  const worst = nodes.slice(0, 2).map((one) => `${short(one.node) || "one agent"} ${missedText(one)}`);
  return `${who} cannot reach others: ${[...worst, ...(count > worst.length ? ["…"] : [])].join(", ")}`;
}

/** A node that cannot be reached has a health endpoint that cannot be reached either. */
function missedText({ nodes, endpoints }: ItemOf<"unreachable">["nodes"][number]): string {
  if (nodes === 0) return counted(endpoints, "health endpoint");
  const others = endpoints - nodes;
  return `${counted(nodes, "node")}${others > 0 ? ` and ${counted(others, "more health endpoint")}` : ""}`;
}

export function sum({ states }: ItemOf<"endpoints">): number {
  return states.reduce((total, { count }) => total + count, 0);
}

/** Behind each thing where there are several clusters. */
export function inCluster({ cluster }: Pick<DigestItem, "cluster">, { clusters }: DigestContext): string {
  return clusters.length > 1 ? ` in ${short(cluster)}` : "";
}

/** L7 refusals have a protocol in place of a reason. */
export function reasonWord(reason: string): string {
  return ["HTTP", "DNS", "KAFKA"].includes(reason) ? `refused ${reason} requests` : lowerFirst(reasonText(reason));
}

function short(text: string): string {
  return cutEnd(text, longestName);
}

/** The commands that look deeper, of the digest's own time whenever they are pressed. Names that cannot be typed are left out of them. */
import type { DigestItem, DropsItem, ItemOf } from "../../../analysis/digest/item.ts";
import { digestTimes } from "../../../analysis/digest/windows.ts";
import type { Target } from "../../../analysis/target.ts";
import { parseTarget } from "../../../analysis/target-parse.ts";
import type { Action } from "../../../message/message.ts";
import { changesLine } from "../../changes/line.ts";
import { restrictionIn } from "../../command.ts";
import { dropsLine } from "../../drops/line.ts";
import { namespaceOfName } from "../../drops/visible.ts";
import { pairText } from "../../drops/words.ts";
import { defaults as mapDefaults } from "../../map/args.ts";
import { mapLine } from "../../map/line.ts";
import { MetricsArgs } from "../../metrics/args.ts";
import { metricsLine } from "../../metrics/line.ts";
import { policiesLine } from "../../policies/line.ts";
import { allFlows } from "../../top/args.ts";
import { topLine } from "../../top/line.ts";
import { whyPairLine } from "../../why/line.ts";
import type { DigestContext } from "../context.ts";
import { panels, shownMaps } from "./questions.ts";

const untilNow = { kind: "ago", ms: 0 } as const;
/** Beside the line that it belongs to a phone shows so much. */
const longestLabel = 34;
const byStatus = "requests-by-destination";

export function dropsButton(
  { cluster, by, key }: Pick<DropsItem, "cluster" | "by" | "key">,
  context: DigestContext,
): Action {
  const { visible } = restrictionIn(context.visible, cluster);
  const isNamed = by === "namespace" && (visible === undefined || visible.includes(key));
  const target = isNamed ? namespaceTarget(key) : undefined;
  const label = target === undefined || key.length > longestLabel ? "drops" : `drops in ${key}`;
  return { label, command: dropsCommand(cluster, context, target) };
}

/** Why the pair is denied; where that may not be asked of its ends, all drops. */
export function whyButton(item: ItemOf<"firstDrop">, context: DigestContext): Action {
  const { visible } = restrictionIn(context.visible, item.cluster);
  const isShown = [item.source, item.destination].every((name) => {
    const namespace = namespaceOfName(name);
    return visible === undefined || namespace === undefined || visible.includes(namespace);
  });
  const { since, until } = times(context);
  const command = isShown ? whyPairLine(item, { since, until, clusters: [item.cluster] }) : undefined;
  const text = pairText(item);
  return command === undefined
    ? { label: "drops", command: dropsCommand(item.cluster, context, undefined) }
    : { label: text.length > longestLabel ? "why the first pair" : `why ${text}`, command };
}

export function mapButton(item: ItemOf<"newEdge"> | ItemOf<"vanishedEdge">, { visible }: DigestContext): Action {
  const allowed = restrictionIn(visible, item.cluster).visible;
  const namespace = [item.destination, item.source]
    .map(namespaceOfName)
    .find((name) => name !== undefined && (allowed === undefined || allowed.includes(name)));
  const target = namespace === undefined ? undefined : namespaceTarget(namespace);
  const select = {
    ...{ either: {}, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] },
    ...(target !== undefined && { target }),
  };
  const since = { kind: "ago", ms: mapDefaults.sinceMs } as const;
  const command = mapLine({
    select,
    since,
    until: untilNow,
    top: mapDefaults.top,
    all: false,
    clusters: [item.cluster],
  });
  return { label: target === undefined ? "map of now" : `map of ${namespace} now`, command };
}

export function changesButton({ cluster }: Pick<DigestItem, "cluster">, context: DigestContext): Action {
  const kinds = ["policy", "namespace", "node", "config"] as const;
  const { since } = times(context);
  return { label: "all changes", command: changesLine({ target: null, since, kinds, clusters: [cluster] }) };
}

export function policiesButton({ cluster }: Pick<DigestItem, "cluster">): Action {
  return { label: "policies", command: policiesLine(undefined, [cluster]) };
}

export function mapsButton({ cluster }: Pick<DigestItem, "cluster">, context: DigestContext): Action {
  const { since } = times(context);
  const place = { select: allFlows, clusters: [cluster] };
  const args = { of: "maps", top: shownMaps, since, until: untilNow, failed: false, ...place } as const;
  return { label: "top maps", command: topLine(args) };
}

/** Metrics are of the whole cluster and would be refused where not all of it may be seen: what was lost, and on which nodes, stands below drops as well. */
export function healthButton({ cluster, kind }: Pick<DigestItem, "cluster" | "kind">, context: DigestContext): Action {
  if (restrictionIn(context.visible, cluster).visible !== undefined)
    return { label: "drops", command: dropsCommand(cluster, context, undefined) };
  const named: Partial<Record<DigestItem["kind"], string>> = {
    ...{ endpoints: panels.endpoints, unreachable: panels.unreachable, lost: panels.lost },
  };
  const name = named[kind] ?? "nodes";
  const { since } = times(context);
  return {
    label: name.replaceAll("-", " "),
    command: metricsLine({ name, since, until: untilNow, clusters: [cluster] }),
  };
}

/** With the time before, so that the rise is seen. */
export function httpButton({ cluster, destination }: ItemOf<"httpErrors">, context: DigestContext): Action {
  const times = digestTimes(context.askedAt, context.span, context.zone);
  const ok = MetricsArgs.safeParse({ workload: destination }).success;
  const since = { kind: "at", ms: times.before.from } as const;
  const until = { kind: "at", ms: times.window.to } as const;
  const workload = ok ? { workload: destination } : {};
  return {
    label: ok && destination.length <= longestLabel ? `requests to ${destination}` : "HTTP requests",
    command: metricsLine({ name: byStatus, since, until, ...workload, clusters: [cluster] }),
  };
}

function dropsCommand(cluster: string, context: DigestContext, target: Target | undefined): string {
  const { namespaces } = context;
  const either = target === undefined && namespaces.length > 0 ? { namespace: namespaces } : {};
  const select = { either, from: {}, to: {}, reasons: [], protocols: [], directions: [], nodes: [] };
  return dropsLine({ select, ...times(context), top: 10, all: false, clusters: [cluster] }, target);
}

function namespaceTarget(name: string): Target | undefined {
  const parsed = parseTarget(`ns/${name}`);
  return parsed.ok && parsed.target.kind === "namespace" ? parsed.target : undefined;
}

function times({ askedAt, span, zone }: DigestContext) {
  const { window } = digestTimes(askedAt, span, zone);
  return { since: { kind: "at", ms: window.from }, until: { kind: "at", ms: window.to } } as const;
}

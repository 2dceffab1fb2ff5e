/** What is wrong with a cluster, the worst first: in a few words for the title, and in a sentence where there is more to say. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import type { UnreachableItem } from "../../analysis/digest/item.ts";
import { amountIn } from "../../analysis/digest/rates.ts";
import { unreachableItems } from "../../analysis/digest/unreachable.ts";
import { mapName } from "../../analysis/ranking.ts";
import { relayStates } from "../../analysis/status/node.ts";
import { bareName, isWell, type NodeRow } from "../../analysis/status/rows.ts";
import { clockText } from "../../analysis/time.ts";
import { quantity } from "../../message/quantity.ts";
import type { PanelFinding, SourceName } from "../../sources/question.ts";
import { sourceTitles } from "../drops/notes.ts";
import { nearlyFull } from "../top/fill.ts";
import { nodeText } from "../top/words.ts";
import { lostMs } from "./ask.ts";
import { failureOfSource, invalidPolicies, relayCounts, type StatusView } from "./gather.ts";
import { failureOf, short, type Who, whoText } from "./words.ts";

export interface Worry {
  readonly kind: "source" | "nodes" | "agents" | "policies" | "unreachable" | "map" | "lost" | "recorder";
  readonly tone: "bad" | "warn";
  /** Behind the cluster's name: `k8s-w2 gives no answer`. */
  readonly say: string;
  /** What the title leaves out; "" where the answer shows it otherwise. */
  readonly more: string;
}

const mostNamed = 3;
/** A leader says every second how far it is; a new one is found within half a minute. */
const standsStillMs = 60_000;

export function worriesOf(view: StatusView): Worry[] {
  return [
    ...sourceWorries(view, ["hubble", "kubernetes"]),
    ...nodeWorries(view),
    ...policyWorries(view),
    ...unreachableWorries(view),
    ...mapWorries(view),
    ...sourceWorries(view, ["prometheus"]),
    ...lostWorries(view),
    ...recorderWorries(view),
  ];
}

function sourceWorries(view: StatusView, names: readonly SourceName[]): Worry[] {
  const { agents, askedAt } = view;
  const stale = agents?.staleSince ?? null;
  return names.flatMap((source): Worry[] => {
    const failure = failureOfSource(view, source);
    if (failure !== undefined) {
      const { is } = failureOf(failure);
      return [worry("source", is === "could not be asked" ? "warn" : "bad", `${sourceTitles[source]} ${is}`)];
    }
    if (source !== "kubernetes" || stale === null) return [];
    // Perhaps a single watch is lost: which, stands below.
    return [worry("source", "warn", `Kubernetes is known as of ${clockText(stale, askedAt)} UTC only`)];
  });
}

function nodeWorries({ rows, relay, agents }: StatusView): Worry[] {
  const counts = relay && relayCounts(relay);
  const inRelay = (is: (state: string) => boolean) => rows.filter((row) => row.relay !== null && is(row.relay.state));
  const away = inRelay((state) => state === relayStates[2] || state === relayStates[3]);
  const failing = inRelay((state) => state === relayStates[4]);
  const strange = inRelay((state) => /^\d+$/.test(state));
  const silent = counts === undefined ? 0 : counts.total - counts.answering - failing.length - strange.length;
  const told = new Set([...away, ...failing, ...strange]);
  // A node that is away is one thing, however many say so.
  const notReady = rows.filter((row) => !told.has(row) && row.notReady !== null);
  const hidden = agents?.nodes?.folded ?? 0;
  // Of those that found no room it is not known which are told already.
  const unready = told.size === 0 ? { count: notReady.length + hidden } : { atLeast: hidden > 0 };
  for (const row of notReady) told.add(row);
  const broken = rows.filter((row) => !told.has(row) && row.agent !== null && row.agent.pod !== null);
  const without = rows.filter((row) => !told.has(row) && row.agent !== null && row.agent.pod === null);
  const atLeast = (agents?.agents?.folded ?? 0) > 0;
  const isEmpty = relay !== undefined && counts?.total === 0 && relay.notes.length === 0;

  const bare = rows.map(({ name }) => bareName(name));
  // Behind one Relay, two clusters may have nodes of one name.
  const shownName = (name: string) => {
    const own = bareName(name);
    return bare.indexOf(own) === bare.lastIndexOf(own) ? own : name;
  };

  function who(list: readonly NodeRow[], total: number | undefined, more: Partial<Who> = {}): Who {
    return { names: list.map(({ name }) => shownName(name)), total: total ?? 0, ...more };
  }
  const ofRelay = (list: readonly NodeRow[]) => who(list, counts?.total);
  return [
    // Those that Relay names not are away as well.
    ...nodesSay("bad", { ...ofRelay(away), count: Math.max(away.length, silent) }, [
      "gives no answer",
      "give no answer",
    ]),
    ...(isEmpty ? [worry("nodes", "bad", "Hubble Relay knows no node")] : []),
    ...nodesSay("bad", ofRelay(failing), ["answers with an error", "answer with an error"]),
    ...nodesSay("warn", ofRelay(strange), [
      "is in a state that is not known here",
      "are in a state that is not known here",
    ]),
    ...nodesSay("bad", who(notReady, agents?.nodes?.total, unready), ["is not ready", "are not ready"]),
    ...(broken.length > 0 ? [worry("agents", "bad", agentsText(who(broken, 0, { atLeast })))] : []),
    ...(without.length > 0
      ? [
          worry(
            "agents",
            "warn",
            whoText(who(without, agents?.agents?.total, { atLeast }), ["has no agent", "have no agent"]),
          ),
        ]
      : []),
  ];
}

function nodesSay(tone: Worry["tone"], who: Who, is: readonly [one: string, many: string]): Worry[] {
  return (who.count ?? who.names.length) === 0 ? [] : [worry("nodes", tone, whoText(who, is))];
}

function agentsText({ names, atLeast = false }: Who): string {
  if (names.length > 2) return `${atLeast ? "at least " : ""}${numberText(names.length)} agents are not ready`;
  const isOne = names.length === 1;
  return `the ${isOne ? "agent" : "agents"} on ${listed(names.map(short))} ${isOne ? "is" : "are"} not ready`;
}

/** Policies are shown below, as far as they may be. */
function policyWorries(view: StatusView): Worry[] {
  const { named, others } = invalidPolicies(view);
  const count = named.length + others;
  if (count === 0) return [];
  return [worry("policies", "bad", `${counted(count, "policy", "policies")} ${count === 1 ? "is" : "are"} invalid`)];
}

/** Of a node that is told of already, that the others miss it is nothing new. */
function unreachableWorries({ cluster, panels, agents, relay, rows }: StatusView): Worry[] {
  const { series = [], stepMs = 0, folded = 0 } = panels.unreachable ?? {};
  const known = agents?.agents?.total ?? relay?.connected ?? 0;
  const notReady = (agents?.nodes?.notReady ?? []).map(({ name }) => name);
  const told = new Set(rows.filter((row) => !isWell(row)).map(({ name }) => bareName(name)));
  return unreachableItems(cluster, { lines: series, stepMs, folded, agents: known, notReady })
    .filter(({ suspect }) => suspect === null || !told.has(bareName(suspect)))
    .map(({ nodes, count, of, more, suspect }) => {
      const [first] = nodes;
      const who = `${more ? "at least " : ""}${numberText(count)} of ${counted(of, "agent")}`;
      const look = suspect === null ? "" : `: look at ${short(suspect)}`;
      const rest = count > mostNamed ? `, and ${numberText(count - mostNamed)} more` : "";
      const missed = nodes
        .slice(0, mostNamed)
        .map((one) => `${short(one.node || "an agent")} misses ${missedText(one)}`);
      if (count === 1 && first?.node)
        return worry("unreachable", "bad", `${short(first.node)} cannot reach ${missedText(first)}`);
      return {
        ...worry("unreachable", "bad", `${who} cannot reach others${look}`),
        more: `By cilium-health: ${missed.join(", ")}${rest}.`,
      };
    });
}

/** A node that cannot be reached has a health endpoint that cannot be reached either. */
function missedText({ nodes, endpoints }: UnreachableItem["nodes"][number]): string {
  return nodes > 0 ? counted(nodes, "node") : counted(endpoints, "health endpoint");
}

function mapWorries({ panels }: StatusView): Worry[] {
  const full = fullMaps(panels.maps);
  const [worst, ...others] = full;
  if (worst === undefined) return [];
  const each = others.slice(0, mostNamed).map(mapText);
  // The fullest are told: where all of them are nearly full, so may be others.
  const isCut = full.length === panels.maps?.series.length && (panels.maps.folded ?? 0) > 0;
  const more = others.length - mostNamed;
  const rest = more > 0 ? `, and ${isCut ? "at least " : ""}${numberText(more)} more` : "";
  return [
    {
      ...worry("map", worst.fill >= 1 ? "bad" : "warn", mapText(worst)),
      more: others.length === 0 ? "" : `Other maps: ${each.join(", ")}${rest}.`,
    },
  ];
}

interface FullMap {
  readonly map: string;
  readonly node: string;
  readonly fill: number;
}

/** The fullest first. */
export function fullMaps(panel: PanelFinding | undefined): FullMap[] {
  return (panel?.series ?? [])
    .flatMap(({ labels, points }): FullMap[] => {
      const fill = points.findLast(([, value]) => value !== null)?.[1] ?? 0;
      return fill < nearlyFull ? [] : [{ map: mapName(labels["map_name"] ?? ""), node: nodeText(labels), fill }];
    })
    .sort((one, other) => other.fill - one.fill);
}

function mapText({ map, node, fill }: FullMap): string {
  const state = fill >= 1 ? "full" : `${quantity(fill, "ratio")} full`;
  return `${short(map)} is ${state}${node === "" ? "" : ` on ${short(node)}`}`;
}

/** By the agents' counters in the last hour; null where they are not known. */
export function countedLosses({ panels, askedAt }: Pick<StatusView, "panels" | "askedAt">): number | null {
  const { lost } = panels;
  if (lost === undefined || lost.series.length === 0) return null;
  const window = { from: askedAt - lostMs, to: askedAt };
  return Math.round(lost.series.reduce((sum, { points }) => sum + amountIn(points, window, lost.stepMs), 0));
}

/** As rings remember them; null where they are not known. */
export function ringLosses({ relay }: Pick<StatusView, "relay">): number | null {
  if (!relay?.lost) return null;
  return Object.values(relay.lost).reduce((sum, count) => sum + count, 0);
}

function lostWorries(view: StatusView): Worry[] {
  const [byCounters, byRings] = [countedLosses(view) ?? 0, ringLosses(view) ?? 0];
  // The same events twice: the counters know those that no ring remembers any more.
  const events = Math.max(byCounters, byRings);
  if (events === 0) return [];
  const say = `${counted(events, "event")} ${events === 1 ? "was" : "were"} lost${byCounters >= byRings ? " in 1h" : ""}`;
  return [{ ...worry("lost", "warn", say), more: "Lost events are in no answer about flows." }];
}

function recorderWorries({ relay }: StatusView): Worry[] {
  const through = relay?.recorder?.through ?? null;
  if (relay === undefined || through === null || relay.at - through < standsStillMs) return [];
  return [worry("recorder", "warn", `the recorder stands still since ${clockText(through, relay.at)} UTC`)];
}

function worry(kind: Worry["kind"], tone: Worry["tone"], say: string): Worry {
  return { kind, tone, say, more: "" };
}

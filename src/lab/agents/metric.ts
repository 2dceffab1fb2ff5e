import type { LabNode, NodeCounters, World } from "../world/world.ts";
import type { FlowCounts } from "./tally.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  /** What a histogram's series have behind its name: `_bucket`. */
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

/** One node at one moment: everything that a metric's value may depend on. */
export interface Scene {
  readonly world: World;
  readonly node: LabNode;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Cilium's version: `1.17.6`. */
  readonly version: string;
  /** Events that the node's Hubble lost, by source. */
  readonly lost: ReadonlyMap<string, number>;
  readonly counters: NodeCounters;
  /** What the node's flows add up to, by metric. */
  readonly flows: FlowCounts;
}

/** A metric as an exporter declares it. The live scrape and the history are both made from `series`, so they cannot disagree. */
export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly series: (scene: Scene) => Iterable<Series>;
}

/** A metric without labels. */
export function plain(value: (scene: Scene) => number): Metric["series"] {
  return (scene) => [{ labels: {}, value: value(scene) }];
}

/** One series for each value of one label. */
export function byLabel(label: string, values: (scene: Scene) => Readonly<Record<string, number>>): Metric["series"] {
  return (scene) => Object.entries(values(scene)).map(([key, value]) => ({ labels: { [label]: key }, value }));
}

/**
 * Series from totals whose keys are label values joined by `|`. `always` lists keys that stand at 0 before their first event: a real exporter makes
 * such a series at the first event, and then no increase() contains that event.
 */
export function keyed(
  names: readonly string[],
  totals: (scene: Scene) => ReadonlyMap<string, number>,
  always: readonly string[] = [],
): Metric["series"] {
  return (scene) => {
    const found = totals(scene);
    const keys = new Set([...always, ...found.keys()]);
    return Array.from(keys, (key) => ({ labels: labelsOf(names, key), value: found.get(key) ?? 0 }));
  };
}

function labelsOf(names: readonly string[], key: string): Labels {
  const values = key.split("|");
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

/** Whole seconds since the world began. */
export function uptime({ world, at }: Scene): number {
  return Math.floor((at - world.bornAt) / 1000);
}

/** A gauge that breathes: within `share` of `base`, slowly, and differently on each node. */
export function around(base: number, share: number, { world, node, at }: Scene): number {
  const phase = world.nodes.findIndex(({ name }) => name === node.name) * 2.1 + world.seed;
  return base * (1 + share * Math.sin(at / 240_000 + phase));
}

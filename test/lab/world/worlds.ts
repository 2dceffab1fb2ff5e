import { createWorld, type WorldOptions } from "../../../src/lab/world/create.ts";
import type { World } from "../../../src/lab/world/world.ts";
import type { WireFlow } from "../../../src/sources/hubble/wire.ts";
import { timestampMs } from "../../../src/sources/hubble/wire.ts";

export const now = Date.parse("2026-11-21T10:00:00Z");
export const minute = 60_000;

export const begin = now - 24 * minute;
export const l4Begin = now - 16 * minute;
export const l7Begin = now - 8 * minute;

/** Eight minutes each without policy, with L3/L4 rule1, with L7 rule1. */
export function starWars(options: Partial<WorldOptions> = {}): World {
  return createWorld({
    seed: 7,
    now,
    history: now - begin,
    steps: [
      { step: "l3-l4", at: l4Begin },
      { step: "l7", at: l7Begin },
    ],
    ...options,
  });
}

export interface Seen {
  readonly node: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly flow: WireFlow;
}

/** Flows of all nodes. */
export function everywhere(world: World, from: number, to: number): Seen[] {
  return world.nodes.flatMap(({ name }) =>
    world.flows(name, from, to).map(({ flow }) => ({
      node: name,
      time: timestampMs(flow?.time ?? {}),
      flow: flow ?? {},
    })),
  );
}

export function isDropEvent({ flow }: Seen): boolean {
  return flow.eventType?.type === 1;
}

export function isVerdict({ flow }: Seen): boolean {
  return flow.eventType?.type === 5;
}

export function isHttp({ flow }: Seen): boolean {
  return flow.l7?.http !== undefined && flow.l7.http !== null;
}

/** Connection of a TCP packet, whichever way it travels. */
export function connectionOf({ flow }: Seen): string {
  const ports = flow.l4?.TCP ?? {};
  const ends = [`${flow.IP?.source}:${ports.sourcePort}`, `${flow.IP?.destination}:${ports.destinationPort}`];
  return ends.sort().join(" ");
}

export function groupBy<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of list) {
    const group = groups.get(keyOf(each)) ?? [];
    group.push(each);
    groups.set(keyOf(each), group);
  }
  return groups;
}

/** Reading the sketches that the leader wrote. */
import type { DaySketch } from "../analysis/sketch/day.ts";
import type { HourSketch } from "../analysis/sketch/hour.ts";
import type { Redis } from "../store/redis.ts";
import { createSketchStore } from "../store/sketches.ts";
import { unpackDay, unpackHour } from "./edges-payload.ts";

export interface Sketches {
  /** Hours that are kept, epoch milliseconds, oldest first. */
  hours(cluster: string): Promise<readonly number[]>;
  /** Undefined: gone. Null: it cannot be read by this version. */
  hour(cluster: string, hour: number): Promise<HourSketch | null | undefined>;
  day(cluster: string, day: number): Promise<DaySketch | null | undefined>;
}

/** Each call rejects when Redis does. */
export function createSketches(redis: Redis, prefix: string): Sketches {
  const store = createSketchStore(redis, prefix);
  return {
    hours: async (cluster) => (await store.hours(cluster)).map(({ hour }) => hour),
    async hour(cluster, hour) {
      const payload = await store.hour(cluster, hour);
      return payload === undefined ? undefined : ((await unpackHour(payload, { keys: false })) ?? null);
    },
    async day(cluster, day) {
      const payload = await store.day(cluster, day);
      return payload === undefined ? undefined : ((await unpackDay(payload)) ?? null);
    },
  };
}

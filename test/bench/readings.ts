/** Readings of one kind, as rows. */
import { quantile } from "../support/quantile.ts";
import type { Reading, ReadingMode } from "./flow-reader.ts";
import { measured, withGenerator } from "./processes.ts";

/** A million, or as many as BENCH_FLOWS says. */
export const flowsPerCall = Number(process.env["BENCH_FLOWS"] ?? 1_000_000);

/** In turns with undecoded readings of the same stream, so that a slow minute of the machine touches both. */
export async function besideFloor(
  generator: readonly (string | number)[],
  mode: ReadingMode,
  rounds: number,
): Promise<{ readonly own: readonly Reading[]; readonly floor: readonly Reading[] }> {
  return await withGenerator(generator, async (port) => {
    const own: Reading[] = [];
    const floor: Reading[] = [];
    for (let round = 0; round < rounds; round++) {
      floor.push(await read(port, "undecoded"));
      own.push(await read(port, mode));
    }
    return { own, floor };
  });
}

export async function read(port: string, mode: ReadingMode): Promise<Reading> {
  return await measured<Reading>("flow-reader.ts", [port, mode], { BENCH_FLOWS: String(flowsPerCall) });
}

export function rateOf(readings: readonly Reading[]): number {
  return median(readings.map(({ flows, seconds }) => flows / seconds));
}

export function cpuOf(readings: readonly Reading[]): number {
  return median(readings.map(({ cpuPerFlow }) => cpuPerFlow));
}

export function growthOf(readings: readonly Reading[]): number {
  return Math.max(...readings.map(({ growth }) => growth));
}

const median = (values: readonly number[]) => quantile([...values], 50);

/** Single flows: the newest of many as `observe` lists them, and a file of them as `capture` writes it. Each flow has an id of its own. */
import type { ReadingMode } from "./flow-reader.ts";
import { besideFloor, cpuOf, flowsPerCall, growthOf, rateOf } from "./readings.ts";
import type { Row } from "./row.ts";

/** More than one core takes. */
const flood = 400_000;

export async function benchObserve(): Promise<Row[]> {
  return await rowsOf("listed", `flows read for a list, of ${flowsPerCall.toLocaleString("en")}`);
}

/** As many as one capture may hold: each is redacted, written as JSON and gzipped. */
export async function benchCapture(): Promise<Row[]> {
  return await rowsOf("captured", "flows captured");
}

async function rowsOf(mode: ReadingMode, name: string): Promise<Row[]> {
  const { own, floor } = await besideFloor(["mixed", 20_000, flowsPerCall, flood], mode, 2);
  return [
    { name, value: rateOf(own), unit: "flows/s", floor: rateOf(floor) },
    { name: "client CPU per flow", value: cpuOf(own), unit: "µs", floor: cpuOf(floor) },
    { name: "memory growth", value: growthOf(own), unit: "MB", floor: growthOf(floor) },
  ];
}

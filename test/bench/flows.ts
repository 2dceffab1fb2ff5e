/** Flows read and summarised from Relay. */
import { withGenerator } from "./processes.ts";
import { besideFloor, cpuOf, flowsPerCall, growthOf, rateOf, read } from "./readings.ts";
import type { Row } from "./row.ts";

export async function benchFlows(): Promise<Row[]> {
  const { own, floor } = await besideFloor(["mixed", 20_000, flowsPerCall], "summarised", 3);
  const scan = await withGenerator(["scan", 100_000, flowsPerCall], (port) => read(port, "summarised"));
  const flows = flowsPerCall.toLocaleString("en");
  return [
    { name: "flows summarised", value: rateOf(own), unit: "flows/s", floor: rateOf(floor), goal: "≥ 150,000" },
    { name: "client CPU per flow", value: cpuOf(own), unit: "µs", floor: cpuOf(floor), goal: "≤ floor + 2.5 µs" },
    {
      name: `memory growth, ${flows} flows`,
      value: growthOf(own),
      unit: "MB",
      floor: growthOf(floor),
      goal: "< 50 MB",
    },
    { name: "flows summarised, 100,000 sources", value: rateOf([scan]), unit: "flows/s", floor: rateOf(floor) },
    { name: "memory growth, 100,000 sources", value: scan.growth, unit: "MB", goal: "< 50 MB" },
  ];
}

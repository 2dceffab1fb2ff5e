/**
 * Rankings of 5 million flows of more kinds than are counted apart, in a process of their own: how far counts are off, what is stated, what it costs beside the exact
 * counts of `drops` with its own bound, and what grows.
 */
import { streamsOf } from "../analysis/top/streams.ts";
import { measured } from "./processes.ts";
import type { Row } from "./row.ts";
import type { TopReading } from "./top-process.ts";

/** Five million, or as many as BENCH_FLOWS says. */
const flows = Number(process.env["BENCH_FLOWS"] ?? 5_000_000);

export async function benchTop(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name } of streamsOf(1, 1)) {
    const floor = await measured<TopReading>("top-process.ts", [name, "floor", flows]);
    const drops = await measured<TopReading>("top-process.ts", [name, "drops", flows]);
    const top = await measured<TopReading>("top-process.ts", [name, "top", flows]);
    rows.push(
      {
        name: `${name}: largest error of a listed count`,
        value: top.error,
        unit: "flows",
        goal: `≤ ${top.stated} stated`,
      },
      {
        name: "  stated: nothing is missing that has more",
        value: top.bound,
        unit: "flows",
        goal: `≤ ${flows / 2_000}`,
      },
      { name: "  larger ones that are missing", value: top.missing, unit: "rows", goal: "0" },
      {
        name: "  top drops, in a second of CPU, beside drops",
        value: top.perSecond,
        unit: "flows/s",
        floor: drops.perSecond,
        goal: "≥ 150,000",
      },
      { name: "  of these the making of flows", value: floor.perSecond, unit: "flows/s" },
      { name: "  memory growth", value: top.growth, floor: floor.growth, unit: "MB", goal: "≤ floor + 10 MB" },
    );
  }
  return rows;
}

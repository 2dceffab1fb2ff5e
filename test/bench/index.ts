/** `npm run bench [name …]`: each figure beside its floor, from the same run. */
import type { Row } from "./row.ts";

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  acknowledge: async () => (await import("./acknowledge.ts")).benchAcknowledge(),
  overhead: async () => (await import("./overhead.ts")).benchOverhead(),
  flows: async () => (await import("./flows.ts")).benchFlows(),
  observe: async () => (await import("./listing.ts")).benchObserve(),
  capture: async () => (await import("./listing.ts")).benchCapture(),
  recorder: async () => (await import("./recorder.ts")).benchRecorder(),
  charts: async () => (await import("./charts.ts")).benchCharts(),
  l7: async () => (await import("./l7.ts")).benchL7(),
  map: async () => (await import("./map.ts")).benchMap(),
  sketch: async () => (await import("./sketch.ts")).benchSketch(),
  top: async () => (await import("./top.ts")).benchTop(),
  redact: async () => (await import("./redact.ts")).benchRedact(),
  policy: async () => (await import("./policy.ts")).benchPolicy(),
  replay: async () => (await import("./replay.ts")).benchReplay(),
  "cold-start": async () => (await import("./cold-start.ts")).benchColdStart(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`there is no bench ${unknown.join(", ")}; benches: ${Object.keys(benches).join(", ")}\n`);
  process.exit(2);
}
const number = (value: number) => value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 2 : 0 });
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stdout.write(`${name}\n`);
  for (const row of await bench()) {
    const floor = row.floor === undefined ? "" : `  floor ${number(row.floor)} (× ${number(row.value / row.floor)})`;
    process.stdout.write(
      `  ${row.name.padEnd(46)} ${number(row.value).padStart(10)} ${row.unit}${floor}${row.goal ? `  goal ${row.goal}` : ""}\n`,
    );
  }
}

/** The flags of `trace`. */
import type { Flag } from "../command.ts";

export const traceFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (15m), a time of day in UTC, or RFC 3339; 5m when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
];

/** The flags of `map`, spelled as in `hubble observe` where they mean the same. */
import type { Flag } from "../command.ts";
import { selectFlags } from "../drops/flags.ts";

export const mapFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (15m), a time of day in UTC, or RFC 3339; 5m when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
  // What was not dropped has no reason.
  ...selectFlags.filter(({ key }) => key !== "reason"),
  { key: "top", names: ["--top"], value: "N", doc: "Edges to show, those with drops first; 60 when left out" },
  { key: "all", names: ["--all"], doc: "Show health probes, metrics scrapes and normal noise too" },
];

/** The flags of `capture`: how long, and the conditions of `observe`. */
import type { Flag } from "../command.ts";
import { observeFlags } from "../observe/flags.ts";

/** Of `observe`, about which of the flows to list and how: a file has all of them, whole. */
const others = new Set(["since", "until", "last", "first", "all", "output", "json", "node-names", "numeric"]);

export const captureFlags: readonly Flag[] = [
  { key: "for", names: ["--for"], value: "DURATION", doc: "How long from now on, from 1s to 5m; 30s when left out" },
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin earlier, with what Hubble still holds and the dropped flows recorded before that: how long ago (5m), a time of day in UTC, or RFC 3339",
  },
  ...observeFlags.filter(({ key }) => !others.has(key)),
];

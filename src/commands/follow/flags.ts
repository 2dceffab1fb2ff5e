/** The flags of `follow`: how long, and the conditions of `observe`. */
import type { Flag } from "../command.ts";
import { observeFlags } from "../observe/flags.ts";

/** Of `observe`, about which of the flows there are to list: here it is those that come. */
const others = new Set(["since", "until", "last", "first", "all", "output", "json"]);

export const followFlags: readonly Flag[] = [
  { key: "for", names: ["--for"], value: "DURATION", doc: "How long from now on, from 5s to 10m; 60s when left out" },
  ...observeFlags.filter(({ key }) => !others.has(key)),
];

/** The flags of `top`: those of maps, and the conditions on flows. */
import type { Flag } from "../command.ts";
import { selectFlags } from "../drops/flags.ts";

export const topFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (1h), a time of day in UTC, or RFC 3339; 1h when left out",
  },
  {
    key: "by",
    names: ["--by"],
    value: "node",
    doc: "For maps: K of each node in place of K of all",
  },
  { key: "failed", names: ["--failed"], doc: "For maps: failed operations alone" },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
  ...selectFlags.map((flag) =>
    flag.key === "pod"
      ? { ...flag, doc: `${flag.doc}; for maps: agents, by the name of their pod or node, * stands for anything` }
      : flag,
  ),
];

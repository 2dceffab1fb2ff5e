/** The flags of `why`. */
import type { Flag } from "../command.ts";

export const whyFlags: readonly Flag[] = [
  {
    key: "http",
    names: ["--http"],
    value: "REQUEST",
    doc: "A request to judge too, for example 'PUT /v1/exhaust-port'",
  },
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Compare with what Hubble saw from there on: how long ago (15m), a time of day in UTC, or RFC 3339; 15m when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "Compare until there; until now when left out" },
];

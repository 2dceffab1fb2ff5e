/** The flags of `metrics`. */
import type { Flag } from "../command.ts";

export const metricsFlags: readonly Flag[] = [
  {
    key: "since",
    names: ["--since"],
    value: "TIME",
    doc: "Begin there: how long ago (1h), a time of day in UTC, or RFC 3339; 1h when left out",
  },
  { key: "until", names: ["--until"], value: "TIME", doc: "End there; now when left out" },
  {
    key: "pod",
    names: ["--pod"],
    value: "POD",
    doc: "These agents alone, by the name of their pod or node, * stands for anything",
  },
  {
    key: "workload",
    names: ["--workload"],
    value: "NAMESPACE/NAME",
    doc: "Requests to this workload alone, for the questions of hubble-http",
  },
  {
    key: "namespace",
    names: ["--namespace", "-n"],
    value: "NAMESPACE",
    doc: "Requests to this namespace alone for those of hubble-http, flows from it for those of hubble-dns and hubble-network",
  },
];

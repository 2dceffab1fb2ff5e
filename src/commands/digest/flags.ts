import type { Flag } from "../command.ts";

/** The last two are the schedule's own. */
export const digestFlags: readonly Flag[] = [
  { key: "weekdays", names: ["--weekdays"], doc: "Subscribe: Monday to Friday alone" },
  {
    key: "weekly",
    names: ["--weekly"],
    doc: "Of the last 7 days against the 7 before; subscribe: on Mondays",
  },
  {
    key: "namespace",
    names: ["--namespace", "-n"],
    value: "NAMESPACE",
    many: true,
    doc: "Only what these namespaces have to do with",
  },
  {
    key: "due",
    names: ["--due"],
    value: "TIME",
    doc: "When it should have come, such as 2026-11-20T09:00Z: a late one says so",
  },
  {
    key: "skipped",
    names: ["--skipped"],
    value: "DAY",
    many: true,
    doc: "Days that had no digest, such as 2026-11-19: the digest says so",
  },
];

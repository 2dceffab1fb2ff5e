import type { Flag } from "../command.ts";

/** The schedule's own: that the digest comes late, and which ones did not come, is not a person's to say. */
const scheduleFlags: readonly Flag[] = [
  {
    key: "due",
    names: ["--due"],
    value: "TIME",
    internal: true,
    doc: "When it should have come, such as 2026-11-20T09:00Z: a late one says so",
  },
  {
    key: "skipped",
    names: ["--skipped"],
    value: "DAY",
    many: true,
    internal: true,
    doc: "Days that had no digest, such as 2026-11-19: the digest says so",
  },
];

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
  ...scheduleFlags,
];

/** `line` as anybody may ask it, at any other time. */
export function withoutSchedule(line: string): string {
  const spelled = scheduleFlags.flatMap(({ names }) => names).join("|");
  return line.replaceAll(new RegExp(` (?:${spelled}) \\S+`, "g"), "");
}

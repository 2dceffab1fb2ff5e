/** Policies as rows: whether agents load them, when they changed and by whom. */
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { ChangedPolicy } from "../../sources/question.ts";
import { agoText } from "../drops/picture.ts";
import { policyKind, policyName, shorten } from "../drops/words.ts";

const shownRows = 10;
const longestMessage = 300;

export type Listed = ChangedPolicy & { readonly cluster: string };

export function policyTable(
  title: string,
  rows: readonly Listed[],
  {
    manyClusters,
    askedAt,
    folded = 0,
  }: { readonly manyClusters: boolean; readonly askedAt: number; readonly folded?: number },
): Block[] {
  if (rows.length === 0) return [];
  const more = Math.max(0, rows.length - shownRows) + folded;
  return [
    {
      kind: "table",
      title,
      columns: [
        { title: "Policy" },
        ...(manyClusters ? [{ title: "Cluster" }] : []),
        { title: "Kind" },
        { title: "Enforces" },
        { title: "Valid" },
        { title: "Changed", align: "right" },
        { title: "By" },
      ],
      rows: rows
        .slice(0, shownRows)
        .map((policy) => [
          { code: policyName(policy) },
          ...(manyClusters ? [policy.cluster] : []),
          policyKind(policy.kind),
          policy.enforces.length === 0 ? "nothing" : policy.enforces.join(", "),
          validText(policy),
          policy.changedAt === null ? "" : agoText(policy.changedAt, askedAt),
          shorten(policy.changedBy ?? ""),
        ]),
      ...(more > 0 && { folded: `${more} more` }),
    },
  ];
}

function validText({ valid }: Pick<ChangedPolicy, "valid">): string {
  return valid === null ? "not checked" : valid ? "yes" : "no";
}

/** With the cluster's name where there are several. */
export function invalidNotes(rows: readonly (ChangedPolicy & Partial<Listed>)[], manyClusters = false): Block[] {
  return rows
    .filter(({ valid, message }) => valid === false && message !== "")
    .slice(0, 3)
    .map((policy) => ({
      kind: "note",
      tone: "warn",
      text: [
        manyClusters ? `${policy.cluster}: ` : "",
        { code: policyName(policy) },
        ` is not valid: ${cutEnd(policy.message, longestMessage)}`,
      ],
    }));
}

export function noteBlocks(notes: readonly string[]): Block[] {
  return [...new Set(notes)]
    .slice(0, 6)
    .map((note) => ({ kind: "note", tone: "warn", text: cutEnd(note, longestMessage * 2) }));
}

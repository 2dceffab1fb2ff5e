/** Whose policies they are: those of the denied end of each cluster's worst pair, the denied direction first. */
import { counted, listed } from "../../analysis/counted.ts";
import { type DeniedEnd, deniedEnd, isPolicyReason } from "../../analysis/worst.ts";
import type { Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { PolicyView } from "../../policy/view.ts";
import { policiesOf } from "./cause.ts";
import { agoText, type Picture } from "./picture.ts";
import { policyKind, policyName, shorten } from "./words.ts";

interface Row {
  readonly cluster: string;
  readonly policy: PolicyView;
  readonly end: DeniedEnd | undefined;
}

const shownRows = 10;
/** Longest message of a validator that is repeated. */
const longestMessage = 300;

export function policyBlocks(picture: Picture): Block[] {
  const answers = policyAnswers(picture);
  const found = answers.flatMap(({ view, end, answer }) =>
    answer.finding.policies.map((policy): Row => ({ cluster: view.cluster, policy, end })),
  );
  const rows = found.filter(({ policy, end }) => matters(policy, end));
  const folded = answers.reduce((sum, { answer }) => sum + answer.finding.folded, 0);
  return [
    ...(rows.length > 0 ? [tableOf(rows, { others: found.length - rows.length, folded }, picture)] : []),
    ...invalidNotes(rows),
    ...answers
      .flatMap(({ answer }) => answer.finding.notes ?? [])
      .slice(0, 3)
      .map(missingNote),
  ];
}

/** In each cluster the list that the answer speaks about. */
function policyAnswers({ views, pairs, denials, drops }: Picture) {
  return views.flatMap((view) => {
    const pair = pairs.find(({ cluster, reason }) => cluster === view.cluster && isPolicyReason(reason));
    const end = pair && deniedEnd(pair);
    // Refused requests, or no flows at all: the last list is of the end that matters, or of the target.
    const answer = end ? policiesOf(end, view) : denials > 0 || drops === undefined ? view.policies.at(-1) : undefined;
    return answer === undefined ? [] : [{ view, end, answer }];
  });
}

function matters({ enforces }: PolicyView, end: DeniedEnd | undefined): boolean {
  return end === undefined ? enforces.length > 0 : enforces.includes(end.direction);
}

function missingNote(note: string): Block {
  return { kind: "note", tone: "warn", text: `Kubernetes: ${cutEnd(note, longestMessage)}` };
}

/** `others`: in force in the other direction only; `folded`: not in the list at all. */
interface Unlisted {
  readonly others: number;
  readonly folded: number;
}

function tableOf(rows: readonly Row[], unlisted: Unlisted, { manyClusters, askedAt, who }: Picture): Block {
  const ends = [...new Set(rows.flatMap(({ end }) => (end ? [`${shorten(end.name)} on ${end.direction}`] : [])))];
  const more = Math.max(0, rows.length - shownRows) + unlisted.folded;
  const folded = [
    ...(more > 0 ? [`${more} more`] : []),
    ...(unlisted.others > 0
      ? [`${counted(unlisted.others, "other policy", "other policies")} for the other direction`]
      : []),
  ];
  return {
    kind: "table",
    title: `Policies that select ${ends.length === 0 ? who : listed(ends.slice(0, 3))}`,
    columns: [
      { title: "Policy" },
      ...(manyClusters ? [{ title: "Cluster" }] : []),
      { title: "Kind" },
      ...(ends.length === 0 ? [{ title: "Enforces" }] : []),
      { title: "Valid" },
      { title: "Changed", align: "right" },
    ],
    rows: rows
      .slice(0, shownRows)
      .map(({ policy, cluster }) => [
        { code: policyName(policy) },
        ...(manyClusters ? [cluster] : []),
        policyKind(policy.kind),
        ...(ends.length === 0 ? [policy.enforces.join(", ")] : []),
        policy.valid === null ? "not checked" : policy.valid ? "yes" : "no",
        policy.changedAt === null ? "" : agoText(policy.changedAt, askedAt),
      ]),
    ...(folded.length > 0 && { folded: folded.join("; ") }),
  };
}

function invalidNotes(rows: readonly Row[]): Block[] {
  return rows
    .filter(({ policy }) => policy.valid === false && policy.message !== "")
    .slice(0, 3)
    .map(({ policy }) => ({
      kind: "note",
      tone: "warn",
      text: [{ code: policyName(policy) }, ` is not valid: ${cutEnd(policy.message, longestMessage)}`],
    }));
}

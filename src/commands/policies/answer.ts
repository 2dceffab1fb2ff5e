/** The answer of `policies`: which are in force, what each allows and denies in words, and which are not loaded. */
import { counted, listed } from "../../analysis/counted.ts";
import { parseTarget, targetText } from "../../analysis/target-parse.ts";
import type { Action, Block, Inline, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import { directions } from "../../policy/policy.ts";
import type { PolicyRules, RuleLine } from "../../sources/question.ts";
import type { Answer } from "../command.ts";
import { shellWord } from "../drops/copy-as.ts";
import { absentNotes, troubleText } from "../drops/notes.ts";
import { policyKind, policyName, shorten } from "../drops/words.ts";
import { getLine } from "../why/copy-as.ts";
import type { PoliciesArgs } from "./args.ts";
import { policiesLine } from "./line.ts";
import { type PoliciesView, policiesResult } from "./result.ts";
import { invalidNotes, type Listed, noteBlocks, policyTable } from "./table.ts";

const shownInWords = 8;
const shownCandidates = 10;
const maxLines = 4;
const maxRules = 20;

export function policiesAnswer(args: PoliciesArgs, askedAt: number, views: readonly PoliciesView[]): Answer {
  const rows = views.flatMap(({ cluster, found }) => (found?.policies ?? []).map((policy) => ({ ...policy, cluster })));
  const folded = views.reduce((sum, { found }) => sum + (found?.folded ?? 0), 0);
  const lines = copyAs(args, rows);
  const { title } = foundBy(views);
  const hasSubjects = args.target === null || views.some(isNamed);
  const blocks: Block[] = [
    ...wordBlocks(rows, { hasSubjects, folded }),
    ...policyTable(args.target === null ? "All policies" : title, rows, {
      manyClusters: views.length > 1,
      askedAt,
      folded,
    }),
    ...invalidNotes(rows, views.length > 1),
    ...absentNotes({ views: resolved(views), manyClusters: views.length > 1 }),
    ...troubles(views),
    ...noteBlocks(views.flatMap(({ found }) => found?.notes ?? [])),
    ...scopeNotes(views),
    ...lines.map(({ label, text }): Block => ({ kind: "code", title: label, code: text })),
  ];
  return {
    message: { ...headline(args, views, rows, folded), blocks },
    result: policiesResult(args, views),
    coverage: null,
    window: null,
    copyAs: lines,
  };
}

/** The target is several things in each cluster that knows it, or none. */
export function whichPolicies(args: PoliciesArgs, views: readonly PoliciesView[]): Answer {
  const resolutions = views.flatMap(({ found }) => found?.resolution ?? []);
  const ambiguous = resolutions.flatMap((one) => (one.status === "ambiguous" ? one.candidates : []));
  const near = resolutions.flatMap((one) => (one.status === "unknown" ? one.near : []));
  const candidates = [...new Set(ambiguous.length > 0 ? ambiguous : near)];
  const typed = cutEnd(args.target === null ? "" : targetText(args.target), 60);
  const where = listed(views.map(({ cluster }) => cluster));
  const actions = candidates.slice(0, shownCandidates).flatMap((candidate): Action[] => {
    const parsed = parseTarget(candidate);
    return parsed.ok ? [{ label: candidate, command: policiesLine(parsed.target, args.clusters) }] : [];
  });
  const all = { label: "all policies", command: policiesLine(undefined, args.clusters) };
  const isAmbiguous = ambiguous.length > 0;
  const advice = isAmbiguous
    ? "Type one of these:"
    : actions.length > 0
      ? "Did you mean one of these?"
      : "No pod, workload or service. Policies are found by whom they select; all of them, by their own names:";
  return {
    message: {
      tone: "warn",
      title: isAmbiguous
        ? `${typed}: which one? ${candidates.length} things have that name in ${where}`
        : `${typed}: nothing has that name in ${where}`,
      blocks: [
        { kind: "text", text: advice },
        { kind: "actions", actions: isAmbiguous ? actions : [...actions, all] },
        ...scopeNotes(views),
      ],
    },
    result: policiesResult(args, views),
    coverage: null,
    window: null,
    copyAs: [],
  };
}

/** The target is no workload there but the name of policies. */
function isNamed({ found }: PoliciesView): boolean {
  return found?.named === true;
}

/** A cluster whose policies have the name themselves has what was looked for. */
function resolved(views: readonly PoliciesView[]) {
  return views.map(({ cluster, found }) => ({
    cluster,
    resolution: found?.named ? undefined : (found?.resolution ?? undefined),
  }));
}

/** Why these policies are shown: of several clusters it may be a workload in one, and a policy's own name in another. */
function foundBy(views: readonly PoliciesView[]): {
  readonly title: string;
  readonly verb: readonly [one: string, many: string];
} {
  const found = views.filter((view) => (view.found?.policies.length ?? 0) > 0);
  if (!found.some(isNamed)) return { title: "Policies that select it", verb: ["selects it", "select it"] };
  if (found.every(isNamed)) return { title: "Policies of that name", verb: ["has that name", "have that name"] };
  const both = "select it or have that name";
  return { title: `Policies that ${both}`, verb: [both, both] };
}

function headline(
  { target }: PoliciesArgs,
  views: readonly PoliciesView[],
  rows: readonly Listed[],
  folded: number,
): Pick<Message, "tone" | "title"> {
  const who = target === null ? listed(views.map(({ cluster }) => cluster)) : cutEnd(targetText(target), 60);
  if (views.every(({ found }) => found === undefined))
    return { tone: "bad", title: `${who}: no answer, because policies could not be read` };
  const total = rows.length + folded;
  const broken = rows.filter(({ valid }) => valid === false).length;
  const invalid = broken === 0 ? "" : `, ${broken} not valid`;
  const partly = views.some(({ found }) => found === undefined) ? " as far as could be read" : "";
  if (target === null) {
    const title =
      total === 0
        ? `${who}: no policies${partly}`
        : `${who}: ${counted(total, "policy", "policies")}${invalid}${partly}`;
    return { tone: broken > 0 ? "bad" : "info", title };
  }
  if (total === 0) return { tone: "info", title: `${who}: no policy selects it${partly}` };
  const enforced = directions.filter((direction) =>
    rows.some(({ enforces, valid }) => valid !== false && enforces.includes(direction)),
  );
  const [one, many] = foundBy(views).verb;
  const verb = total === 1 ? one : many;
  const isLoaded = rows.some(({ valid }) => valid !== false);
  const nothing = isLoaded ? "none of them denies anything" : "so nothing is in force";
  const what = enforced.length === 0 ? nothing : `${listed(enforced)} enforced`;
  return {
    tone: broken > 0 ? "bad" : "info",
    title: `${who}: ${counted(total, "policy", "policies")} ${verb}${invalid}, ${what}${partly}`,
  };
}

type Ruled = PolicyRules & { readonly cluster: string };

/** A row for each rule, and a paragraph for each policy whose rules alone would mislead. */
function wordBlocks(
  rows: readonly Ruled[],
  { hasSubjects, folded }: { readonly hasSubjects: boolean; readonly folded: number },
): Block[] {
  const lines = rows.slice(0, shownInWords).flatMap((policy) => policy.rules.map((rule) => ({ policy, rule })));
  const total = rows.reduce((sum, policy) => sum + policy.rules.length + policy.foldedRules, 0);
  const shown = lines.slice(0, maxRules);
  const table: Block = {
    kind: "table",
    title: "What they say",
    columns: [{ title: "Policy" }, ...(hasSubjects ? [{ title: "Selects" }] : []), { title: "Rule" }],
    rows: shown.map(({ policy, rule }, at) => [
      { code: policyName(policy) },
      ...(hasSubjects ? [shown[at - 1]?.policy === policy ? "" : shorten(policy.subject)] : []),
      lineText(rule),
    ]),
    ...(total > shown.length && {
      folded: `${folded > 0 ? "more than " : ""}${counted(total - shown.length, "more rule")}: ask about one target`,
    }),
  };
  const standings = rows.slice(0, shownInWords).flatMap((policy): Block[] => {
    const text = standing(policy);
    return text === "" ? [] : [{ kind: "text", text: [{ code: policyCode(policy) }, text] }];
  });
  return [...(shown.length > 0 ? [table] : []), ...standings];
}

function policyCode(policy: PolicyRules): string {
  return `${policyKind(policy.kind)} ${policyName(policy)}`;
}

function standing({ valid, enforces, rules }: PolicyRules): string {
  if (valid === false) return " is not valid, so no agent loads it; an older version of it may still be in force.";
  if (rules.length === 0 && enforces.length > 0) return ` has no rules: nothing passes on ${listed(enforces)} by it.`;
  return enforces.length === 0 && rules.length > 0 ? " only allows, and denies nothing by itself." : "";
}

function lineText({ direction, verdict, text }: RuleLine): Inline[] {
  return [`${direction} `, { strong: verdict }, ` ${shorten(text)}`];
}

function troubles(views: readonly PoliciesView[]): Block[] {
  return views.flatMap(({ cluster, trouble }) =>
    trouble === undefined
      ? []
      : [
          {
            kind: "note",
            tone: "warn",
            text: `${views.length > 1 ? `${cluster}: ` : ""}${troubleText(trouble)}`,
          } as const,
        ],
  );
}

function scopeNotes(views: readonly PoliciesView[]): Block[] {
  const visible = new Set(views.flatMap((view) => view.visible ?? []));
  if (views.every((view) => view.visible === undefined)) return [];
  const names = [...visible].slice(0, 5).map((name) => cutEnd(name, 63));
  const text =
    names.length === 0
      ? "No namespaces are shown here."
      : `Only ${visible.size === 1 ? "namespace" : "namespaces"} ${listed(names)}${visible.size > 5 ? " and more" : ""} and cluster-wide policies are shown here.`;
  return [{ kind: "note", text }];
}

function copyAs({ target }: PoliciesArgs, rows: readonly Listed[]): Answer["copyAs"] {
  const namespace = target !== null && target.kind === "namespace" ? ["-n", target.name] : ["-A"];
  const all = [
    "kubectl",
    "get",
    "cnp,ccnp,netpol",
    ...(target === null || target.kind === "namespace" ? namespace : ["-A"]),
  ]
    .map(shellWord)
    .join(" ");
  const single = rows.slice(0, maxLines).map(({ kind, namespace: place, name }) => getLine(kind, place, name));
  const texts = target === null || single.length === 0 ? [all] : [...new Set(single)];
  return [{ label: "Kubernetes", text: texts.join("\n") }];
}

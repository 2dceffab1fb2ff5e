/** The answer of `status`: what is wrong in the title, then nodes, invalid policies, which sources answer, and what could not be known. */
import { counted, listed } from "../../analysis/counted.ts";
import type { Block, Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Answer } from "../command.ts";
import { copyBlocks } from "../ending.ts";
import { invalidNotes } from "../policies/table.ts";
import { statusActions } from "./actions.ts";
import type { StatusArgs } from "./args.ts";
import { statusCopyAs } from "./copy-as.ts";
import { invalidPolicies, type StatusView } from "./gather.ts";
import { statusResult } from "./result.ts";
import { clusterTable, nodesText, sourceFacts } from "./sources.ts";
import { wellNodes, wrongNodes } from "./table.ts";
import { isPartial, unknownBlocks } from "./unknown.ts";
import { longestCluster } from "./words.ts";
import { type Worry, worriesOf } from "./worries.ts";

const longestTitle = 150;
const mostLines = 8;

export function statusAnswer(args: StatusArgs, views: readonly StatusView[]): Answer {
  const worries = views.map((view) => ({ view, found: worriesOf(view) }));
  const all = worries.flatMap(({ found }) => found);
  const lines = statusCopyAs(views);
  const { title, kept } = titleOf(worries);
  return {
    message: {
      ...{ tone: toneOf(all, views), title },
      blocks: [
        ...worryBlocks(worries, kept),
        ...(views.length > 1 ? clusterTable(views) : []),
        ...wrongNodes(views),
        ...policyBlocks(views),
        ...(views.length > 1 ? [] : sourceFacts(views)),
        ...wellNodes(views),
        ...unknownBlocks(views),
        { kind: "actions", actions: statusActions(args, views, all) },
        ...copyBlocks(lines),
      ],
    },
    ...{ result: statusResult(views), coverage: null, window: null, copyAs: lines },
  };
}

interface Worried {
  readonly view: StatusView;
  readonly found: readonly Worry[];
}

function toneOf(worries: readonly Worry[], views: readonly StatusView[]): Message["tone"] {
  if (worries.some(({ tone }) => tone === "bad")) return "bad";
  if (worries.length > 0) return "warn";
  return views.some(isPartial) ? "info" : "good";
}

interface Title {
  readonly title: string;
  /** So many worries of one cluster stand in it; of several clusters all do, or none is sure to. */
  readonly kept: number;
}

/** As much as fits of what is wrong, cluster by cluster; those where nothing is come last. */
function titleOf(worries: readonly Worried[]): Title {
  const [only] = worries;
  if (only !== undefined && worries.length === 1) return fitted(`${nameOf(only)}: `, textsOf(only));
  const bad = worries.filter(({ found }) => found.length > 0);
  const well = worries.filter(({ found }) => found.length === 0);
  const calm = well.length === 0 ? [] : [`${listed(well.map(nameOf))}: ${calmText(well)}`];
  const texts = [...bad.map((one) => `${nameOf(one)}: ${textsOf(one).join(", ")}`), ...calm];
  const { title, kept } = fitted("", texts, "; ");
  return { title, kept: kept < texts.length || title.endsWith("…") ? 0 : Number.POSITIVE_INFINITY };
}

function nameOf({ view }: Worried): string {
  return cutEnd(view.cluster, longestCluster);
}

function textsOf({ view, found }: Worried): string[] {
  if (found.length > 0) return found.map(({ say }) => say);
  const nodes = nodesText(view, "nodes ");
  return [...(nodes === "" ? [] : [nodes]), calmText([{ view, found }])];
}

function calmText(worried: readonly Worried[]): string {
  return worried.some(({ view }) => isPartial(view)) ? "nothing is wrong as far as is known" : "nothing is wrong";
}

/** The first of them always, and a count of those that have no room. */
function fitted(lead: string, texts: readonly string[], between = ", "): Title {
  let kept = texts.length;
  const title = () => {
    const more = texts.length - kept;
    return `${lead}${texts.slice(0, kept).join(between)}${more === 0 ? "" : `${between}and ${more} more`}`;
  };
  while (kept > 1 && title().length > longestTitle) kept -= 1;
  return { title: cutEnd(title(), longestTitle), kept: title().length > longestTitle ? 0 : kept };
}

/** What the title leaves out. */
function worryBlocks(worries: readonly Worried[], kept: number): Block[] {
  const lines = worries.flatMap(({ view, found }) => {
    const lead = worries.length > 1 ? `${view.cluster}: ` : "";
    return found.flatMap(({ say, more }, at) => {
      // Only what begins with a word of ours may begin with a capital: names are as they are.
      const own = say.replace(/^the /, "The ");
      const text = [at < kept ? "" : `${own}.`, more].filter((part) => part !== "").join(" ");
      return text === "" ? [] : [`${lead}${text}`];
    });
  });
  const rest = lines.length - mostLines;
  return [
    ...lines.slice(0, mostLines).map((text): Block => ({ kind: "text", text })),
    ...(rest > 0 ? [{ kind: "note", text: `${counted(rest, "more thing")}: ask with --cluster NAME.` } as const] : []),
  ];
}

/** The validator's words, as far as policies may be named. */
function policyBlocks(views: readonly StatusView[]): Block[] {
  const found = views.map((view) => ({
    ...{ cluster: view.cluster, isWhole: view.visible === undefined },
    ...invalidPolicies(view),
  }));
  const sum = (isWhole: boolean) => found.reduce((total, one) => total + (one.isWhole === isWhole ? one.others : 0), 0);
  const named = found.flatMap((one) => one.named.map((policy) => ({ ...policy, cluster: one.cluster })));
  const shown = invalidNotes(named, views.length > 1);
  const [rest, hidden] = [named.length - shown.length + sum(true), sum(false)];
  const more = shown.length > 0 ? "more " : "";
  return [
    ...shown,
    ...(rest > 0
      ? [warning(`${counted(rest, `${more}policy is`, `${more}policies are`)} invalid: type policies.`)]
      : []),
    ...(hidden > 0
      ? [warning(`${counted(hidden, "policy is", "policies are")} invalid in namespaces that are not shown here.`)]
      : []),
  ];
}

function warning(text: string): Block {
  return { kind: "note", tone: "warn", text };
}

/** What Hubble saw of the pair, held against what the policies say. */
import { counted, listed } from "../../analysis/counted.ts";
import type { DropPair } from "../../analysis/drops.ts";
import { gapsOf } from "../../analysis/gaps.ts";
import { isPolicyReason } from "../../analysis/worst.ts";
import type { Block } from "../../message/message.ts";
import type { WhyCase, WhyFinding } from "../../sources/question.ts";
import { gapTexts } from "../drops/coverage.ts";
import { agoText } from "../drops/picture.ts";
import { policyName, reasonText, shorten } from "../drops/words.ts";
import { worstOf } from "../trace/headline.ts";
import type { WhyArgs } from "./args.ts";
import { arrives } from "./ask.ts";
import { casesByName, isAdmittedByName, outsideName } from "./by-name.ts";
import { casesFor } from "./cases.ts";
import { lacksName } from "./outside.ts";
import type { WhyPicture, WhyView } from "./picture.ts";
import { requestName } from "./verdict.ts";

/** Counts of one cluster. */
export interface Seen {
  /** Packets denied by policy, packets dropped for other reasons, requests refused, flows that got through. */
  readonly denied: number;
  readonly dropped: number;
  readonly refused: number;
  readonly passed: number;
  /** `agrees`: with the policies as they are now. `nothing`: no such traffic was seen. */
  readonly verdict: "agrees" | "disagrees" | "nothing" | "unknown";
}

interface Row {
  readonly port: number;
  readonly protocol: string;
  readonly last: string;
  readonly count: number;
}

interface Sorted {
  /** `outside`: to an address that DNS answers gave the name asked about. */
  readonly denied: readonly (Row & Pick<DropPair, "destination" | "outside">)[];
  readonly dropped: readonly (Row & { readonly reason: string })[];
  readonly refused: readonly {
    readonly method: string;
    readonly path: string;
    readonly code: number;
    readonly count: number;
    readonly last: string;
  }[];
  readonly passed: readonly (Row & Pick<DropPair, "destination">)[];
}

export function seenIn(view: WhyView, args: WhyArgs): Seen {
  const sorted = sort(view);
  const count = (rows: readonly { readonly count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0);
  const counts = {
    denied: count(sorted.denied),
    dropped: count(sorted.dropped),
    refused: count(sorted.refused),
    passed: count(sorted.passed),
  };
  const isRead = view.flows.drops !== undefined || view.flows.forwarded !== undefined;
  if (!isRead || view.why === undefined) return { ...counts, verdict: "unknown" };
  if (counts.denied + counts.refused + counts.passed === 0) return { ...counts, verdict: "nothing" };
  return { ...counts, verdict: surprises(sorted, view, args).length === 0 ? "agrees" : "disagrees" };
}

/** A paragraph; undefined where flows could not be read, which is said elsewhere. */
export function seenBlock(view: WhyView, picture: WhyPicture): Block | undefined {
  const { drops, forwarded, coverage } = view.flows;
  if (drops === undefined && forwarded === undefined) return undefined;
  const { askedAt, window, args } = picture;
  const { span } = picture.flows;
  const sorted = sort(view);
  const parts = partsOf(sorted, askedAt);
  const where = picture.manyClusters ? ` of ${view.cluster}` : "";
  const lead = { strong: `Hubble${where}, ${span}: ` } as const;
  if (parts.length === 0) {
    const gaps = coverage === undefined ? [] : gapTexts(gapsOf(coverage, window), span);
    const but = gaps.length === 0 ? "" : `, but not everything could be seen: ${listed(gaps)}`;
    // Attempts that left and came nowhere are told below, by both sides.
    const isTraced = view.trace !== undefined && worstOf(view.trace) !== undefined;
    const nothing = isTraced
      ? "no packet of this pair was seen to arrive, nor to be dropped"
      : "nothing of this pair was seen";
    return { kind: "text", text: [lead, `${nothing}${but}.`] };
  }
  const found = view.why === undefined || view.why.cases.length === 0 ? undefined : surprises(sorted, view, args);
  const isJudged = sorted.denied.length + sorted.passed.length + sorted.refused.length > 0;
  const byAddress = found !== undefined && sorted.denied.some((row) => isByAddress(row, view));
  const word = byAddress
    ? " The policies admit the name, and did not admit its address."
    : " That agrees with the policies.";
  const agrees = found === undefined || !isJudged ? "" : found.length === 0 ? word : "";
  const differ =
    (found ?? []).length === 0 || view.why === undefined ? [] : [` ${differenceText(found ?? [], view.why, askedAt)}`];
  return { kind: "text", text: [lead, `${listed(parts)}.${agrees}`, ...differ] };
}

function sort({ flows: { drops, forwarded } }: WhyView): Sorted {
  const rows = (drops?.pairs ?? []).map((pair) => ({ ...pair, count: pair.packets }));
  return {
    denied: rows.filter(({ reason }) => isPolicyReason(reason)),
    dropped: rows.filter(({ reason }) => !isPolicyReason(reason)),
    refused: drops?.l7Denials ?? [],
    passed: (forwarded?.forwarded?.pairs ?? []).map((pair) => ({ ...pair, count: pair.flows })),
  };
}

function partsOf({ denied, dropped, refused, passed }: Sorted, askedAt: number): string[] {
  const sum = (rows: readonly { readonly count: number }[]) => rows.reduce((total, { count }) => total + count, 0);
  const last = (rows: readonly { readonly last: string }[]) => agoText(newest(rows), askedAt);
  const [worst] = dropped;
  const [request] = refused;
  return [
    ...(denied.length > 0 ? [`${counted(sum(denied), "packet")} denied by policy (last ${last(denied)})`] : []),
    ...(request !== undefined
      ? [
          `${counted(sum(refused), "request")} refused (${shorten(requestName(request))}${refused.length > 1 ? " and others" : ""}; last ${last(refused)})`,
        ]
      : []),
    ...(worst !== undefined
      ? [`${counted(sum(dropped), "packet")} dropped for another reason (${reasonText(worst.reason)})`]
      : []),
    ...(passed.length > 0 ? [`${counted(sum(passed), "flow")} got through (last ${last(passed)})`] : []),
  ];
}

function newest(rows: readonly { readonly last: string }[]): string {
  return (
    rows
      .map(({ last }) => last)
      .sort()
      .at(-1) ?? ""
  );
}

interface Surprise {
  readonly what: "denied" | "passed" | "refused";
  readonly last: string;
}

/** What was seen and is not what the policies say. Where pods differ in labels, any of their verdicts explains it. */
function surprises({ denied, passed, refused }: Sorted, view: WhyView, { http, to }: WhyArgs): Surprise[] {
  const cases = view.why?.cases ?? [];
  const arrivals = arrives(to);
  const isDenied = ({ verdict, reason }: WhyCase) => verdict === "DENIED" && reason !== "l7";
  // What left its node has not arrived: where leavings were asked for too, they say nothing about the receiver's side.
  const isStopped = (found: WhyCase) => isDenied(found) && (arrivals || found.egress.verdict === "DENIED");
  return [
    ...denied.flatMap((row): Surprise[] =>
      casesFor(cases, row).some(isDenied) || casesFor(cases, row).length === 0 || isByAddress(row, view)
        ? []
        : [{ what: "denied", last: row.last }],
    ),
    ...passed.flatMap((row): Surprise[] => {
      // What went by a name was admitted by it: a verdict about the address says nothing of that.
      const isByName = !view.isName && outsideName(row) !== undefined;
      const about = isByName ? casesByName(view, row) : casesFor(cases, row);
      return about.length > 0 && about.every(isStopped) ? [{ what: "passed", last: row.last }] : [];
    }),
    ...refused.flatMap((row): Surprise[] => {
      const isAsked = http !== null && http.method === row.method && http.path.split("?")[0] === row.path.split("?")[0];
      const isAllowed = cases.every(({ verdict }) => verdict === "ALLOWED");
      const isProxied = cases.some(({ ingress, egress }) => ingress.redirect !== null || egress.redirect !== null);
      return (isAsked && isAllowed) || !isProxied ? [{ what: "refused", last: row.last }] : [];
    }),
  ];
}

/** The name is admitted and was not known for this address: that is no contradiction. */
function isByAddress(row: Sorted["denied"][number], view: WhyView): boolean {
  return lacksName(row) && isAdmittedByName(row, view);
}

const words: Readonly<Record<Surprise["what"], string>> = {
  denied: "packets were denied that the policies now allow",
  passed: "flows got through that the policies now deny",
  refused: "requests were refused that the policies now let pass",
};

function differenceText(found: readonly Surprise[], why: WhyFinding, askedAt: number): string {
  const what = listed([...new Set(found.map((one) => words[one.what]))]);
  return `That differs: ${what}. ${reasonFor(found, why, askedAt)}`;
}

/** The likely reason, the one with evidence first. */
function reasonFor(found: readonly Surprise[], why: WhyFinding, askedAt: number): string {
  const last = Date.parse(newest(found));
  const changed = why.policies
    .filter(({ changedAt }) => changedAt !== null)
    .toSorted((left, right) => Date.parse(right.changedAt ?? "") - Date.parse(left.changedAt ?? ""))[0];
  const at = Date.parse(changed?.changedAt ?? "");
  if (changed !== undefined && at >= last)
    return `Likely history: ${policyName(changed)} changed ${agoText(changed.changedAt ?? "", askedAt)}, after the last of them.`;
  if (changed !== undefined && last - at < 60_000)
    return `Likely ${policyName(changed)} was still on its way: it changed ${agoText(changed.changedAt ?? "", askedAt)}, and agents take some seconds.`;
  if (why.notes.some((note) => note.includes("not valid")))
    return "Likely an older version is in force of the policy that is not valid (see below).";
  if (found.some(({ what }) => what === "denied"))
    return why.policies.length === 0
      ? "Likely a policy that has been deleted since; if it goes on, the agent has not caught up."
      : "Likely the agent has not caught up: it does not know a new pod's identity yet, or its policy map is full (top maps shows that).";
  return "Likely a policy that is not enforced on that node: audit mode, or an agent that has not caught up.";
}

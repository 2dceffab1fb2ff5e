/** Answers without flows: Relay did not answer, the target is not one thing, the times make no sense. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { reasonFromText } from "../../analysis/reasons.ts";
import { parseTarget } from "../../analysis/target-parse.ts";
import type { Action, Block } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Answer } from "../command.ts";
import { finished } from "./answer.ts";
import type { DropsArgs } from "./args.ts";
import { dropsLine } from "./line.ts";
import { type Picture, whenText } from "./picture.ts";
import { policyBlocks } from "./policies.ts";
import { candidatesOf, resultOf } from "./result.ts";
import { directionText, reasonText } from "./words.ts";

const shownCandidates = 10;

/** The counters alone: how much was dropped in the whole cluster, but not whose it was. */
export function countersAnswer(picture: Picture): Answer {
  const { views, args } = picture;
  const rows = views.flatMap(({ totals, cluster }) => (totals?.totals ?? []).map((total) => ({ ...total, cluster })));
  const rising = rows
    .filter(({ packets }) => packets > 0)
    .toSorted((a, b) => Number(isNoise(a.reason)) - Number(isNoise(b.reason)) || b.packets - a.packets);
  const real = rising.filter(({ reason }) => !isNoise(reason)).reduce((sum, { packets }) => sum + packets, 0);
  const whole = picture.manyClusters ? "in all clusters that answered" : "in the whole cluster";
  const target = args.select.target === undefined ? "" : ` Whether ${picture.who} was hit is not known.`;
  const table: Block = {
    kind: "table",
    title: `Agents' counters ${whole}`,
    columns: [
      { title: "Reason" },
      { title: "Direction" },
      ...(picture.manyClusters ? [{ title: "Cluster" }] : []),
      { title: "Packets", align: "right" },
    ],
    rows: rising
      .slice(0, 12)
      .map((row) => [
        `${reasonText(row.reason)}${isNoise(row.reason) ? " (normal noise)" : ""}`,
        directionText(row.direction),
        ...(picture.manyClusters ? [row.cluster] : []),
        numberText(row.packets),
      ]),
    ...(rising.length > 12 && { folded: `${rising.length - 12} more` }),
  };
  return finished(picture, {
    tone: "warn",
    title: `${picture.who}: flows could not be read; about ${counted(real, "packet")} dropped ${whole} ${whenText(picture)}`,
    blocks: [
      {
        kind: "text",
        text: `Only Prometheus answered. Its counters know reasons and directions, but no pods.${target}`,
      },
      ...(rising.length > 0 ? [table] : []),
      ...policyBlocks(picture),
    ],
  });
}

/** Nobody answered. */
export function failedAnswer(picture: Picture): Answer {
  return finished(picture, {
    tone: "bad",
    title: `${picture.who}: no answer, because neither flows nor counters could be read`,
    blocks: [
      {
        kind: "text",
        text: "Whether anything was dropped is not known. Check that Relay runs and that the bot can reach it:",
      },
      { kind: "code", code: "kubectl -n kube-system get pods -l k8s-app=hubble-relay\nhubble status" },
    ],
  });
}

/** The target is several things, or none. */
export function targetAnswer(picture: Picture): Answer {
  const { args, views, window } = picture;
  const where = listed(views.filter(({ resolution }) => resolution !== undefined).map(({ cluster }) => cluster));
  const ambiguous = views.some(({ resolution }) => resolution?.status === "ambiguous");
  const texts = views.flatMap(({ resolution }) => (resolution && "text" in resolution ? [resolution.text] : []));
  const typed = cutEnd(texts[0] ?? picture.who, 60);
  const candidates = candidatesOf(views);
  const actions = [
    ...candidates.slice(0, shownCandidates).map((candidate) => again(args, candidate)),
    ...(ambiguous ? [] : byPrefix(args)),
  ];
  const more = candidates.length - shownCandidates;
  return {
    message: {
      tone: "warn",
      title: ambiguous
        ? `${typed}: which one? ${candidates.length} things have that name in ${where}`
        : `${typed}: nothing has that name in ${where}`,
      blocks: [
        {
          kind: "text",
          text: `${advice(ambiguous, candidates.length)}${more > 0 ? ` ${counted(more, "more candidate")} not shown.` : ""}`,
        },
        ...(actions.length > 0 ? [{ kind: "actions", actions } as const] : []),
      ],
    },
    result: resultOf(args, views),
    coverage: null,
    window,
    copyAs: [],
  };
}

/** The times became impossible only when "now" was known. */
export function windowAnswer(args: DropsArgs): Answer {
  return {
    message: {
      tone: "warn",
      title: "drops: there is no such time to look at",
      blocks: [
        {
          kind: "text",
          text: "--since has to lie before --until, in the past, and at most 31 days back. Type for example:",
        },
        {
          kind: "actions",
          actions: [
            {
              label: "the last hour",
              command: dropsLine({ ...args, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } }),
            },
          ],
        },
      ],
    },
    result: null,
    coverage: null,
    window: null,
    copyAs: [],
  };
}

function advice(ambiguous: boolean, candidates: number): string {
  if (ambiguous) return "Type one of these:";
  return candidates > 0
    ? "Did you mean one of these? What is already deleted can still be found in the flows, by the beginning of its pods' names:"
    : "No pod, workload or service. What is already deleted can still be found in the flows, by the beginning of its pods' names:";
}

function again(args: DropsArgs, candidate: string): Action {
  const parsed = parseTarget(candidate);
  return { label: candidate, command: dropsLine(args, parsed.ok ? parsed.target : candidate) };
}

/** Hubble's own way to find pods that no longer exist. */
function byPrefix(args: DropsArgs): Action[] {
  const { target, ...select } = args.select;
  if (target === undefined || (target.kind !== "name" && target.kind !== "pod" && target.kind !== "workload"))
    return [];
  const pod = `${target.namespace ?? ""}/${target.name}`;
  const either = { ...select.either, pod: [pod] };
  return [{ label: "finds deleted pods too", command: dropsLine({ ...args, select: { ...select, either } }) }];
}

function isNoise(reason: string): boolean {
  return reasonFromText(reason)?.kind === "noise";
}

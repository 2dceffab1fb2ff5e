/** A question for single flows as the line that asks it: for buttons, and (the flags are the same) for `hubble observe`. */
import { tracePoints, verdictNames } from "../../analysis/compact/words.ts";
import { EventType } from "../../analysis/flow.ts";
import type { FlowConditions, ListSelect } from "../../analysis/flow-list-select.ts";
import type { FlowSelect } from "../../analysis/select.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { type TimeSpec, timeSpecText } from "../../analysis/time.ts";
import { selectFlags } from "../drops/line.ts";
import { quoteWord } from "../words.ts";
import { defaultCount, type ObserveArgs } from "./args.ts";
import { eventTypes } from "./pieces.ts";

type Flags = readonly (readonly [name: string, value: string])[];

/** The command that shows the dropped flows behind an answer about the same selection and time. */
export function observeLine(asked: {
  readonly select: FlowSelect;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  readonly clusters?: readonly string[];
}): string {
  const { select, since, until, clusters } = asked;
  const words = [
    "observe",
    ...targetWords(select),
    "--verdict",
    "DROPPED",
    "--since",
    timeSpecText(since),
    ...(until.kind === "ago" && until.ms === 0 ? [] : ["--until", timeSpecText(until)]),
    ...selectFlags(select).flat(),
    ...clusterWords(clusters),
  ];
  return words.map(quoteWord).join(" ");
}

/** The command that asks `args` again. */
export function againLine(args: ObserveArgs): string {
  const { since, until, limit, json, node, numeric } = args;
  const words = [
    "observe",
    ...targetWords(args.select),
    ...(since === null ? [] : ["--since", timeSpecText(since)]),
    ...(until === null ? [] : ["--until", timeSpecText(until)]),
    ...countWords(limit),
    ...listFlags(args).flat(),
    ...notWords(args.not),
    ...(json ? ["-o", "json"] : []),
    ...(node ? ["--print-node-name"] : []),
    ...(numeric ? ["--numeric"] : []),
    ...clusterWords(args.clusters),
  ];
  return words.map(quoteWord).join(" ");
}

/** Flag and value for every condition but the target, in Hubble's spelling. */
export function listFlags({ select, conditions }: ListSelect): Flags {
  return [...conditionFlags(conditions), ...selectFlags(select)];
}

/** `--not` before each flag. A namespace or label alone was read as a target. */
export function notWords(not: ListSelect | undefined): string[] {
  if (not === undefined) return [];
  const { target } = not.select;
  const own: Flags =
    target?.kind === "labels"
      ? [["--label", target.selector]]
      : target?.kind === "namespace"
        ? [["--namespace", target.name]]
        : [];
  return [...own, ...listFlags(not)].flatMap((flag) => ["--not", ...flag]);
}

export function countWords(limit: ObserveArgs["limit"]): string[] {
  if (limit === null) return ["--all"];
  if (limit.keep === "oldest") return ["--first", String(limit.count)];
  return limit.count === defaultCount ? [] : ["--last", String(limit.count)];
}

function conditionFlags({
  verdicts,
  types,
  httpStatus,
  httpMethods,
  httpPaths,
  httpUrls,
  uuids,
}: FlowConditions): Flags {
  return [
    ...verdicts.map((number) => ["--verdict", verdictNames[number] ?? ""] as const),
    ...types.map(({ type, subType }) => ["--type", typeWord(type, subType)] as const),
    ...httpStatus.map((status) => ["--http-status", status] as const),
    ...httpMethods.map((method) => ["--http-method", method] as const),
    ...httpPaths.map((path) => ["--http-path", path] as const),
    ...httpUrls.map((url) => ["--http-url", url] as const),
    ...uuids.map((uuid) => ["--uuid", uuid] as const),
  ];
}

function typeWord(type: number, subType: number | undefined): string {
  const name = [...eventTypes].find(([, number]) => number === type)?.[0] ?? "";
  if (subType === undefined) return name;
  return `${name}:${(type === EventType.trace ? tracePoints[subType] : undefined) ?? subType}`;
}

function targetWords({ target }: FlowSelect): string[] {
  if (target === undefined) return [];
  return target.kind === "labels" ? ["-l", target.selector] : [targetText(target)];
}

function clusterWords(clusters: readonly string[] | undefined): string[] {
  return clusters === undefined ? [] : ["--cluster", clusters.join(",")];
}

/** Wordings that several parts of the answer share. */
import { counted, listed, numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { NodeRow } from "../../analysis/status/rows.ts";
import type { ErrorCode, Failure } from "../../errors.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { SourceName } from "../../sources/question.ts";

/** In the order in which they are told. */
export const allSources = ["hubble", "prometheus", "kubernetes"] as const satisfies readonly SourceName[];

export const longestCluster = 40;
const longestName = 60;
const longestReason = 60;

export function short(text: string): string {
  return cutEnd(text, longestName);
}

/** `1.19.4` of `cilium v1.19.4+g23a1`; as it is where it is written otherwise. */
export function versionText(version: string): string {
  return /\bv?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(version)?.[1] ?? short(version);
}

export interface Who {
  readonly names: readonly string[];
  /** Named or not; as many as have names where nothing is said. */
  readonly count?: number;
  /** There may be more. */
  readonly atLeast?: boolean;
  readonly total: number;
}

/** `k8s-w1 is`, `k8s-w1 and k8s-w2 are`, `5 of 120 nodes are`, `at least 100 of 1,000 nodes are`. */
export function whoText(
  { names, count = names.length, atLeast = false, total }: Who,
  [one, many]: readonly [one: string, many: string],
): string {
  const is = count === 1 ? one : many;
  if (count <= 2 && count === names.length && !atLeast) return `${listed(names.map(short))} ${is}`;
  const all = Math.max(total, count);
  return `${atLeast ? "at least " : ""}${numberText(count)} of ${counted(all, "node")} ${is}`;
}

/** What became of the question, by why there is no answer: of the source, and as a word beside its name. A failure of our own says nothing of the source. */
const failures = {
  TIMEOUT: ["gives no answer", "no answer"],
  UNREACHABLE: ["gives no answer", "no answer"],
  OVERLOADED: ["is overloaded", "overloaded"],
  DENIED: ["refuses to answer", "refused"],
  REFUSED: ["refuses to answer", "refused"],
  BROKEN_ANSWER: ["gives an answer that cannot be read", "cannot be read"],
  TOO_MUCH: ["could not be asked", "not asked"],
  NOT_CONFIGURED: ["could not be asked", "not asked"],
  BAD_COMMAND: ["could not be asked", "not asked"],
  FORBIDDEN: ["could not be asked", "not asked"],
  CANCELLED: ["could not be asked", "not asked"],
  INTERNAL: ["could not be asked", "not asked"],
} as const satisfies Record<ErrorCode, readonly [is: string, short: string]>;

export function failureOf({ code }: Failure): { readonly is: string; readonly short: string } {
  // A newer worker may know more codes.
  const [is, word] = failures[code] ?? failures.INTERNAL;
  return { is, short: word };
}

/** `unavailable; not ready (NodeStatusUnknown); agent not ready: CrashLoopBackOff`. */
export function stateText({ relay, notReady, agent, isUnlisted }: NodeRow): string {
  const parts = [
    ...(isUnlisted ? ["not known to Relay"] : []),
    ...(relay === null ? [] : [stateWord(relay.state)]),
    ...(notReady === null ? [] : [`not ready${notReady.reason === "" ? "" : ` (${reason(notReady.reason)})`}`]),
    ...(agent === null ? [] : [agentText(agent)]),
  ];
  return parts.join("; ");
}

function stateWord(state: string): string {
  return /^\d+$/.test(state) ? `state ${state}` : state === "error" ? "answers with an error" : state;
}

export function agentText({ pod, why, restarts }: NonNullable<NodeRow["agent"]>): string {
  if (pod === null) return "no agent";
  const again = restarts === 0 ? "" : `, ${numberText(restarts)} ${restarts === 1 ? "restart" : "restarts"}`;
  return `agent not ready${why === "" ? "" : `: ${reason(why)}`}${again}`;
}

/** The kubelet's word. */
function reason(text: string): string {
  return cutEnd(text, longestReason);
}

export function reachText(ms: number): string {
  return roughDuration(ms);
}

export function rateText(rate: number): string {
  return quantity(rate, "");
}

export function fillText(fill: number): string {
  return quantity(Math.floor(fill * 100) / 100, "ratio");
}

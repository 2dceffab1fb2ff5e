/** Wordings that several parts of the answer share. */
import { listed, numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { NodeRow } from "../../analysis/status/rows.ts";
import { cutEnd } from "../../message/plain.ts";
import { quantity } from "../../message/quantity.ts";
import type { SourceName } from "../../sources/question.ts";

export const sourceTitles = { hubble: "Hubble Relay", prometheus: "Prometheus", kubernetes: "Kubernetes" } as const;
/** In the order in which they are told. */
export const allSources = ["hubble", "prometheus", "kubernetes"] as const satisfies readonly SourceName[];

const longestName = 60;
const longestReason = 60;

export function short(text: string): string {
  return cutEnd(text, longestName);
}

/** `1.19.4` of `cilium v1.19.4+g23a1`; as it is where it is written otherwise. */
export function versionText(version: string): string {
  return /\bv?(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(version)?.[1] ?? short(version);
}

/** `k8s-w1 is`, `k8s-w1 and k8s-w2 are`, `5 of 120 nodes are`. */
export function whoText(names: readonly string[], total: number, is: readonly [one: string, many: string]): string {
  const [one, many] = is;
  if (names.length <= 2) return `${listed(names.map(short))} ${names.length === 1 ? one : many}`;
  return `${numberText(names.length)} of ${numberText(Math.max(total, names.length))} nodes ${many}`;
}

/** `unavailable; not ready (NodeStatusUnknown); agent not ready: CrashLoopBackOff`. `isListed`: Relay lists its nodes. */
export function stateText({ relay, notReady, agent }: NodeRow, isListed: boolean): string {
  const parts = [
    ...(relay === null ? (isListed ? ["not known to Relay"] : []) : [stateWord(relay.state)]),
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

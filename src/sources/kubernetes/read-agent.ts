/** A pod → the agent of Cilium that runs in it: which version, on which node, and whether it does its work. */
import type { AgentEntry } from "./entries.ts";
import { type Json, list, record, text, texts } from "./json.ts";

/** The kubelet's words are short; anything longer was written by somebody else. */
const maxReason = 80;

/** Undefined for a pod that is no agent. */
export function readAgent(object: Json): AgentEntry | undefined {
  const metadata = record(object["metadata"]);
  if (metadata["namespace"] !== "kube-system" || texts(metadata["labels"])["k8s-app"] !== "cilium") return undefined;
  const spec = record(object["spec"]);
  const status = record(object["status"]);
  const own = list(status["containerStatuses"]).map(record).find(isAgent);
  return {
    name: text(metadata["name"]),
    node: text(spec["nodeName"]),
    minor: minorOf(list(spec["containers"]).map(record).find(isAgent)),
    ready: list(status["conditions"]).map(record).some(isReady),
    leaving: text(metadata["deletionTimestamp"]) !== "",
    why: whyOf(status, own).slice(0, maxReason),
    restarts: typeof own?.["restartCount"] === "number" ? own["restartCount"] : 0,
  };
}

function isAgent({ name }: Json): boolean {
  return name === "cilium-agent";
}

function isReady({ type, status }: Json): boolean {
  return type === "Ready" && status === "True";
}

/** `18` of `quay.io/cilium/cilium:v1.18.0@sha256:…`; undefined for a tag that is no version. */
function minorOf(agent: Json | undefined): number | undefined {
  const minor = /:v?1\.(\d{1,3})\./.exec(text(agent?.["image"]))?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** The agent's own container first, then what runs before it, then the pod as a whole. */
function whyOf(status: Json, own: Json | undefined): string {
  const before = list(status["initContainerStatuses"])
    .map(record)
    .find((one) => one["ready"] !== true && reasonOf(one) !== "");
  const scheduled = list(status["conditions"])
    .map(record)
    .find(({ type, status: is }) => type === "PodScheduled" && is === "False");
  const phase = text(status["phase"]);
  const reasons = [
    // Waiting for those before it is no reason of its own.
    before === undefined ? reasonOf(own) : `${text(before["name"])}: ${reasonOf(before)}`,
    text(scheduled?.["reason"]),
    text(status["reason"]),
    phase === "Running" ? "" : phase,
  ];
  return reasons.find((reason) => reason !== "") ?? "";
}

/** `CrashLoopBackOff` while it waits, `OOMKilled` when it ended. */
function reasonOf(container: Json | undefined): string {
  const state = record(container?.["state"]);
  return text(record(state["waiting"])["reason"]) || text(record(state["terminated"])["reason"]);
}

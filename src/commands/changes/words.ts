/** Small wordings that several parts of the answer share. */
import type { Change, ChangeKind } from "../../analysis/changes/change.ts";
import { unknownBefore } from "../../analysis/changes/decide.ts";
import { managerText } from "../../analysis/changes/written.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { clockText } from "../../analysis/time.ts";
import { cutEnd } from "../../message/plain.ts";
import { agoText } from "../drops/picture.ts";
import { pairText, policyKind, shorten } from "../drops/words.ts";
import type { ChangesView } from "./gather.ts";

/** `default/rule1`; nodes and the like have no namespace. */
export function nameText({ namespace, name }: Pick<Change, "namespace" | "name">): string {
  return shorten(namespace === "" ? name : `${namespace}/${name}`);
}

/** As kubectl abbreviates it. */
export function kindText({ object }: Pick<Change, "object">): string {
  const short: Readonly<Record<string, string>> = {
    Deployment: "deploy",
    StatefulSet: "sts",
    DaemonSet: "ds",
    Namespace: "ns",
    Node: "node",
    ConfigMap: "cm",
  };
  return short[object] ?? policyKind(object);
}

/** `9m3s ago`, `between 10:02:11 and 10:05:40`. */
export function whenText({ at, after }: Change, askedAt: number): string {
  return after === null
    ? agoText(new Date(at).toISOString(), askedAt)
    : `between ${clockText(after, askedAt)} and ${clockText(at, askedAt)}`;
}

export function byText({ by }: Change): string {
  return by === null ? "" : cutEnd(managerText(by), 40);
}

/** `created: ingress from org=empire, ingress port 80/TCP`. */
export function whatText({ action, what }: Change): string {
  const words = cutEnd(what.join("; "), 200);
  if (action === "changed") return words;
  return words === "" ? action : `${action}: ${words}`;
}

/** `default/rule1 changed by kubectl (egress port 8080/TCP removed)`. */
export function changeText(change: Change): string {
  const by = change.by === null ? "" : ` by ${byText(change)}`;
  const [first, ...more] = change.what;
  const known = change.action === "changed" && first !== undefined && first !== unknownBefore;
  const what = known ? ` (${cutEnd(first, 60)}${more.length > 0 ? ", …" : ""})` : "";
  return `${nameText(change)} ${change.action === "changed" ? "changed" : `was ${change.action}`}${by}${what}`;
}

/** `first drop 14s after default/rule1 was created by kubectl`. Kubernetes dates a change to the second, so that nothing finer can be told. */
export function firstDropText({ first }: ChangesView): string {
  if (first === null) return "";
  const gap = first.gapMs < 1_000 ? "less than 1s" : roughDuration(first.gapMs);
  const lead = first.others ? `${pairText(first.pair)} first dropped` : "first drop";
  return `${lead} ${gap} after ${changeText(first.change)}`;
}

const plural: Readonly<Record<ChangeKind, string>> = {
  policy: "policies",
  workload: "workloads",
  namespace: "labels of namespaces",
  node: "nodes",
  config: "Cilium's settings",
};

export function kindsText(kinds: readonly ChangeKind[]): string[] {
  return kinds.map((kind) => plural[kind]);
}

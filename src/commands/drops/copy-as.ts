/** The lines that reproduce the answer by hand. Every value is quoted for a shell: names in flows are written by strangers. */
import type { ResolvedTarget, Target } from "../../analysis/target.ts";
import { rfc3339 } from "../../analysis/time.ts";
import { deniedEnd, isPolicyReason } from "../../analysis/worst.ts";
import type { Answer } from "../command.ts";
import type { ClusterView } from "./gather.ts";
import { selectFlags } from "./line.ts";
import type { Picture } from "./picture.ts";
import { isRestricted, namespaceOfName, sharedVisible } from "./visible.ts";
import { visibleFlags } from "./visible-flags.ts";
import { policyKind } from "./words.ts";

/** Lines of one kind. */
const mostNamespaces = 3;

export function copyAs(picture: Picture): Answer["copyAs"] {
  const { views } = picture;
  const queries = [...new Set(views.flatMap((view) => view.totals?.queries ?? []))];
  return [
    ...hubbleLines(picture),
    ...kubectlLines(picture).map((text) => ({ label: "Kubernetes", text })),
    ...queries
      .slice(0, 4)
      .map((text) => ({ label: "PromQL (hubble_drop_total would count each policy drop twice)", text })),
  ];
}

/** One line, or two where what may be seen takes two. */
function hubbleLines({ args, window, views, drops }: Picture): Answer["copyAs"] {
  const { select, last } = args;
  const resolution = views.find((view) => view.resolution?.status === "resolved")?.resolution;
  const target =
    resolution?.status === "resolved"
      ? resolvedFlags(resolution.target)
      : select.target
        ? targetFlags(select.target)
        : [];
  const types =
    select.reasons.length > 0 || (drops !== undefined && drops.l7Denials.length === 0 && drops.packets > 0)
      ? ["drop"]
      : ["drop", "l7"];
  const flags = [...target, ...selectFlags(select)];
  const scopes = isRestricted(views) ? visibleFlags(views, select.target, flags) : [[]];
  // Drop events and refused requests, without the policy-verdict twins.
  const words = [
    "hubble",
    "observe",
    ...types.flatMap((type) => ["--type", type]),
    ...(types.length > 1 ? ["--verdict", "DROPPED"] : []),
    ...(last === undefined
      ? ["--since", rfc3339(window.from), "--until", rfc3339(window.to)]
      : ["--last", String(last)]),
    ...flags.flat(),
  ];
  const line = (scope: readonly (readonly [string, string])[]) => [...words, ...scope.flat()].map(shellWord).join(" ");
  return scopes === undefined
    ? [{ label: "Hubble, which shows other namespaces too", text: line([]) }]
    : scopes.map((scope) => ({ label: "Hubble", text: line(scope) }));
}

/** Hubble matches pods by the beginning of their names; a ReplicaSet's name and a dash fit its pods, also those that are gone. */
function resolvedFlags({
  target,
  workload,
  generations,
  pods,
  podCount,
}: ResolvedTarget): (readonly [string, string])[] {
  if (workload) {
    const prefixes = generations.length > 0 && generations.length <= 3 ? generations : [workload.name];
    return prefixes.map((name) => ["--pod", `${workload.namespace}/${name}-`] as const);
  }
  if (target.kind === "pod" || target.kind === "service" || target.kind === "name") {
    if (podCount > 0 && podCount <= 5 && pods.length === podCount)
      return pods.map((pod) => ["--pod", `${pod.namespace}/${pod.name}`] as const);
  }
  return targetFlags(target);
}

/** By the text alone; names without a namespace are looked for in default, as Hubble does. */
function targetFlags(target: Target): (readonly [string, string])[] {
  switch (target.kind) {
    case "name":
    case "pod":
      return [["--pod", `${target.namespace ?? "default"}/${target.name}`]];
    case "workload":
      return [["--pod", `${target.namespace ?? "default"}/${target.name}-`]];
    case "service":
      return [["--service", `${target.namespace ?? "default"}/${target.name}`]];
    case "namespace":
      return [["--namespace", target.name]];
    case "labels":
      return [["--label", target.selector]];
    case "ip":
      return [["--ip", target.ip]];
    case "cidr":
      return [["--ip", target.cidr]];
    case "fqdn":
      return [["--fqdn", target.name]];
    case "identity":
      return [["--identity", String(target.identity)]];
    case "reserved":
      // Addresses outside have identities of their own, which carry this label.
      return [["--label", `reserved:${target.name}`]];
  }
}

/** The policy by name where a flow named it, else all that could be behind it; a line for each namespace where only some may be seen. */
function kubectlLines({ pairs, views, drops }: Picture): string[] {
  const worst = pairs.find(({ reason }) => isPolicyReason(reason));
  const named = worst?.deniedBy[0];
  if (named) {
    const where = named.namespace === "" ? [] : ["-n", named.namespace];
    const kind = named.kind === "" ? "cnp" : policyKind(named.kind);
    return isShown(named.namespace === "" ? undefined : named.namespace, views)
      ? [["kubectl", "get", kind, named.name, ...where, "-o", "yaml"].map(shellWord).join(" ")]
      : [];
  }
  const denied = worst && deniedEnd(worst)?.name;
  const denial = drops?.l7Denials[0]?.destination;
  if (worst === undefined && denial === undefined && views.every(({ policies }) => policies.length === 0)) return [];
  const target = views.find((view) => view.resolution?.status === "resolved")?.resolution;
  const pod = target?.status === "resolved" ? target.target.pods[0]?.namespace : undefined;
  const namespace = namespaceOfName(denied ?? denial ?? "") ?? pod;
  if (!isShown(namespace, views)) return [];
  const visible = namespace === undefined ? sharedVisible(views)?.slice(0, mostNamespaces) : undefined;
  const wheres = visible?.map((one) => ["-n", one]) ?? [namespace === undefined ? ["-A"] : ["-n", namespace]];
  return wheres.map((where) => ["kubectl", "get", "cnp,ccnp,netpol", ...where].map(shellWord).join(" "));
}

function isShown(namespace: string | undefined, views: readonly ClusterView[]): boolean {
  return namespace === undefined || views.some(({ visible }) => visible?.includes(namespace) ?? true);
}

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

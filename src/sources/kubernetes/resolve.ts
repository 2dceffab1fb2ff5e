/** TARGET → what it is in this cluster now, from the index alone. */
import { parseLabelSelector } from "../../analysis/label-selector.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { reservedIdentities } from "../../analysis/target-words.ts";
import { selects } from "../../policy/selector.ts";
import type { ClusterIndex } from "./cluster-index.ts";
import { describe, type Thing } from "./describe.ts";
import { findNamed, findPods, findServices, findWorkloads } from "./find.ts";
import { identityLabelsOf, identityOf, type KnownPod, type View, viewOf } from "./lookup.ts";
import { nearTexts } from "./near.ts";

/** A name may mean several things; the rest of the candidates is not listed. */
const maxCandidates = 25;

export function resolveTarget(index: ClusterIndex, target: Target): Resolution {
  const view = viewOf(index);
  switch (target.kind) {
    case "name":
      return choose(view, target, findNamed(view, target.namespace, target.name));
    case "pod":
      return choose(view, target, findPods(view, target.namespace, target.name));
    case "workload":
      return choose(view, target, findWorkloads(view, target.workload, target.namespace, target.name));
    case "service":
      return choose(view, target, findServices(view, target.namespace, target.name));
    case "namespace":
      return choose(view, target, findNamespace(view, target));
    case "labels":
      return resolveLabels(view, target);
    case "ip":
      return resolveIp(view, target);
    case "identity":
      return resolveIdentity(view, target);
    case "reserved":
      return { status: "resolved", target: describe(index, { target, pods: [] }, { identities: [target.identity] }) };
    case "cidr":
    case "fqdn":
      return { status: "resolved", target: describe(index, { target, pods: [] }) };
  }
}

function choose({ index }: View, target: Target, things: readonly Thing[]): Resolution {
  const [only, ...more] = things;
  if (only === undefined) return { status: "unknown", text: targetText(target), near: nearTexts(index, target) };
  if (more.length === 0) return { status: "resolved", target: describe(index, only) };
  return {
    status: "ambiguous",
    text: targetText(target),
    candidates: candidateTexts(target, things).slice(0, maxCandidates),
  };
}

/** `default/deathstar` where that is enough, `svc/default/deathstar` where the namespace has two of that name. */
function candidateTexts(target: Target, things: readonly Thing[]): string[] {
  const places = things.map((thing) => ("namespace" in thing.target ? thing.target.namespace : undefined));
  const texts = things.map((thing, at) => {
    const isAlone = places.indexOf(places[at]) === places.lastIndexOf(places[at]);
    const isNamed = target.kind === "name" && "namespace" in thing.target && isAlone;
    return targetText(isNamed ? { ...target, namespace: places[at] } : thing.target);
  });
  return [...new Set(texts)].sort();
}

function findNamespace({ index, live }: View, target: Extract<Target, { kind: "namespace" }>): Thing[] {
  const pods = live.filter(({ pod }) => pod.namespace === target.name);
  return index.namespaces.has(target.name) || pods.length > 0 ? [{ target, pods }] : [];
}

/** Pods by their own labels and their identity's, because flows carry the latter; identities may match without any pod (`reserved:world`). */
function resolveLabels({ index, live, gone }: View, target: Extract<Target, { kind: "labels" }>): Resolution {
  const parsed = parseLabelSelector(target.selector);
  const selector = parsed.ok ? parsed.selector : [];
  const fits = (labels: readonly string[]) => parsed.ok && selects(selector, labels);
  const identities = [...index.identities.values()]
    .filter(({ labels }) => fits(labels))
    .map(({ identity }) => identity);
  for (const [name, number] of reservedIdentities) if (fits([`reserved:${name}`])) identities.push(number);
  const isMeant = ({ pod }: KnownPod) => fits([...new Set([...pod.labels, ...identityLabelsOf(index, pod)])]);
  const pods = live.filter(isMeant);
  const known = pods.length > 0 ? pods : gone.filter(isMeant);
  if (known.length === 0 && identities.length === 0)
    return { status: "unknown", text: targetText(target), near: nearTexts(index, target) };
  const described = describe(index, { target, pods: known });
  const all = [...new Set([...described.identities, ...identities])].sort((left, right) => left - right).slice(0, 200);
  return { status: "resolved", target: { ...described, identities: all } };
}

/** A node's address belongs to the node, not to the host-network pods that share it. */
function resolveIp({ index, live }: View, target: Extract<Target, { kind: "ip" }>): Resolution {
  const pods = live.filter(({ pod }) => !pod.hostNetwork && pod.ips.includes(target.ip));
  const [only] = pods;
  const service = [...index.services.values()].find(({ ips }) => ips.includes(target.ip));
  const owner = only
    ? ` (Pod ${only.pod.namespace}/${only.pod.name})`
    : service
      ? ` (Service ${service.namespace}/${service.name})`
      : "";
  const described = describe(index, { target, pods });
  return { status: "resolved", target: { ...described, title: `${described.title}${owner}` } };
}

/** Numbers from 2^24 on are a node's own, for CIDRs and DNS names; Kubernetes does not know them. */
function resolveIdentity({ index, live }: View, target: Extract<Target, { kind: "identity" }>): Resolution {
  const { identity } = target;
  const known = index.identities.get(String(identity));
  const reserved = [...reservedIdentities].find(([, number]) => number === identity)?.[0];
  const labels = reserved === undefined ? (known?.labels ?? []) : [`reserved:${reserved}`];
  const pods = live.filter(({ pod }) => identityOf(index, pod) === identity);
  const title = `Identity ${identity}${labels.length > 0 ? ` (${labels.slice(0, 12).join(", ")})` : ""}`;
  return { status: "resolved", target: describe(index, { target, pods }, { title, identities: [identity] }) };
}

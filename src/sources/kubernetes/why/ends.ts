/** An end of the question → the different endpoints it stands for, each with what the engine looks at. */
import type { Resolution, ResolvedTarget, Target } from "../../../analysis/target.ts";
import type { End } from "../../../policy/engine/flow.ts";
import { namespaceOf } from "../../../policy/labels.ts";
import type { ClusterIndex } from "../cluster-index.ts";
import type { ServiceEntry } from "../entries.ts";
import { identityLabelsOf, type KnownPod, podsOfService, viewOf } from "../lookup.ts";

/** Pods with the same labels and ports are one: policy does not tell them apart. */
export interface EndSet {
  /** `default/xwing`, `world`, `10.0.0.1`. */
  readonly name: string;
  readonly end: End;
  readonly pods: number;
}

export interface WhichEnds {
  readonly sets: readonly EndSet[];
  /** Sets that are left out, because there are too many. */
  readonly folded: number;
  /** The Service whose address or name was given. */
  readonly service: ServiceEntry | undefined;
  readonly notes: readonly string[];
}

const maxSets = 3;

/** Of what was resolved. Empty where no end can be made of it. */
export function endsOf(index: ClusterIndex, resolution: Resolution): WhichEnds {
  if (resolution.status !== "resolved") return { sets: [], folded: 0, service: undefined, notes: [] };
  const { target } = resolution.target;
  const service = serviceOf(index, target);
  const pods = podsOf(index, resolution.target, service);
  if (pods.length > 0) return { ...fromPods(index, pods, shortName(resolution.target)), service };
  const sets = withoutPods(index, resolution.target);
  return {
    sets: sets.slice(0, maxSets),
    folded: Math.max(0, sets.length - maxSets),
    service,
    notes: sets.length > 0 ? notesOf(target) : [],
  };
}

/** An end as a flow describes it. */
export function flowEnd(subject: {
  readonly labels: readonly string[];
  readonly name: string;
  readonly ip?: string;
}): EndSet {
  const { labels, name, ip } = subject;
  const isOutside = labels.some((label) => label.startsWith("reserved:world"));
  const names = isOutside && name !== ip && name !== "world" ? { names: [name] } : {};
  return { name, end: { labels, ...(ip !== undefined && { ip }), ...names }, pods: 0 };
}

/** How the target is called in sentences. */
function shortName({ target, text, workload }: ResolvedTarget): string {
  if (workload) return `${workload.namespace}/${workload.name}`;
  if (target.kind === "pod" || target.kind === "service") return `${target.namespace ?? ""}/${target.name}`;
  return target.kind === "labels" ? target.selector : text;
}

function serviceOf(index: ClusterIndex, target: Target): ServiceEntry | undefined {
  if (target.kind === "service") return index.services.get(`${target.namespace ?? ""}/${target.name}`);
  if (target.kind === "ip") return [...index.services.values()].find(({ ips }) => ips.includes(target.ip));
  return undefined;
}

function podsOf(index: ClusterIndex, resolved: ResolvedTarget, service: ServiceEntry | undefined): KnownPod[] {
  const view = viewOf(index);
  if (resolved.target.kind === "ip" && service !== undefined) return podsOfService(view, service);
  const names = new Set(resolved.pods.map(({ namespace, name }) => `${namespace}/${name}`));
  if (names.size === 0 && resolved.target.kind === "ip") {
    // A node's address: the pods that share it tell.
    const { ip } = resolved.target;
    return view.live.filter(({ pod }) => pod.hostNetwork && pod.ips.includes(ip)).slice(0, 1);
  }
  return view.live.filter(({ pod }) => names.has(`${pod.namespace}/${pod.name}`));
}

function fromPods(index: ClusterIndex, pods: readonly KnownPod[], name: string): Omit<WhichEnds, "service"> {
  const groups = new Map<string, { readonly end: End; readonly pods: KnownPod[] }>();
  for (const known of pods) {
    const { pod } = known;
    const labels = pod.hostNetwork ? ["reserved:remote-node"] : identityLabelsOf(index, pod);
    const end = { labels, namedPorts: pod.hostNetwork ? [] : pod.ports.filter((port) => port.name !== "") };
    const key = JSON.stringify([labels, end.namedPorts]);
    const group = groups.get(key) ?? { end, pods: [] as KnownPod[] };
    groups.set(key, group);
    group.pods.push(known);
  }
  const isHost = (group: { readonly pods: readonly KnownPod[] }) => group.pods.some(({ pod }) => pod.hostNetwork);
  const all = [...groups.values()].sort(
    (left, right) => Number(isHost(left)) - Number(isHost(right)) || right.pods.length - left.pods.length,
  );
  return {
    sets: all.slice(0, maxSets).map((group) => ({
      name: groups.size === 1 ? name : groupName(group.pods),
      end: group.end,
      pods: group.pods.length,
    })),
    folded: Math.max(0, all.length - maxSets),
    notes: all.slice(0, maxSets).some(isHost)
      ? [
          `${groups.size === 1 ? `${name} is` : `Some pods of ${name} are`} on the host network: to policies that is the node, here taken for another node than the other end's. Pods on its own node see it as host, which is always let in unless a rule denies it.`,
        ]
      : [],
  };
}

/** By what runs them, and by their own name where that is not enough. */
function groupName(pods: readonly KnownPod[]): string {
  const [first] = pods;
  if (first === undefined) return "";
  const owners = new Set(pods.map(({ pod, workload }) => `${pod.namespace}/${workload.name}`));
  const [owner] = owners;
  const shown = owners.size === 1 && owner !== undefined ? owner : `${first.pod.namespace}/${first.pod.name}`;
  return owners.size > 1 ? `${shown} and ${pods.length - 1} more` : shown;
}

/** Deleted pods leave their identity for a while; addresses and reserved identities never had pods. */
function withoutPods(index: ClusterIndex, { target, identities, text }: ResolvedTarget): EndSet[] {
  const set = (labels: readonly string[], more: Partial<End> = {}): EndSet => ({
    name: text,
    end: { labels, ...more },
    pods: 0,
  });
  switch (target.kind) {
    case "reserved":
      return [
        set(
          target.name === "kube-apiserver"
            ? ["reserved:kube-apiserver", "reserved:remote-node"]
            : [`reserved:${target.name}`],
        ),
      ];
    case "ip":
      return [set([`cidr:${target.ip}/${target.ip.includes(":") ? 128 : 32}`, "reserved:world"], { ip: target.ip })];
    case "cidr":
      return [set([`cidr:${target.cidr}`, "reserved:world"], { ip: target.cidr.split("/")[0] ?? "" })];
    case "fqdn":
      return [set(["reserved:world"], { names: [target.name] })];
    case "identity":
    case "labels":
    case "name":
    case "pod":
    case "service":
    case "workload":
    case "namespace": {
      const distinct = new Map<string, readonly string[]>();
      for (const identity of identities) {
        const labels = index.identities.get(String(identity))?.labels;
        if (labels !== undefined) distinct.set(labels.join("\n"), labels);
      }
      return [...distinct.values()].map((labels) => ({
        ...set(labels),
        name: namespaceOf(labels) ? text : (labels[0] ?? text),
      }));
    }
  }
}

function notesOf(target: Target): string[] {
  if (target.kind === "cidr")
    return [`${target.cidr} is asked about by its first address; a rule may let only a part of it pass.`];
  if (target.kind === "fqdn")
    return [
      `${target.name} is taken for an outside address that agents have learnt under this name from DNS; rules by address (CIDR) cannot be checked without one.`,
    ];
  return [];
}

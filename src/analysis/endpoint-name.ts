/** What answers call an end of a flow. */
import type { Endpoint, Flow, NamespacedName, Workload } from "./flow.ts";
import { isAddress } from "./redact/host.ts";
import { defaultRedaction, type Redaction } from "./redact.ts";

/** The workload that runs a pod, where Kubernetes knows it. */
export type WorkloadOf = (namespace: string, pod: string) => Workload | undefined;

export interface EndpointNames {
  source(flow: Flow): string;
  destination(flow: Flow): string;
  /** What was learnt since: a pod that one flow named without its workload and another one with it. Names that need no change come back as they are. */
  settled(name: string): string;
}

/** Reserved identities with a name that says more than an address. World ends are called by DNS name or address. */
const reserved: Readonly<Record<number, string>> = {
  1: "host",
  3: "unmanaged",
  4: "health",
  5: "init",
  6: "remote-node",
  7: "kube-apiserver",
  8: "ingress",
};

const worldIdentities: ReadonlySet<number> = new Set([2, 9, 10]);
/** About as many endpoints as the decoder keeps apart. */
const maxRemembered = 5_000;
/** A namespace and a name of Kubernetes have 317 characters; strangers may send anything. */
const maxName = 320;

/**
 * `namespace/workload`, else `namespace/pod` as it is (never guessed from the hash), else reserved name, `svc/namespace/name`, FQDN or address. Hubble puts
 * workloads on the end that is local to the reporting node only, so they are remembered per pod and lent to flows that lack them.
 */
export function createEndpointNames(
  workloadOf?: WorkloadOf,
  redaction: Pick<Redaction, "name" | "text"> = defaultRedaction,
): EndpointNames {
  const byEndpoint = new Map<Endpoint, string>();
  const byPod = new Map<string, string>();

  /** "" when the endpoint alone does not name it. */
  function podName(endpoint: Endpoint): string {
    const known = byEndpoint.get(endpoint);
    if (known !== undefined) return known;
    const name = readPod(endpoint);
    if (byEndpoint.size >= maxRemembered) byEndpoint.clear();
    byEndpoint.set(endpoint, name);
    return name;
  }

  function readPod({ namespace, pod, workload }: Endpoint): string {
    if (pod === "") return workload === undefined ? "" : join(namespace, workload.name);
    const plain = join(namespace, pod);
    const owner = workload ?? workloadOf?.(namespace, pod);
    if (owner === undefined) return plain;
    const name = join(namespace, owner.name);
    if (name !== plain && byPod.size < maxRemembered) byPod.set(plain, name);
    return name;
  }

  function nameOf(
    endpoint: Endpoint,
    ip: string,
    names: readonly string[],
    service: NamespacedName | undefined,
  ): string {
    const pod = podName(endpoint);
    if (pod !== "") return pod;
    const known = reserved[endpoint.identity];
    if (known !== undefined) return known;
    if (service !== undefined && service.name !== "") return `svc/${join(service.namespace, service.name)}`;
    const [dnsName] = names;
    if (dnsName !== undefined && dnsName !== "") return redaction.name(dnsName);
    if (ip !== "") return isAddress(ip) ? ip : redaction.text(ip).slice(0, maxName);
    return worldIdentities.has(endpoint.identity) ? "world" : "unknown";
  }

  return {
    source: (flow) => nameOf(flow.source, flow.sourceIp, flow.sourceNames, flow.sourceService),
    destination: (flow) => nameOf(flow.destination, flow.destinationIp, flow.destinationNames, flow.destinationService),
    settled: (name) => byPod.get(name) ?? name,
  };
}

function join(namespace: string, name: string): string {
  return (namespace === "" ? name : `${namespace}/${name}`).slice(0, maxName);
}

/** Columns that `kubectl get` shows of the core kinds and of the kinds around services. */
import { count, field, items, type KubernetesObject, text } from "../object.ts";
import { ageColumn, type Column, column, firstThree, labelText, nameColumn, orNone, wide } from "./column.ts";

export const coreColumns: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [
    nameColumn,
    column("Status", "The status of the namespace.", (object) => text(object, "status", "phase")),
    ageColumn,
  ],
  Node: [
    nameColumn,
    column("Status", "The status of the node.", nodeStatus),
    column("Roles", "The roles of the node.", nodeRoles),
    ageColumn,
    column("Version", "Kubelet version.", (object) => nodeInfo(object, "kubeletVersion")),
    wide("Internal-IP", "Address inside the cluster.", (object) => nodeAddress(object, "InternalIP")),
    wide("External-IP", "Address outside the cluster.", (object) => nodeAddress(object, "ExternalIP")),
    wide("OS-Image", "Operating system.", (object) => nodeInfo(object, "osImage")),
    wide("Kernel-Version", "Kernel.", (object) => nodeInfo(object, "kernelVersion")),
    wide("Container-Runtime", "Container runtime.", (object) => nodeInfo(object, "containerRuntimeVersion")),
  ],
  ConfigMap: [nameColumn, column("Data", "The number of keys.", dataKeys, "integer"), ageColumn],
  Service: [
    nameColumn,
    column("Type", "How the service is exposed.", (object) => text(object, "spec", "type")),
    column("Cluster-IP", "Address inside the cluster.", (object) => orNone(text(object, "spec", "clusterIP"))),
    column("External-IP", "Address outside the cluster.", externalIp),
    column("Port(s)", "The ports of the service.", servicePorts),
    ageColumn,
    wide("Selector", "The pods behind it.", (object) => labelText(field(object, "spec", "selector"))),
  ],
  Endpoints: [nameColumn, column("Endpoints", "Addresses and ports.", endpointPairs), ageColumn],
  EndpointSlice: [
    nameColumn,
    column("AddressType", "The kind of address in this slice.", (object) => text(object, "addressType")),
    column("Ports", "The ports of each endpoint.", (object) =>
      firstThree(
        items(object, "ports").map((port) => text(port, "port")),
        "<unset>",
      ),
    ),
    column("Endpoints", "The addresses in this slice.", (object) =>
      firstThree(
        items(object, "endpoints").flatMap((endpoint) => items(endpoint, "addresses").map(String)),
        "<unset>",
      ),
    ),
    ageColumn,
  ],
  NetworkPolicy: [
    nameColumn,
    column("Pod-Selector", "The pods it applies to.", (object) =>
      labelText(field(object, "spec", "podSelector", "matchLabels")),
    ),
    ageColumn,
  ],
};

function nodeStatus(object: KubernetesObject): string {
  const ready = items(object, "status", "conditions").find((condition) => text(condition, "type") === "Ready");
  const said = ready === undefined ? "Unknown" : text(ready, "status") === "True" ? "Ready" : "NotReady";
  return field(object, "spec", "unschedulable") === true ? `${said},SchedulingDisabled` : said;
}

function nodeRoles(object: KubernetesObject): string {
  const prefix = "node-role.kubernetes.io/";
  const keys = Object.keys(object.metadata.labels ?? {}).filter((key) => key.startsWith(prefix));
  const roles = keys.map((key) => key.slice(prefix.length));
  return orNone(roles.sort((left, right) => (left < right ? -1 : 1)).join(","));
}

function nodeInfo(object: KubernetesObject, key: string): string {
  return text(object, "status", "nodeInfo", key) || "<unknown>";
}

function nodeAddress(object: KubernetesObject, type: string): string {
  const found = items(object, "status", "addresses").find((address) => text(address, "type") === type);
  return orNone(text(found, "address"));
}

function dataKeys(object: KubernetesObject): number {
  return [object["data"], object["binaryData"]].reduce<number>(
    (sum, data) => sum + (typeof data === "object" && data !== null ? Object.keys(data).length : 0),
    0,
  );
}

function externalIp(object: KubernetesObject): string {
  const given = items(object, "spec", "externalIPs").map(String);
  if (text(object, "spec", "type") !== "LoadBalancer") return orNone(given.join(","));
  const assigned = items(object, "status", "loadBalancer", "ingress").map(
    (one) => text(one, "ip") || text(one, "hostname"),
  );
  return [...assigned, ...given].join(",") || "<pending>";
}

function servicePorts(object: KubernetesObject): string {
  const ports = items(object, "spec", "ports").map((port) => {
    const outside = count(port, "nodePort");
    return `${text(port, "port")}${outside > 0 ? `:${outside}` : ""}/${text(port, "protocol") || "TCP"}`;
  });
  return orNone(ports.join(","));
}

function endpointPairs(object: KubernetesObject): string {
  const pairs = items(object, "subsets").flatMap((subset) => {
    const addresses = items(subset, "addresses").map((address) => text(address, "ip"));
    const ports = items(subset, "ports").map((port) => text(port, "port"));
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((address) => `${address}:${port}`));
  });
  return firstThree(pairs, "<none>");
}

/** Printer columns of Cilium's CustomResourceDefinitions. A path that leads nowhere is an empty cell, as in the real server. */
import { field, items, type KubernetesObject, text } from "../object.ts";
import { type Column, column, dateColumn, nameColumn } from "./column.ts";

const valid = column("Valid", "Whether the policy is valid.", (object) =>
  cell(text(condition(object, "Valid"), "status")),
);

export const ciliumColumns: Readonly<Record<string, readonly Column[]>> = {
  CiliumNetworkPolicy: [nameColumn, dateColumn, valid],
  CiliumClusterwideNetworkPolicy: [nameColumn, valid],
  CiliumEndpoint: [
    nameColumn,
    column("Security Identity", "Security identity.", (object) => identity(object), "integer"),
    {
      ...column("Ingress Enforcement", "Ingress enforcement.", (object) => enforcement(object, "ingress")),
      priority: 1,
    },
    { ...column("Egress Enforcement", "Egress enforcement.", (object) => enforcement(object, "egress")), priority: 1 },
    column("Endpoint State", "Endpoint current state.", (object) => cell(text(object, "status", "state"))),
    column("IPv4", "Endpoint IPv4 address.", (object) => address(object, "ipv4")),
    column("IPv6", "Endpoint IPv6 address.", (object) => address(object, "ipv6")),
  ],
  CiliumIdentity: [
    nameColumn,
    column("Namespace", "The namespace of the entity.", (object) =>
      cell(object.metadata.labels?.["io.kubernetes.pod.namespace"] ?? ""),
    ),
    dateColumn,
  ],
  CiliumNode: [
    nameColumn,
    column("CiliumInternalIP", "Cilium internal IP for this node.", (object) =>
      nodeAddress(object, "CiliumInternalIP"),
    ),
    column("InternalIP", "IP of the node.", (object) => nodeAddress(object, "InternalIP")),
    dateColumn,
  ],
};

function condition(object: KubernetesObject, type: string): unknown {
  return items(object, "status", "conditions").find((one) => text(one, "type") === type);
}

function identity(object: KubernetesObject): number | null {
  const id = field(object, "status", "identity", "id");
  return typeof id === "number" ? id : null;
}

function enforcement(object: KubernetesObject, direction: string): string | null {
  return cell(text(object, "status", "policy", direction, "state"));
}

function address(object: KubernetesObject, family: string): string | null {
  return cell(text(items(object, "status", "networking", "addressing")[0], family));
}

function nodeAddress(object: KubernetesObject, type: string): string | null {
  return cell(
    text(
      items(object, "spec", "addresses").find((one) => text(one, "type") === type),
      "ip",
    ),
  );
}

function cell(value: string): string | null {
  return value === "" ? null : value;
}

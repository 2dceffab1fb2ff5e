/** What the scenario of broken paths brings beside its pods: a service without pods, and the policy of `droid`. */
import { droidEgress, outside, shield } from "../../world/paths.ts";
import type { World } from "../../world/world.ts";
import { type KubernetesObject, timestamp } from "../object.ts";
import { managed, metadataOf } from "./metadata.ts";

const apiVersion = "cilium.io/v2";

export function pathObjects(world: World): KubernetesObject[] {
  const { namespace, name, ip } = shield;
  const managers = { "kubectl-client-side-apply": ["metadata", "spec"] };
  const about = { kind: "Service", apiVersion: "v1", namespace, name, managers };
  return [
    {
      kind: "Service",
      apiVersion: "v1",
      metadata: metadataOf(world, about, { labels: { app: name } }),
      spec: {
        ports: [{ protocol: "TCP", port: 80, targetPort: 8080 }],
        selector: { app: name },
        clusterIP: ip,
        clusterIPs: [ip],
        type: "ClusterIP",
        sessionAffinity: "None",
        ipFamilies: ["IPv4"],
        ipFamilyPolicy: "SingleStack",
        internalTrafficPolicy: "Cluster",
      },
      status: { loadBalancer: {} },
    },
    droidPolicy(world),
  ];
}

function droidPolicy(world: World): KubernetesObject {
  const { kind, namespace, name, uid } = droidEgress;
  const created = timestamp(world.bornAt);
  return {
    apiVersion,
    kind,
    metadata: {
      ...{ name, namespace, uid, creationTimestamp: created, generation: 1 },
      managedFields: [managed("kubectl-client-side-apply", apiVersion, created, ["spec"])],
    },
    spec: {
      endpointSelector: { matchLabels: { app: "droid" } },
      egress: [
        { toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }] },
        { toFQDNs: [{ matchName: outside.name }], toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] },
      ],
    },
    status: {
      conditions: [
        { lastTransitionTime: created, message: "Policy validation succeeded", status: "True", type: "Valid" },
      ],
    },
  };
}

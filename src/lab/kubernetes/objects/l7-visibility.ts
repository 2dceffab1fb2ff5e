/** The policy that makes HTTP and DNS visible, as it has been since the world began. https://docs.cilium.io/en/stable/observability/visibility/ */
import { l7Visibility } from "../../world/webpod.ts";
import type { World } from "../../world/world.ts";
import { type KubernetesObject, timestamp } from "../object.ts";
import { managed } from "./metadata.ts";

const apiVersion = "cilium.io/v2";

export function l7VisibilityObject(world: World): KubernetesObject {
  const { kind, namespace, name, uid } = l7Visibility;
  const created = timestamp(world.bornAt);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid,
      creationTimestamp: created,
      generation: 1,
      managedFields: [
        { ...managed("cilium-operator-generic", apiVersion, created, ["status"]), subresource: "status" },
        managed("kubectl-client-side-apply", apiVersion, created, ["spec"]),
      ],
    },
    spec: {
      endpointSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["curl", "webpod"] }] },
      egress: [
        { toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }] },
        {
          toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": namespace } }],
          toPorts: [
            {
              ports: [
                { port: "80", protocol: "TCP" },
                { port: "8080", protocol: "TCP" },
              ],
              rules: { http: [{}] },
            },
          ],
        },
      ],
    },
    status: {
      conditions: [
        { lastTransitionTime: created, message: "Policy validation succeeded", status: "True", type: "Valid" },
      ],
    },
  };
}

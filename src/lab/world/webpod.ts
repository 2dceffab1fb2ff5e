/** The webpod lab: two web servers, a pod with curl, and a policy that sends the client's HTTP and DNS through the proxies. Addresses and identities of a real lab. */
import type { Service } from "./topology.ts";
import { pod } from "./topology.ts";
import type { LabPod } from "./world.ts";

const webpodLabels = { app: "webpod", "pod-template-hash": "697b545f57" };
const owner = { kind: "Deployment", name: "webpod", replicaSet: "webpod-697b545f57" } as const;
const containerPorts = [{ name: "http", port: 80, protocol: "TCP" }] as const;

export const webpodPods = {
  one: pod("default", "webpod-697b545f57-67f8d", "k8s-w1", "172.20.1.142", 2204, 12432, {
    labels: webpodLabels,
    owner,
    containerPorts,
  }),
  two: pod("default", "webpod-697b545f57-znr5l", "k8s-w2", "172.20.2.28", 417, 981, {
    labels: webpodLabels,
    owner,
    containerPorts,
  }),
  curl: pod("default", "curl-pod", "k8s-ctr", "172.20.0.162", 1866, 3975, { labels: { app: "curl" } }),
} as const;

export const webpodService: Service = { namespace: "default", name: "webpod", ip: "10.96.201.129" };

/**
 * Egress: DNS to anybody, HTTP to the pods of its namespace, nothing else. In the write-ups it selects the whole namespace; here only what this scenario
 * brings, so that the Star Wars pods beside it keep their traffic.
 */
export const l7Visibility = {
  kind: "CiliumNetworkPolicy",
  namespace: "default",
  name: "l7-visibility",
  uid: "0f6d4b1e-93c2-4b7d-a1c5-6f2b8a9d4e31",
} as const;

export function selectedByVisibility({ namespace, labels }: LabPod): boolean {
  return namespace === l7Visibility.namespace && (labels["app"] === "curl" || labels["app"] === "webpod");
}

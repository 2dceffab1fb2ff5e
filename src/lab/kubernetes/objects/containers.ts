/** What runs inside the lab's pods. */
import type { LabPod } from "../../world/world.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly privileged?: true;
}

const cilium = "v1.17.6";
const spaceship = {
  name: "spaceship",
  image: "quay.io/cilium/json-mock:v1.3.8@sha256:5aad04835eda9025fe4561ad31be77fd55309af8158ca8663a72f6abb78c2603",
};

/** By workload name, else by pod name. */
const containers: Readonly<Record<string, readonly Container[]>> = {
  deathstar: [
    {
      name: "deathstar",
      image: "quay.io/cilium/starwars@sha256:896dc536ec505778c03efedb73c3b7b83c8de11e74264c8c35291ff6d5fe8ada",
    },
  ],
  tiefighter: [spaceship],
  xwing: [spaceship],
  webpod: [{ name: "webpod", image: "traefik/whoami:v1.11" }],
  "curl-pod": [{ name: "curl", image: "nicolaka/netshoot:v0.14" }],
  coredns: [{ name: "coredns", image: "registry.k8s.io/coredns/coredns:v1.12.0" }],
  cilium: [{ name: "cilium-agent", image: `quay.io/cilium/cilium:${cilium}`, privileged: true }],
  "cilium-envoy": [
    {
      name: "cilium-envoy",
      image: "quay.io/cilium/cilium-envoy:v1.33.4-1752151664-7c2edb0b44cf95f326d628b837fcdd845102ba68",
    },
  ],
  "cilium-operator": [{ name: "cilium-operator", image: `quay.io/cilium/operator-generic:${cilium}` }],
  "hubble-relay": [{ name: "hubble-relay", image: `quay.io/cilium/hubble-relay:${cilium}` }],
  "hubble-ui": [
    { name: "frontend", image: "quay.io/cilium/hubble-ui:v0.13.2" },
    { name: "backend", image: "quay.io/cilium/hubble-ui-backend:v0.13.2" },
  ],
};

export function containersOf(pod: LabPod): readonly Container[] {
  const name = pod.owner?.name ?? pod.name;
  return containers[name] ?? [{ name, image: `registry.k8s.io/e2e-test-images/agnhost:2.53` }];
}

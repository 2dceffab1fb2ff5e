import { selectedByVisibility } from "../world/webpod.ts";
import type { LabPod } from "../world/world.ts";
import { byLabel, keyed, type Metric, plain, type Scene } from "./metric.ts";
import { identityCount } from "./operator-metrics.ts";

/** The host's own endpoint and the health endpoint of each node. */
const reservedEndpoints = 2;

/** An agent's endpoints, and what policy makes of them. */
export const policyMetrics: readonly Metric[] = [
  {
    name: "cilium_endpoint",
    type: "gauge",
    help: "Number of endpoints managed by this agent",
    series: plain((scene) => endpointCount(scene)),
  },
  {
    name: "cilium_endpoint_state",
    type: "gauge",
    help: "Count of all endpoints by states",
    series: byLabel("endpoint_state", (scene) => ({
      disconnecting: 0,
      invalid: 0,
      ready: endpointCount(scene),
      regenerating: 0,
      restoring: 0,
      "waiting-for-identity": 0,
      "waiting-to-regenerate": 0,
    })),
  },
  {
    name: "cilium_endpoint_regenerations_total",
    type: "counter",
    help: "Count of all endpoint regenerations that have completed",
    series: byLabel("outcome", (scene) => ({
      fail: 0,
      success: endpointCount(scene) * policyRevision(scene),
    })),
  },
  {
    name: "cilium_policy",
    type: "gauge",
    help: "Number of policies currently loaded",
    series: plain((scene) => (enforces(scene) ? 1 : 0) + (scene.world.scenarios.includes("webpod") ? 1 : 0)),
  },
  {
    name: "cilium_policy_max_revision",
    type: "gauge",
    help: "Highest policy revision number in the agent",
    series: plain(policyRevision),
  },
  {
    name: "cilium_policy_change_total",
    type: "counter",
    help: "Number of policy changes by outcome",
    series: byLabel("outcome", (scene) => ({ fail: 0, success: policyRevision(scene) - 1 })),
  },
  {
    name: "cilium_policy_endpoint_enforcement_status",
    type: "gauge",
    help: "Number of endpoints labeled by policy enforcement status",
    series: byLabel("enforcement", (scene) => {
      const ingress = enforces(scene) ? selected(scene) : 0;
      const egress = watched(scene);
      const none = endpointCount(scene) - ingress - egress;
      return { "audit-both": 0, "audit-egress": 0, "audit-ingress": 0, both: 0, egress, ingress, none };
    }),
  },
  {
    name: "cilium_policy_l7_total",
    type: "counter",
    help: "Number of total proxy requests handled",
    series: keyed(
      ["rule", "proxy_type"],
      ({ counters }) => counters.policyL7,
      ["received", "forwarded", "denied", "parse_errors"].flatMap((rule) => [`${rule}|envoy`, `${rule}|fqdn`]),
    ),
  },
  {
    name: "cilium_proxy_redirects",
    type: "gauge",
    help: "Number of redirects installed for endpoints, labeled by protocol",
    series: byLabel("protocol_l7", (scene) => ({
      http: (scene.world.stepAt(scene.at) === "l7" ? selected(scene) : 0) + watched(scene),
    })),
  },
  {
    name: "cilium_identity",
    type: "gauge",
    help: "Number of identities currently allocated",
    series: byLabel("type", ({ world }) => ({ cluster_local: identityCount(world.pods), node_local: 0, reserved: 10 })),
  },
];

export function endpointCount(scene: Scene): number {
  return endpoints(scene).length + reservedEndpoints;
}

function endpoints({ world, node }: Scene): LabPod[] {
  return world.pods.filter((pod) => pod.node === node.name && !pod.hostNetwork);
}

/** Endpoints that rule1 selects. */
function selected(scene: Scene): number {
  return endpoints(scene).filter((pod) => pod.labels["class"] === "deathstar").length;
}

/** Endpoints that the webpod scenario's policy selects. */
function watched(scene: Scene): number {
  return endpoints(scene).filter(selectedByVisibility).length;
}

function enforces({ world, at }: Scene): boolean {
  const step = world.stepAt(at);
  return step === "l3-l4" || step === "l7";
}

/** 1, and one more for each change of the policy since the world began. */
function policyRevision({ world, at }: Scene): number {
  let revision = 1;
  for (let time = world.stepSince(at); time > world.bornAt; time = world.stepSince(time - 1)) {
    revision += 1;
  }
  return revision;
}

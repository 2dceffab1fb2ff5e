import { byLabel, type Metric, plain, uptime } from "./metric.ts";
import { processMetrics } from "./process-metrics.ts";

/** The port 9963 of cilium-operator. */
export const operatorMetrics: readonly Metric[] = [
  {
    name: "cilium_operator_unmanaged_pods",
    type: "gauge",
    help: "The total number of pods observed to be unmanaged by Cilium operator",
    series: plain(() => 0),
  },
  {
    name: "cilium_operator_identity_gc_entries",
    type: "gauge",
    help: "The number of alive and deleted identities at the end of a garbage collector run",
    series: ({ world }) => [
      { labels: { identity_type: "crd", status: "alive" }, value: identityCount(world.pods) },
      { labels: { identity_type: "crd", status: "deleted" }, value: 0 },
    ],
  },
  {
    name: "cilium_operator_identity_gc_runs",
    type: "gauge",
    help: "The number of times identity garbage collector has run",
    series: (scene) => [
      { labels: { identity_type: "crd", outcome: "success" }, value: Math.floor(uptime(scene) / 900) },
      { labels: { identity_type: "crd", outcome: "fail" }, value: 0 },
    ],
  },
  {
    name: "cilium_operator_lbipam_conflicting_pools",
    type: "gauge",
    help: "The number of conflicting pools",
    series: plain(() => 0),
  },
  {
    name: "cilium_operator_lbipam_services_unsatisfied",
    type: "gauge",
    help: "The number of services which did not get all requested IPs",
    series: plain(() => 0),
  },
  {
    name: "cilium_operator_errors_warnings_total",
    type: "counter",
    help: "Number of total errors in cilium-operator instances",
    series: byLabel("level", () => ({ error: 0, warning: 2 })),
  },
  ...processMetrics("cilium_operator_", { cpu: 0.004, residentBytes: 96 * 2 ** 20, openFiles: 24 }),
];

/** Identities that pods have of their own. */
export function identityCount(pods: readonly { readonly hostNetwork: boolean; readonly identity: number }[]): number {
  return new Set(pods.filter((pod) => !pod.hostNetwork).map((pod) => pod.identity)).size;
}

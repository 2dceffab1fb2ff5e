import type { AlertRule } from "./prometheus.ts";

/** Three alerts about what the demo can show. `pod` is the agent's pod: it stands for its node. */
export const alertRules: readonly AlertRule[] = [
  {
    alert: "CiliumPolicyDrops",
    expr: 'sum by (pod, reason, direction) (rate(cilium_drop_count_total{reason=~"Policy denied.*"}[1m])) > 0.05',
    for: "30s",
    labels: { severity: "warning" },
    annotations: {
      summary:
        "{{ $labels.pod }} drops {{ $value | humanize }} packets/s: {{ $labels.reason }}, {{ $labels.direction }}",
      ask: "drops --since 15m",
    },
  },
  {
    alert: "CiliumRequestsDenied",
    expr: 'sum by (pod, proxy_type) (rate(cilium_policy_l7_total{rule="denied"}[1m])) > 0',
    for: "30s",
    labels: { severity: "info" },
    annotations: { summary: "The {{ $labels.proxy_type }} proxy of {{ $labels.pod }} refuses requests" },
  },
  {
    alert: "CiliumAgentDown",
    expr: 'up{k8s_app="cilium"} == 0',
    for: "30s",
    labels: { severity: "critical" },
    annotations: { summary: "{{ $labels.pod }} cannot be scraped" },
  },
];

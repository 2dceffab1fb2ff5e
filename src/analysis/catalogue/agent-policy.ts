/** The Cilium agent's dashboard: policy and the proxies. */
import { mean, only, type Panel, quantiles, row } from "./panel.ts";

const upstream = "cilium_proxy_upstream_reply_seconds";
const computing = "proxyConfiguration|endpointPolicyCalculation|selectorPolicyCalculation|proxyPolicyCalculation";
const ago = "The panel left the dashboard with Cilium 1.18.";

export const agentPolicy: readonly Panel[] = [
  ...row("agent", "Proxy", [
    {
      name: "l7-requests",
      titles: ["L7 forwarded request"],
      question: "What becomes of the requests that pass through the proxies?",
      unit: "requests/s",
      chart: "lines",
      ways: only("sum by (rule, proxy_type) (rate(cilium_policy_l7_total{$agent}[1m]))"),
    },
    {
      name: "dns-proxy-latency",
      titles: ["DNS proxy request latency"],
      question: "How long does the DNS proxy take, 99 of 100 requests?",
      unit: "seconds",
      chart: "lines",
      ways: only(
        `histogram_quantile(0.99, sum by (scope, le) (rate(${upstream}_bucket{$agent, protocol_l7="dns", scope!="totalTime"}[5m])))`,
      ),
      quiet: "no request passed through the DNS proxy",
    },
    {
      name: "dns-proxy-requests",
      titles: ["DNS proxy requests"],
      question: "How many requests pass through the DNS proxy?",
      unit: "requests/s",
      chart: "lines",
      ways: only(`sum by (pod, scope) (rate(${upstream}_count{$agent}[1m]))`, ago),
      quiet: "no request passed through the DNS proxy",
    },
    {
      name: "proxy-response-time",
      titles: ["Proxy response time (Avg)", "Proxy response time (Max)"],
      question: "How long do the proxies wait for an answer?",
      unit: "seconds",
      chart: "lines",
      ways: only(mean(upstream, "pod, scope", "$agent"), ago),
      quiet: "no request passed through a proxy",
    },
    {
      name: "proxy-redirects",
      titles: ["Proxy Redirects"],
      question: "How many redirects to a proxy has each node?",
      unit: "redirects",
      chart: "lines",
      ways: only("sum by (pod, protocol_l7) (cilium_proxy_redirects{$agent})"),
      quiet: "no traffic is redirected to a proxy",
    },
  ]),
  ...row("agent", "Policy", [
    {
      name: "policy-denied",
      titles: ["Policy Denies: L3/L4"],
      question: "How many packets does policy deny?",
      unit: "packets/s",
      chart: "areas",
      ways: only(
        'sum by (direction) (rate(cilium_drop_count_total{$agent, reason=~"Policy denied( by denylist)?"}[1m])) > 0',
        "With packets that a deny rule dropped, which the dashboard leaves out.",
      ),
      quiet: "policy denied no packet",
    },
    {
      name: "l7-denied",
      titles: ["Policy Denies: L7"],
      question: "How many requests do the proxies deny?",
      unit: "requests/s",
      chart: "areas",
      ways: only('sum by (proxy_type) (rate(cilium_policy_l7_total{$agent, rule="denied"}[1m])) > 0'),
      quiet: "the proxies denied no request",
    },
    {
      name: "identity-update-latency",
      titles: ["Policy Identity Update Latency"],
      question: "How long until policy knows of a new identity?",
      unit: "seconds",
      chart: "lines",
      ways: [
        {
          series: quantiles(
            "sum by (le) (rate(cilium_policy_incremental_update_duration_bucket{$agent}[5m]))",
            [0.5, 0.99],
          ),
        },
      ],
      quiet: "no identity came or went",
    },
    {
      name: "policy-apply-latency",
      titles: ["Policy Apply Latency"],
      question: "How long until a changed policy is in force?",
      unit: "seconds",
      chart: "lines",
      ways: [
        {
          series: quantiles("sum by (le) (rate(cilium_policy_implementation_delay_bucket{$agent}[5m]))", [0.5, 0.99]),
        },
      ],
      quiet: "no policy changed",
    },
    {
      name: "policy-calculation-time",
      titles: ["Policy Calculation Time"],
      question: "How long does it take to compute policy, 99 of 100 times?",
      unit: "seconds",
      chart: "lines",
      ways: only(
        `histogram_quantile(0.99, sum by (scope, le) (rate(cilium_endpoint_regeneration_time_stats_seconds_bucket{$agent, scope=~"${computing}", status="success"}[5m])))`,
      ),
      quiet: "no policy was computed",
    },
    {
      name: "policy-enforcement",
      titles: ["Endpoints policy enforcement status"],
      question: "How many endpoints enforce policy, and in which direction?",
      unit: "endpoints",
      chart: "areas",
      ways: only("sum by (enforcement) (cilium_policy_endpoint_enforcement_status{$agent})"),
    },
    {
      name: "policies",
      titles: ["Policies Per Node"],
      question: "How many policy rules has each agent loaded?",
      unit: "policies",
      chart: "lines",
      ways: only("max by (pod) (cilium_policy{$agent})"),
    },
    {
      name: "policy-change-errors",
      titles: ["Policies Per Node"],
      question: "How often does loading a changed policy fail?",
      unit: "failures/min",
      chart: "lines",
      ways: only(
        'sum by (pod) (rate(cilium_policy_change_total{$agent, outcome=~"fail(ure)?"}[5m])) * 60 > 0',
        "The dashboard shows the bare counter of one spelling; this is how fast it grows, as fail or failure.",
      ),
      quiet: "no policy change failed",
    },
    {
      name: "policy-revision",
      titles: ["Policy Revision"],
      question: "Which policy revision has each agent reached?",
      unit: "",
      chart: "lines",
      ways: only("max by (pod) (cilium_policy_max_revision{$agent})", ago),
    },
    {
      name: "policy-trigger-runs",
      titles: ["Policy Trigger Runs"],
      question: "How often is policy computed anew?",
      unit: "runs/s",
      chart: "lines",
      ways: only("sum by (pod) (rate(cilium_triggers_policy_update_total{$agent}[1m]))", ago),
    },
    {
      name: "policy-trigger-duration",
      titles: ["Policy Trigger Duration"],
      question: "How long does computing policy anew take?",
      unit: "seconds",
      chart: "lines",
      ways: only(mean("cilium_triggers_policy_update_call_duration_seconds", "pod", "$agent"), ago),
    },
  ]),
];

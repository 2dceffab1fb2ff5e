/** The Cilium agent's dashboard: endpoints, controllers, and the Kubernetes API. */
import { mean, only, type Panel, type PanelData, quantiles, row } from "./panel.ts";

const regeneration =
  'sum by (scope, le) (rate(cilium_endpoint_regeneration_time_stats_seconds_bucket{$agent, scope!="total"}[5m]))';
const latency = "cilium_k8s_client_api_latency_time_seconds";

export const agentEndpoints: readonly Panel[] = [
  ...row("agent", "Endpoints", [
    {
      name: "endpoint-regeneration-time",
      titles: ["Endpoint regeneration time (90th percentile)", "Endpoint regeneration time (99th percentile)"],
      question: "How long do the parts of an endpoint's regeneration take?",
      unit: "seconds",
      chart: "lines",
      ways: [
        {
          series: quantiles(regeneration, [0.9, 0.99]),
          note: "Over all nodes at once; the dashboard takes the mean of each node's percentile, which is none.",
        },
      ],
      quiet: "no endpoint was regenerated",
    },
    {
      name: "endpoint-regenerations",
      titles: ["Endpoint regenerations"],
      question: "How often are endpoints regenerated, and does it fail?",
      unit: "regenerations/s",
      chart: "lines",
      ways: only("sum by (outcome) (rate(cilium_endpoint_regenerations_total{$agent}[1m]))"),
    },
    {
      name: "endpoint-state",
      titles: ["Cilium endpoint state"],
      question: "In which state are the endpoints?",
      unit: "endpoints",
      chart: "areas",
      ways: [
        {
          series: [{ promql: "sum by (endpoint_state) (cilium_endpoint_state{$agent})" }],
          labels: { cilium_endpoint_state: ["endpoint_state"] },
        },
        {
          series: [{ promql: "sum by (state) (cilium_endpoint_state{$agent})" }],
          labels: { cilium_endpoint_state: ["state"] },
        },
      ],
    },
  ]),
  ...row("agent", "Controllers", [
    {
      name: "controller-runs",
      titles: ["Controllers"],
      question: "How often do the agents' controllers run?",
      unit: "runs/s",
      chart: "lines",
      ways: only("sum by (pod) (rate(cilium_controllers_runs_total{$agent}[1m]))"),
    },
    {
      name: "controllers-failing",
      titles: ["Controllers"],
      question: "How many of the agents' controllers fail?",
      unit: "failing",
      chart: "lines",
      ways: only("sum by (pod) (cilium_controllers_failing{$agent})"),
    },
    {
      name: "controller-durations",
      titles: ["Controller Durations"],
      question: "How long does a run of a controller take?",
      unit: "seconds",
      chart: "lines",
      ways: only(mean("cilium_controllers_runs_duration_seconds", "pod, status", "$agent")),
    },
  ]),
  ...row("agent", "Kubernetes", [
    {
      name: "apiserver-latency",
      titles: ["apiserver latency (average node)", "apiserver latency (max node)"],
      question: "How long does the Kubernetes API take to answer the agents?",
      unit: "seconds",
      chart: "lines",
      ways: only(mean(latency, "pod, method, path", "$agent")),
      quiet: "the agents did not call the Kubernetes API",
    },
    {
      name: "apiserver-paths",
      titles: ["apiserver #calls (sum all nodes)"],
      question: "Which paths of the Kubernetes API do the agents call?",
      unit: "calls/s",
      chart: "lines",
      ways: only(`sum by (pod, method, path) (rate(${latency}_count{$agent}[1m]))`),
    },
    {
      name: "apiserver-calls",
      titles: ["apiserver calls (sum all nodes)"],
      question: "How often do the agents call the Kubernetes API, and with what result?",
      unit: "calls/s",
      chart: "lines",
      ways: only("sum by (pod, method, return_code) (rate(cilium_k8s_client_api_calls_total{$agent}[1m]))"),
    },
    received("k8s-events-unnecessary", "Valid, Unnecessary K8s Events Received", "change nothing", "true", "true"),
    received(
      "k8s-events-invalid-unnecessary",
      "Invalid, Unnecessary K8s Events Received",
      "are invalid and change nothing",
      "true",
      "false",
    ),
    received("k8s-events-necessary", "Valid, Necessary K8s Events Received", "change something", "false", "true"),
    received(
      "k8s-events-invalid",
      "Invalid, Necessary K8s Events Received",
      "are invalid and change something",
      "false",
      "false",
    ),
    events(
      "cilium-network-policy-events",
      "CiliumNetworkPolicy Events",
      "CiliumNetworkPolicy",
      "CiliumNetworkPolicies",
    ),
    events("network-policy-events", "NetworkPolicy Events", "NetworkPolicy", "NetworkPolicies"),
    events("pod-events", "Pod Events", "Pod", "Pods"),
    events("k8s-node-events", "Node Events", "Node", "Nodes"),
    events("service-events", "Service Events", "Service", "Services"),
    events("endpoints-events", "Endpoints Events", "Endpoint(s|Slice)?", "the Services' endpoints"),
    events("namespace-events", "Namespace Events", "Namespace", "Namespaces"),
  ]),
];

function received(name: string, title: string, what: string, equal: string, valid: string): PanelData {
  return {
    name,
    titles: [title],
    question: `How many events from Kubernetes ${what}?`,
    unit: "events/s",
    chart: "lines",
    ways: only(
      `sum by (pod, scope, action) (rate(cilium_kubernetes_events_received_total{$agent, equal="${equal}", valid="${valid}"}[5m])) > 0`,
    ),
    quiet: `no event from Kubernetes was one of those that ${what}`,
  };
}

/** `scope`: a regular expression. */
function events(name: string, title: string, scope: string, what: string): PanelData {
  return {
    name,
    titles: [title],
    question: `How often are the agents told of changes of ${what}?`,
    unit: "events/min",
    chart: "lines",
    ways: only(`sum by (pod, action) (rate(cilium_kubernetes_events_total{$agent, scope=~"${scope}"}[1m])) * 60`),
    quiet: `the agents were told of no change of ${what}`,
  };
}

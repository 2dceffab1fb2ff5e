/** The Cilium agent's dashboard: BPF system calls, BPF maps, and the key-value store. */
import { mean, only, type Panel, row } from "./panel.ts";

const mapOps = "rate(cilium_bpf_map_ops_total{$agent}[5m])";
const kvstore = "cilium_kvstore_operations_duration_seconds";

export const agentMaps: readonly Panel[] = [
  ...row("agent", "BPF", [
    {
      name: "bpf-syscalls",
      titles: ["# system calls (average node)", "# system calls (max node)"],
      question: "How many BPF system calls do the agents make?",
      unit: "calls/s",
      chart: "lines",
      ways: only("sum by (pod, operation) (rate(cilium_bpf_syscall_duration_seconds_count{$agent}[1m]))"),
    },
    {
      name: "bpf-syscall-latency",
      titles: ["system call latency (avg node)", "system call latency (max node)"],
      question: "How long do BPF system calls take?",
      unit: "seconds",
      chart: "lines",
      ways: only(mean("cilium_bpf_syscall_duration_seconds", "pod, operation", "$agent")),
    },
    {
      name: "map-ops",
      titles: ["map ops (average node)"],
      question: "Which BPF maps are worked on most?",
      unit: "ops/s",
      chart: "lines",
      ways: [
        {
          series: [{ promql: `avg by (pod, map_name, operation) (${mapOps})`, top: 5 }],
          note: "A map with failed operations shows the mean of both outcomes; map-ops-max has the larger, map-ops-failed the failures.",
        },
      ],
    },
    {
      name: "map-ops-max",
      titles: ["map ops (max node)"],
      question: "Which BPF maps are worked on most, by the more frequent outcome?",
      unit: "ops/s",
      chart: "lines",
      ways: [{ series: [{ promql: `max by (pod, map_name, operation) (${mapOps})`, top: 5 }] }],
    },
    {
      name: "map-ops-failed",
      titles: ["map ops (sum failures)"],
      question: "Which BPF map operations fail?",
      unit: "failures/s",
      chart: "lines",
      ways: only(
        'sum by (pod, map_name, operation) (rate(cilium_bpf_map_ops_total{$agent, outcome=~"fail(ure)?"}[5m])) > 0',
      ),
      quiet: "no map operation failed",
    },
  ]),
  ...row("agent", "kvstore", [
    {
      name: "kvstore-operations",
      titles: ["# operations (sum all nodes)", "# operations (max node)"],
      question: "How often do the agents use the key-value store?",
      unit: "ops/s",
      chart: "lines",
      ways: only(
        `sum by (pod, scope, action) (rate(${kvstore}_count{$agent}[1m]))`,
        "The dashboard asks for kvstore_operations_total, which no agent has; this counts the same operations by their duration metric.",
      ),
      quiet: "the agents did not use the key-value store",
    },
    {
      name: "kvstore-latency",
      titles: ["latency (average node)", "latency (max node)"],
      question: "How long does the key-value store take?",
      unit: "seconds",
      chart: "lines",
      ways: [{ series: [{ promql: mean(kvstore, "pod, action, scope", "$agent"), top: 5 }] }],
      quiet: "the agents did not use the key-value store",
    },
    {
      name: "kvstore-events",
      titles: ["Events received (average node)"],
      question: "How many events does the key-value store send?",
      unit: "events/s",
      chart: "lines",
      ways: only("sum by (pod, scope, action) (rate(cilium_kvstore_events_queue_seconds_count{$agent}[1m]))"),
      quiet: "the key-value store sent no event",
    },
  ]),
];

/** The Cilium agent's dashboard: the process itself, and its API. */
import { mean, only, type Panel, row, spread } from "./panel.ts";

const memory = "cilium_bpf_maps_virtual_memory_max_bytes{$agent} + cilium_bpf_progs_virtual_memory_max_bytes{$agent}";
const apiCalls = "cilium_agent_api_process_time_seconds";

export const agentProcess: readonly Panel[] = [
  ...row("agent", "Health", [
    {
      name: "errors-warnings",
      titles: ["Errors & Warnings"],
      question: "How many errors and warnings do the agents log?",
      unit: "lines/min",
      chart: "lines",
      ways: only("sum by (pod, level) (rate(cilium_errors_warnings_total{$agent}[1m])) * 60"),
    },
    {
      name: "agent-cpu",
      titles: ["CPU Usage per node"],
      question: "How much CPU does each agent use? 100% is one core.",
      unit: "ratio",
      chart: "lines",
      ways: only("sum by (pod) (rate(cilium_process_cpu_seconds_total{$agent}[1m]))"),
    },
  ]),
  ...row("agent", "Generic", [
    {
      name: "agent-virtual-memory",
      titles: ["Virtual Memory Bytes"],
      question: "How much virtual memory do the agents have?",
      unit: "bytes",
      chart: "lines",
      ways: [{ series: spread("cilium_process_virtual_memory_bytes{$agent}") }],
    },
    {
      name: "agent-memory",
      titles: ["Resident memory status"],
      question: "How much memory do the agents use?",
      unit: "bytes",
      chart: "lines",
      ways: [{ series: spread("cilium_process_resident_memory_bytes{$agent}") }],
    },
    {
      name: "agent-open-files",
      titles: ["Open file descriptors"],
      question: "How many files do the agents hold open?",
      unit: "files",
      chart: "lines",
      ways: [{ series: spread("cilium_process_open_fds{$agent}", ["sum", "min", "avg", "max"]) }],
    },
    {
      name: "bpf-memory",
      titles: ["System-wide BPF memory usage"],
      question: "How much memory do BPF maps and programs take on a node?",
      unit: "bytes",
      chart: "lines",
      ways: [{ series: spread(memory) }],
    },
    {
      name: "map-pressure",
      titles: ["BPF map pressure"],
      question: "How full are the BPF maps?",
      unit: "ratio",
      chart: "lines",
      ways: only(
        "max by (pod, map_name) (cilium_bpf_map_pressure{$agent})",
        "A map has a value only above its own threshold: policy maps from 10% on.",
      ),
      quiet: "no map is full enough to be told of",
      thresholds: [{ value: 1, label: "full" }],
    },
  ]),
  ...row("agent", "API", [
    {
      name: "api-latency",
      titles: ["API call latency (average node)", "API call latency (max node)"],
      question: "How long do the agents take to answer their own API?",
      unit: "seconds",
      chart: "lines",
      ways: only(
        mean(apiCalls, "pod, method, path", "$agent"),
        "The mean of each node; the dashboard's two panels keep nodes apart too and differ only between return codes.",
      ),
      quiet: "nobody called the agents' API",
    },
    {
      name: "api-calls",
      titles: ["# API calls (average node)", "# API calls (max node)"],
      question: "How often is the agents' own API called?",
      unit: "calls/s",
      chart: "lines",
      ways: only(`sum by (pod, method, path) (rate(${apiCalls}_count{$agent}[1m]))`),
    },
    {
      name: "api-return-codes",
      titles: ["API return codes (average node)", "API return codes (sum all nodes)"],
      question: "What do the agents answer to calls of their own API?",
      unit: "calls/s",
      chart: "lines",
      ways: only(`sum by (pod, method, path, return_code) (rate(${apiCalls}_count{$agent}[1m]))`),
    },
  ]),
];

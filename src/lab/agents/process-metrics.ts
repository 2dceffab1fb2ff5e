import { around, type Metric, plain, uptime } from "./metric.ts";

interface ProcessSize {
  /** Share of one CPU. */
  readonly cpu: number;
  readonly residentBytes: number;
  readonly openFiles: number;
}

/** `process_*` of a component, with the component's prefix. */
export function processMetrics(prefix: string, size: ProcessSize): Metric[] {
  return [
    {
      name: `${prefix}process_cpu_seconds_total`,
      type: "counter",
      help: "Total user and system CPU time spent in seconds.",
      series: plain((scene) => Math.round(uptime(scene) * size.cpu * 100) / 100),
    },
    {
      name: `${prefix}process_resident_memory_bytes`,
      type: "gauge",
      help: "Resident memory size in bytes.",
      series: plain((scene) => Math.round(around(size.residentBytes, 0.04, scene) / 4096) * 4096),
    },
    {
      name: `${prefix}process_virtual_memory_bytes`,
      type: "gauge",
      help: "Virtual memory size in bytes.",
      series: plain(() => size.residentBytes * 8),
    },
    {
      name: `${prefix}process_open_fds`,
      type: "gauge",
      help: "Number of open file descriptors.",
      series: plain((scene) => Math.round(around(size.openFiles, 0.05, scene))),
    },
    {
      name: `${prefix}process_start_time_seconds`,
      type: "gauge",
      help: "Start time of the process since unix epoch in seconds.",
      series: plain(({ world }) => Math.floor(world.bornAt / 1000)),
    },
  ];
}

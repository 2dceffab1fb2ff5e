/** Packets at known times, and what a Prometheus that scrapes every so often sees of them. */
import { samplesOf } from "./samples.ts";

export interface Scene {
  /** The end of the ten minutes that are asked for. */
  readonly to: number;
  readonly counters: readonly Counter[];
}

interface Counter {
  readonly metric: "cilium_drop_count" | "cilium_forward_count";
  readonly labels: Readonly<Record<string, string>>;
  /** When its packets came and when it was scraped: epoch milliseconds, ascending. */
  readonly packets: readonly number[];
  readonly scrapes: readonly number[];
}

/** Packets dropped in the window, whoever counted them. */
export function truth(scene: Scene, from: number, to: number): number {
  const dropped = scene.counters.filter(({ metric }) => metric === "cilium_drop_count");
  return dropped.reduce((sum, { packets }) => sum + packets.filter((time) => time >= from && time < to).length, 0);
}

export function dropCounter(
  instance: string,
  reason: string,
  times: Pick<Counter, "packets" | "scrapes">,
  labels: Readonly<Record<string, string>> = {},
): Counter {
  const direction = reason === "Policy denied" ? "INGRESS" : "EGRESS";
  return { metric: "cilium_drop_count", labels: { ...target(instance), reason, direction, ...labels }, ...times };
}

export function forwardCounter(instance: string, times: Pick<Counter, "packets" | "scrapes">): Counter {
  return { metric: "cilium_forward_count", labels: { ...target(instance), direction: "INGRESS" }, ...times };
}

/** OpenMetrics with times, as promtool takes it: within one series oldest first. */
export function* openMetrics(given: readonly Scene[]): Iterable<string> {
  const scenes = [...given].sort((left, right) => left.to - right.to);
  for (const metric of ["cilium_drop_count", "cilium_forward_count"]) {
    yield `# TYPE ${metric} counter\n`;
    for (const counter of scenes.flatMap(({ counters }) => counters).filter((one) => one.metric === metric)) {
      const labels = Object.entries(counter.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      for (const { time, value } of samplesOf(counter.packets, counter.scrapes))
        yield `${metric}_total{${labels.join(",")}} ${value} ${time / 1000}\n`;
    }
  }
  yield "# EOF\n";
}

function target(instance: string): Record<string, string> {
  return { instance, job: "cilium", k8s_app: "cilium", namespace: "kube-system", pod: "cilium-old" };
}

/** Every metric of the program, with name, help and labels, in one file. Served on the admin port's /metrics. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "cilium_chatops_" });
  const registers = [registry];
  return {
    registry,
    commands: new Counter({
      name: "cilium_chatops_commands_total",
      help: "Commands by name and how they ended at the door: working, refused, not_taken.",
      labelNames: ["command", "result"],
      registers,
    }),
    answers: new Histogram({
      name: "cilium_chatops_answer_seconds",
      help: "From the moment a person asked to the answer in the outbox.",
      labelNames: ["command"],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    questions: new Histogram({
      name: "cilium_chatops_source_query_seconds",
      help: "Source queries by source and how they ended: ok, failed, late.",
      labelNames: ["source", "status"],
      buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    deliveries: new Counter({
      name: "cilium_chatops_deliveries_total",
      help: "Deliveries by platform and result: sent, retried, given_up.",
      labelNames: ["platform", "result"],
      registers,
    }),
    workerErrors: new Counter({
      name: "cilium_chatops_worker_errors_total",
      help: "Errors of queue workers outside of jobs (lost Redis connections, expired locks), by queue.",
      labelNames: ["queue"],
      registers,
    }),
    redisUp: new Gauge({ name: "cilium_chatops_redis_up", help: "1 while the Redis connection is ready.", registers }),
  };
}

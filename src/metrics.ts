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
    acknowledged: new Histogram({
      name: "cilium_chatops_acknowledge_seconds",
      help: "From a person's request to the reply, by kind (command, mention, message, button) and status: working, refused, not_taken.",
      labelNames: ["kind", "status"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 1, 3],
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
      help: "Deliveries by platform and result: sent, retried, parked (tried again for a day), given_up.",
      labelNames: ["platform", "result"],
      registers,
    }),
    slackCalls: new Counter({
      name: "cilium_chatops_slack_calls_total",
      help: "Requests to Slack by method (a Web API method, response_url, upload) and result: ok, rate_limited, unknown, refused.",
      labelNames: ["method", "result"],
      registers,
    }),
    slackStrays: new Counter({
      name: "cilium_chatops_slack_strays_total",
      help: "Posts that were repeated although an earlier attempt may have been shown.",
      registers,
    }),
    slackPictures: new Counter({
      name: "cilium_chatops_slack_pictures_total",
      help: "Pictures of charts by where people see them: shown (in the answer), thread (a file), link, failed (its numbers alone).",
      labelNames: ["result"],
      registers,
    }),
    teamsCalls: new Counter({
      name: "cilium_chatops_teams_calls_total",
      help: "Requests to Teams by method (post, update, typing) and result: ok, rate_limited, unknown, refused.",
      labelNames: ["method", "result"],
      registers,
    }),
    teamsStrays: new Counter({
      name: "cilium_chatops_teams_strays_total",
      help: "Posts that were repeated although an earlier attempt may have been shown.",
      registers,
    }),
    teamsMinimal: new Counter({
      name: "cilium_chatops_teams_minimal_total",
      help: "Cards that Teams refused, as too large or badly written, and that were shown as their text.",
      registers,
    }),
    teamsPictures: new Counter({
      name: "cilium_chatops_teams_pictures_total",
      help: "Pictures of charts by where people see them: link, inline (in the card), failed (its numbers alone).",
      labelNames: ["result"],
      registers,
    }),
    notifications: new Counter({
      name: "cilium_chatops_alert_notifications_total",
      help: "Notifications of Alertmanager or Grafana by result: stored, refused (never repeated), busy (sent again).",
      labelNames: ["result"],
      registers,
    }),
    alerts: new Counter({
      name: "cilium_chatops_alerts_total",
      help: "Groups of alerts by what became of them: opened (a thread), changed, repeated (nothing new), stormed (in a storm's one thread); unrouted counts single alerts.",
      labelNames: ["result"],
      registers,
    }),
    recordedFlows: new Counter({
      name: "cilium_chatops_recorder_flows_total",
      help: "Refused flows by cluster and what became of them: recorded, shed (thrown away because Redis was slow or away), lost (by Hubble itself).",
      labelNames: ["cluster", "result"],
      registers,
    }),
    recorderRestarts: new Counter({
      name: "cilium_chatops_recorder_restarts_total",
      help: "Streams opened again, by cluster and reason: failed, ended, deaf, node, silent.",
      labelNames: ["cluster", "reason"],
      registers,
    }),
    recorderBytes: new Gauge({
      name: "cilium_chatops_recorder_bytes",
      help: "Size of a cluster's recording by place: redis, or pending in this process.",
      labelNames: ["cluster", "place"],
      registers,
    }),
    recorderLeading: new Gauge({
      name: "cilium_chatops_recorder_leading",
      help: "1 where this process records the cluster.",
      labelNames: ["cluster"],
      registers,
    }),
    edgeOpenings: new Counter({
      name: "cilium_chatops_edges_openings_total",
      help: "Connection openings by cluster and what became of them: taken (into the hourly sketches), shed (faster than the limit), lost (by Hubble itself).",
      labelNames: ["cluster", "result"],
      registers,
    }),
    edgeBytes: new Gauge({
      name: "cilium_chatops_edges_bytes",
      help: "Size of a cluster's hourly sketches in Redis, where this process keeps them.",
      labelNames: ["cluster"],
      registers,
    }),
    digests: new Counter({
      name: "cilium_chatops_digests_total",
      help: "Scheduled digests by result: sent, skipped (the bot was down for too long), refused (not allowed any more).",
      labelNames: ["result"],
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

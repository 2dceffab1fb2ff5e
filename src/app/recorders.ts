/** A recorder for each cluster with Relay, on a connection to Redis of its own: what it writes must not stand in front of what people wait for. */
import type { WorkloadOf } from "../analysis/endpoint-name.ts";
import type { Redaction } from "../analysis/redact.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { type Recorder, startRecorder } from "../recorder/recorder.ts";
import { closeRedis, connectProducer, replaceWhenDeaf } from "../store/redis.ts";

export interface RecordersOptions {
  readonly config: Pick<Config, "redis" | "clusters" | "recorder">;
  readonly redaction: Redaction;
  /** By cluster: what Kubernetes knows of pods. */
  readonly workloadOf: ReadonlyMap<string, WorkloadOf | undefined>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Recorders {
  status(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export function startRecorders({ config, redaction, workloadOf, metrics, log }: RecordersOptions): Recorders {
  const { keep, maxMegabytes, edges, edgesMegabytesPerDay } = config.recorder;
  const redis = connectProducer(config.redis.url, (error) => log.warn({ err: error.message }, "redis connection"));
  replaceWhenDeaf(redis);
  redis.connect().catch(() => undefined); // reported by the error event; reconnects by itself
  const recorders = config.clusters.flatMap(({ name: cluster, hubble }): [string, Recorder][] => {
    if (!hubble) return [];
    const recorder = startRecorder({
      ...{ cluster, relay: hubble, redis, prefix: config.redis.prefix, redact: redaction.flow, log },
      ...{ keepMs: keep, maxBytes: maxMegabytes * 1024 * 1024 },
      edges: edges
        ? {
            mostBytesPerDay: edgesMegabytesPerDay * 1024 * 1024,
            ...{ redaction, workloadOf: workloadOf.get(cluster) },
            onFlush: (stored) => metrics.edgeBytes.set({ cluster }, stored),
            onCount: (result, count) => metrics.edgeOpenings.inc({ cluster, result }, count),
          }
        : undefined,
      metrics: {
        recorded: (flows) => metrics.recordedFlows.inc({ cluster, result: "recorded" }, flows),
        shed: (flows) => metrics.recordedFlows.inc({ cluster, result: "shed" }, flows),
        lost: (events) => metrics.recordedFlows.inc({ cluster, result: "lost" }, events),
        restarted: (reason) => metrics.recorderRestarts.inc({ cluster, reason }),
        leading: (is) => metrics.recorderLeading.set({ cluster }, is ? 1 : 0),
        bytes(stored, pending) {
          metrics.recorderBytes.set({ cluster, place: "redis" }, stored);
          metrics.recorderBytes.set({ cluster, place: "pending" }, pending);
        },
      },
    });
    return [[cluster, recorder]];
  });
  return {
    status: () =>
      Object.fromEntries(
        recorders.map(([cluster, recorder]) => {
          const { leading, trouble } = recorder.status();
          return [`recorder-${cluster}`, `${leading ? "records" : "stands by"}${trouble ? `: ${trouble}` : ""}`];
        }),
      ),
    async close() {
      await Promise.all(recorders.map(([, recorder]) => recorder.close()));
      await closeRedis(redis);
    },
  };
}

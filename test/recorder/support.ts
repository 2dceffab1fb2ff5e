/** A recorder between a lab's Relay and a real Redis, and what it wrote. */

import { EventType, type Flow, Verdict } from "../../src/analysis/flow.ts";
import { isDenial } from "../../src/analysis/l7-denials.ts";
import { createWorld } from "../../src/lab/world/create.ts";
import type { LedgerEntry, World } from "../../src/lab/world/world.ts";
import { createLog } from "../../src/log.ts";
import { type Recorder, type RecorderOptions, startRecorder } from "../../src/recorder/recorder.ts";
import { createRecordings, type RecordingFinding } from "../../src/recorder/recordings.ts";
import { closeRedis, connectProducer, type Redis, replaceWhenDeaf, waitForRedis } from "../../src/store/redis.ts";

export const prefix = "{recorder-test}";
export const cluster = "lab";
export const minute = 60_000;

/** Rule1 at L7 for the last five minutes, at L3/L4 before. */
export function liveWorld(history = 10 * minute): World {
  const now = Date.now();
  return createWorld({
    seed: 7,
    now,
    history,
    steps: [
      { step: "l3-l4", at: now - history },
      { step: "l7", at: now - 5 * minute },
    ],
    scenarios: ["webpod"],
  });
}

export interface Connected extends AsyncDisposable {
  readonly redis: Redis;
}

export async function connect(url: string): Promise<Connected> {
  const redis = connectProducer(url, () => undefined);
  replaceWhenDeaf(redis);
  await waitForRedis(redis, 5_000);
  return { redis, [Symbol.asyncDispose]: () => closeRedis(redis) };
}

export interface Running extends AsyncDisposable {
  readonly recorder: Recorder;
}

export function record(relay: string, redis: Redis, more: Partial<RecorderOptions> = {}): Running {
  const recorder = startRecorder({
    ...{ cluster, redis, prefix, log: createLog("silent"), relay: { address: relay, tls: { enabled: false } } },
    ...more,
  });
  return { recorder, [Symbol.asyncDispose]: () => recorder.close() };
}

export interface Recorded extends RecordingFinding {
  readonly list: readonly Flow[];
}

export async function readAll(redis: Redis, from = 0, to = Date.now() + minute): Promise<Recorded> {
  const list: Flow[] = [];
  const finding = await createRecordings(redis, prefix).read({
    ...{ cluster, from, to, signal: AbortSignal.timeout(20_000) },
    onFlow: (flow) => list.push(flow),
  });
  return { ...finding, list };
}

/** Packets and refused requests per node, as the ledger and as flows tell them. */
export function tallyLedger(entries: readonly LedgerEntry[]): Map<string, number> {
  return counted(entries.map(({ node, kind }) => `${node} ${kind}`));
}

export function tallyFlows(flows: readonly Flow[]): Map<string, number> {
  return counted(
    flows.flatMap((flow) => {
      if (isDenial(flow)) return [`${flow.node} request`];
      return flow.verdict === Verdict.dropped && flow.eventType === EventType.drop ? [`${flow.node} packet`] : [];
    }),
  );
}

export function doubled(flows: readonly Flow[]): string[] {
  const ids = flows.map(({ uuid }) => uuid);
  return ids.filter((uuid, at) => uuid === "" || ids.indexOf(uuid) !== at);
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of [...keys].sort()) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

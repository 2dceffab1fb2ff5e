/**
 * Keeps one stream of a cluster's refused flows open: again at once when its time is up, after a growing pause when it fails, and in between when something
 * is wrong that the stream itself does not say: a connection whose peer is gone, a node that Relay lost, a node that fell silent while others talk.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Flow } from "../analysis/flow.ts";
import { toBotError } from "../errors.ts";
import type { Follow } from "../sources/hubble/follow.ts";
import type { Nodes } from "./nodes.ts";
import type { Gap } from "./note.ts";

export const restartReasons = ["failed", "ended", "deaf", "node", "silent"] as const;
/** Why a stream was opened again: an error, its time was up, no answer to a ping, a node that is away, a node that fell silent. */
export type RestartReason = (typeof restartReasons)[number];

export interface FollowerOptions {
  readonly follow: Follow;
  readonly nodes: Nodes;
  readonly onFlow: (flow: Flow) => void;
  readonly onLost: (count: number) => void;
  readonly onGaps: (gaps: readonly Gap[]) => void;
  readonly onMalformed: (count: number) => void;
  readonly onRestart: (reason: RestartReason, failure: Error | undefined) => void;
}

const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** By then a stream has told what it has to tell of the past, and rings have said how far they reach. */
const settleMs = 3_000;
const oldestMs = 2_000;
const watchEveryMs = 500;
const pingEveryMs = 5_000;
const pingMs = 4_000;
const silenceMs = 30_000;
const firstNodeRetryMs = 5_000;
const longestNodeRetryMs = 60_000;

/** Resolves when `signal` aborts. */
export async function followOn(options: FollowerOptions, signal: AbortSignal): Promise<void> {
  const { onRestart, nodes, follow } = options;
  let pause = firstPauseMs;
  let nodeRetryMs = firstNodeRetryMs;
  while (!signal.aborted) {
    const { reason, failure, settled } = await followOnce(options, nodeRetryMs, signal);
    if (signal.aborted) return;
    onRestart(reason, failure);
    if (reason === "deaf" || reason === "failed") follow.reconnect();
    nodeRetryMs = nodes.away().length > 0 ? Math.min(nodeRetryMs * 2, longestNodeRetryMs) : firstNodeRetryMs;
    if (settled && failure === undefined) pause = firstPauseMs;
    // Half of it by chance, so that recorders do not come back together.
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, longestPauseMs);
  }
}

interface Opening {
  readonly reason: RestartReason;
  readonly failure: Error | undefined;
  readonly settled: boolean;
}

async function followOnce(options: FollowerOptions, nodeRetryMs: number, signal: AbortSignal): Promise<Opening> {
  const { follow, nodes, onFlow, onLost, onGaps, onMalformed } = options;
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  let reason: RestartReason = "ended";
  let settled = false;
  let heard: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    heard = () => {
      nodes.heard();
      resolve();
    };
  });
  const giveUp = (why: RestartReason) => {
    reason = why;
    abort();
  };

  const settling = (async () => {
    await first;
    const later = sleep(settleMs, undefined, { signal: stop.signal });
    const [oldest] = await Promise.all([follow.oldest(oldestMs, stop.signal), later]);
    settled = true;
    onGaps(nodes.settle(oldest));
  })().catch(() => undefined); // the stream ended before; the next one says it
  const watching = watch(follow, nodes, nodeRetryMs, stop.signal, giveUp);

  let failure: Error | undefined;
  try {
    const since = nodes.opening();
    const end = await follow.run(
      since,
      {
        flow(flow) {
          heard();
          if (nodes.accept(flow)) onFlow(flow);
        },
        nodes(state, names) {
          heard();
          nodes.status(state, names);
        },
        lost(_, count) {
          heard();
          onLost(count);
        },
      },
      stop.signal,
    );
    failure = end.failure;
    if (end.malformed > 0) onMalformed(end.malformed);
  } catch (thrown) {
    failure = toBotError(thrown);
  }
  if (failure !== undefined && reason === "ended") reason = "failed";
  abort();
  signal.removeEventListener("abort", abort);
  heard = () => undefined;
  await Promise.race([Promise.all([settling, watching]), sleep(pingMs)]);
  return { reason, failure, settled };
}

/** Resolves when `signal` aborts, which is what giving up leads to. */
async function watch(
  follow: Follow,
  nodes: Nodes,
  nodeRetryMs: number,
  signal: AbortSignal,
  giveUp: (why: RestartReason) => void,
): Promise<void> {
  const openedAt = Date.now();
  let pingedAt = openedAt;
  let unanswered = 0;
  while (!signal.aborted) {
    await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    if (Date.now() - openedAt > nodeRetryMs && nodes.away().length > 0) return giveUp("node");
    if (nodes.silent(silenceMs) !== undefined) return giveUp("silent");
    if (Date.now() - pingedAt < pingEveryMs) continue;
    pingedAt = Date.now();
    const isAlive = await follow.alive(pingMs).catch(() => false);
    unanswered = isAlive ? 0 : unanswered + 1;
    if (isAlive) nodes.heard();
    else if (unanswered >= 2) return giveUp("deaf");
  }
}

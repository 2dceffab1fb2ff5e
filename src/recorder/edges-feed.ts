/**
 * Connection openings as they happen, on a stream of their own: the first packet of TCP connections (SYN without ACK), and of every other protocol the policy verdicts, which
 * agents send once for a connection; those tell which policies match. UDP has no opening that all agents report, so no edges come of it. A connection is seen at several
 * points on its way and counted once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { EventType, type Flow, Verdict } from "../analysis/flow.ts";
import { isOpening } from "../analysis/sketch/edge-of.ts";
import type { ChannelTarget } from "../sources/hubble/channel.ts";
import { createFollow, type Followed } from "../sources/hubble/follow.ts";
import type { EdgeKeeper, EdgesOptions } from "./edges.ts";
import { followOn } from "./follower.ts";
import { createNodes } from "./nodes.ts";
import { noReach } from "./note.ts";
import { createSeen } from "./seen.ts";

export interface EdgesFeedOptions extends Pick<EdgesOptions, "mostPerSecond" | "onCount"> {
  readonly relay: ChannelTarget;
  readonly keeper: EdgeKeeper;
  readonly redact: (flow: Flow) => Flow;
  readonly clock: () => number;
  /** Nodes whose refused flows are followed, for how much is observed. */
  readonly refusedNodes: () => number;
  readonly onTrouble: (what: string) => void;
}

const passes = [Verdict.forwarded, Verdict.redirected];
const opened: Followed = {
  whitelist: [
    { verdict: passes, tcpFlags: [{ SYN: true }], reply: [false] },
    { verdict: passes, eventType: [{ type: EventType.policyVerdict }] },
  ],
  blacklist: [{ tcpFlags: [{ SYN: true, ACK: true }] }],
  wants: (flow) => isOpening(flow) || isAllowed(flow),
};

function isAllowed({ eventType, verdict }: Flow): boolean {
  return eventType === EventType.policyVerdict && passes.some((one) => one === verdict);
}

const usualPerSecond = 20_000;
/** A stream that is opened again begins so much before its end, and a new leader's before its start. */
const backMs = 10_000;
const remembered = 100_000;
const rememberedConnections = 50_000;
const lookMs = 1_000;

/** Resolves when `signal` aborts. */
export async function feedEdges(options: EdgesFeedOptions, signal: AbortSignal): Promise<void> {
  const { relay, keeper, redact, clock, refusedNodes, onTrouble, onCount, mostPerSecond = usualPerSecond } = options;
  const nodes = createNodes({ reach: noReach, keepMs: backMs, clock, pendingSince: () => undefined });
  const seen = createSeen(remembered);
  const connections = createConnections();
  const follow = createFollow(relay, opened);
  let left = mostPerSecond;
  let taken = 0;
  let shed = 0;
  let lost = 0;

  function take(flow: Flow): void {
    if (!seen.add(flow)) return;
    if (left <= 0) {
      shed += 1;
      return;
    }
    left -= 1;
    try {
      const shown = redact(flow);
      keeper.policies(shown);
      if (!isOpening(flow) || !connections.add(flow)) return;
      taken += 1;
      keeper.opening(shown);
    } catch (thrown) {
      shed += 1;
      onTrouble(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  async function look(): Promise<void> {
    let lookedAt = clock();
    while (!signal.aborted) {
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
      const now = clock();
      const seconds = Math.min(5, Math.max(0, (now - lookedAt) / 1_000));
      lookedAt = now;
      left = mostPerSecond;
      const connected = nodes.connected();
      keeper.observed({
        dropSeconds: refusedNodes() > 0 ? seconds : 0,
        openingSeconds: connected > 0 ? seconds : 0,
        openings: taken,
        ...{ shed, lost },
        // While a stream is opened again nobody knows.
        ...(connected > 0 && { connected, total: connected + nodes.away().length }),
      });
      onCount?.("taken", taken);
      onCount?.("shed", shed);
      onCount?.("lost", lost);
      taken = 0;
      shed = 0;
      lost = 0;
    }
  }

  const following = followOn(
    {
      ...{ follow, nodes, onFlow: take },
      onLost(count) {
        lost += count;
      },
      onGaps: () => undefined, // seconds observed tell them
      onMalformed(count) {
        shed += count;
      },
      onRestart(_, failure) {
        if (failure) onTrouble(failure.message);
      },
    },
    signal,
  );
  await Promise.all([following, look()]);
  follow.close();
}

/** Which connections were seen lately, by their two ends: the points on a packet's way are milliseconds apart. A port that is used again so soon is not counted again. */
function createConnections() {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    /** False: seen before. */
    add({ sourceIp, sourcePort, destinationIp, destinationPort }: Flow): boolean {
      const key = `${sourceIp} ${sourcePort} ${destinationIp} ${destinationPort}`;
      if (young.has(key) || old.has(key)) return false;
      young.add(key);
      if (young.size >= rememberedConnections) [old, young] = [young, new Set()];
      return true;
    },
  };
}

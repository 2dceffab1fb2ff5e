/** Flows from Hubble Relay: questions answered while the flows stream by, over one channel per cluster. */
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { Redaction } from "../../analysis/redact.ts";
import { BotError } from "../../errors.ts";
import type { HubbleQuestion, NodesFinding, Source } from "../question.ts";
import { answerReplay, emptyReplay, isReplay, longestReadMs, type ReadWorld } from "../replay/answer.ts";
import { createReplayer } from "../replay/replayer.ts";
import { captureFromRelay } from "./capture-relay.ts";
import { emptyCapture, unkept } from "./capture-run.ts";
import { type ChannelTarget, createChannel } from "./channel.ts";
import { createDecoder } from "./decode.ts";
import { withOutsideNames } from "./drop-names.ts";
import { askRelayForList } from "./flow-list-relay.ts";
import { createFlowRun, emptyFinding } from "./flow-run.ts";
import { emptyFollow } from "./follow-run.ts";
import { followFromRelay } from "./follow-run-relay.ts";
import { createL7Run, isL7 } from "./l7-run.ts";
import { createLaterRun } from "./later-run.ts";
import { createMapRun } from "./map-run.ts";
import { createMasks } from "./masks.ts";
import { readNodes } from "./nodes.ts";
import { createReadPast, type Past } from "./past.ts";
import { askRelay } from "./relay-question.ts";
import { createReplayRun } from "./replay-run.ts";
import { type ResolveTarget, resolveOrText } from "./resolve-target.ts";
import { askStatus, type RelayStatus } from "./status.ts";
import { createTopRun, emptyTop } from "./top-run.ts";
import { areKnown, createTraceRun, emptyTrace, resolveEnds } from "./trace-run.ts";

export interface HubbleOptions extends ChannelTarget {
  /** The cluster's name, for logs. */
  readonly name: string;
  /** What the cluster makes of a target; without it targets are matched by their text. */
  readonly resolve?: ResolveTarget | undefined;
  /** The workload that runs a pod, asked for ends that flows name without it. */
  readonly workloadOf?: WorkloadOf | undefined;
  /** The cluster's policies and endpoints; without it flows are held against what was asked about alone. */
  readonly world?: ReadWorld | undefined;
  /** What may not leave; the built-in rules where nothing is said. */
  readonly redaction?: Redaction | undefined;
  /** What was kept of the flows that rings no longer hold. */
  readonly past?: Past | undefined;
}

export interface Hubble {
  readonly answer: Source<HubbleQuestion>;
  /** Relay's own view: version, connected and unavailable nodes, rings. */
  status(signal: AbortSignal): Promise<RelayStatus>;
  /** The same node by node. */
  nodes(signal: AbortSignal): Promise<NodesFinding>;
  /** Ends the channel and what runs on it. */
  close(): Promise<void>;
}

export function createHubble(options: HubbleOptions): Hubble {
  const { name, address, tls, resolve, workloadOf, redaction, past, world } = options;
  const replayer = createReplayer();
  const channel = createChannel({ address, tls });
  const summing = { decoder: createDecoder(), masks: createMasks() };
  const listing = { decoder: createDecoder({ everything: true }), masks: createMasks({ everything: true }) };
  const earlier = past && createReadPast(past, name);
  const closing = new AbortController();
  const throwIfClosed = () => {
    if (closing.signal.aborted) throw new BotError("CANCELLED", `hubble of ${name} is closed`);
  };

  return {
    async answer(question, signal, running = unkept) {
      throwIfClosed();
      const scope = joined(signal, closing.signal);
      try {
        if (question.ask === "later") {
          const start = () => createLaterRun({ question, workloadOf, redaction });
          return await askRelay({ client: await channel.client(), address, signal: scope.signal, ...summing, start });
        }
        if (question.ask === "trace") {
          const ends = await resolveEnds(question, resolve, scope.signal);
          if (!areKnown(ends)) return emptyTrace(ends);
          const start = () => createTraceRun({ question, ...ends, workloadOf, redaction });
          return await askRelay({ client: await channel.client(), address, signal: scope.signal, ...listing, start });
        }
        const resolution = await resolveOrText(question, resolve, scope.signal);
        if (resolution?.status === "ambiguous" || resolution?.status === "unknown")
          return question.ask === "capture"
            ? emptyCapture(question, resolution)
            : question.ask === "follow"
              ? emptyFollow(resolution)
              : isReplay(question)
                ? emptyReplay(question, resolution)
                : question.ask === "top"
                  ? emptyTop(resolution)
                  : emptyFinding(question.ask, resolution);
        const asking = { client: await channel.client(), address, signal: scope.signal, past: earlier };
        if (question.ask === "capture") {
          const asked = { question, resolution, workloadOf, redaction };
          return await captureFromRelay({ ...asking, ...listing, ...asked, running });
        }
        if (question.ask === "follow")
          return await followFromRelay({ ...asking, ...listing, question, resolution, workloadOf, redaction, running });
        if (isReplay(question)) {
          const start = () => createReplayRun({ question, resolution, workloadOf, redaction });
          const reading = joined(scope.signal, AbortSignal.timeout(longestReadMs));
          const read = await askRelay({ ...asking, ...summing, start, signal: reading.signal }).finally(
            reading.release,
          );
          return await answerReplay(
            { question, resolution, read, world, replayer, signal: scope.signal },
            running.keep,
          );
        }
        if (question.ask === "flows")
          return await askRelayForList({ ...asking, ...listing, question, resolution, redaction });
        const options = { resolution, workloadOf, redaction };
        if (isL7(question)) {
          const start = () => createL7Run({ ...options, question });
          return await askRelay({ ...asking, ...summing, start });
        }
        if (question.ask === "top") {
          const start = () => createTopRun({ ...options, question });
          return await askRelay({ ...asking, ...summing, start });
        }
        const start = () =>
          question.ask === "map" ? createMapRun({ ...options, question }) : createFlowRun({ ...options, question });
        const finding = await askRelay({ ...asking, ...summing, start });
        if (finding.ask !== "drops") return finding;
        return await withOutsideNames(finding, {
          ...asking,
          ...summing,
          workloadOf,
          redaction,
          visible: question.visible,
          named: question.ask === "drops" ? question.named : undefined,
        });
      } catch (thrown) {
        if (thrown instanceof BotError && thrown.code === "UNREACHABLE") channel.renew();
        throw thrown;
      } finally {
        scope.release();
      }
    },
    async status(signal) {
      throwIfClosed();
      return await askStatus(await channel.client(), address, signal);
    },
    async nodes(signal) {
      throwIfClosed();
      const scope = joined(signal, closing.signal);
      try {
        const client = await channel.client();
        return await readNodes({ client, decoder: summing.decoder, address, cluster: name, past }, scope.signal);
      } catch (thrown) {
        if (thrown instanceof BotError && thrown.code === "UNREACHABLE") channel.renew();
        throw thrown;
      } finally {
        scope.release();
      }
    },
    close() {
      closing.abort(new DOMException(`hubble of ${name} is closed`, "AbortError"));
      channel.close();
      return replayer.close();
    },
  };
}

/** Aborted when either is. `AbortSignal.any` would keep each question's signal alive as long as the channel (Node 20). */
function joined(one: AbortSignal, other: AbortSignal) {
  const controller = new AbortController();
  const abortOne = () => controller.abort(one.reason);
  const abortOther = () => controller.abort(other.reason);
  if (one.aborted) abortOne();
  if (other.aborted) abortOther();
  one.addEventListener("abort", abortOne, { once: true });
  other.addEventListener("abort", abortOther, { once: true });
  return {
    signal: controller.signal,
    release() {
      one.removeEventListener("abort", abortOne);
      other.removeEventListener("abort", abortOther);
    },
  };
}

/** Flows from Hubble Relay: questions answered while the flows stream by, over one channel per cluster. */
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import { BotError } from "../../errors.ts";
import type { FlowsQuestion, Source } from "../question.ts";
import { type ChannelTarget, createChannel } from "./channel.ts";
import { createDecoder } from "./decode.ts";
import { createFlowRun, emptyFinding } from "./flow-run.ts";
import { createMasks } from "./masks.ts";
import { askRelay } from "./relay-question.ts";
import { type ResolveTarget, resolveOrText } from "./resolve-target.ts";
import { askStatus, type RelayStatus } from "./status.ts";

export interface HubbleOptions extends ChannelTarget {
  /** The cluster's name, for logs. */
  readonly name: string;
  /** What the cluster makes of a target; without it targets are matched by their text. */
  readonly resolve?: ResolveTarget | undefined;
  /** The workload that runs a pod, asked for ends that flows name without it. */
  readonly workloadOf?: WorkloadOf | undefined;
}

export interface Hubble {
  readonly answer: Source<FlowsQuestion>;
  /** Relay's own view: version, connected and unavailable nodes, rings. */
  status(signal: AbortSignal): Promise<RelayStatus>;
  /** Ends the channel and what runs on it. */
  close(): void;
}

export function createHubble({ name, address, tls, resolve, workloadOf }: HubbleOptions): Hubble {
  const channel = createChannel({ address, tls });
  const decoder = createDecoder();
  const masks = createMasks();
  const closing = new AbortController();
  const throwIfClosed = () => {
    if (closing.signal.aborted) throw new BotError("CANCELLED", `hubble of ${name} is closed`);
  };

  return {
    async answer(question, signal) {
      throwIfClosed();
      const scope = joined(signal, closing.signal);
      try {
        const resolution = await resolveOrText(question, resolve, scope.signal);
        if (resolution?.status === "ambiguous" || resolution?.status === "unknown")
          return emptyFinding(question.ask, resolution);
        const start = () => createFlowRun({ question, resolution, workloadOf });
        const client = await channel.client();
        const { window } = question;
        return await askRelay({ client, decoder, masks, address, start, window, signal: scope.signal });
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
    close() {
      closing.abort(new DOMException(`hubble of ${name} is closed`, "AbortError"));
      channel.close();
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

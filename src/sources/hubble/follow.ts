/**
 * Relay's stream of what went wrong, as it happens: dropped and failed flows, and the 403 with which a proxy answers a request that it refused (or of what else
 * is asked for). One opening of the stream lasts two minutes at most (a call has a deadline) and ends in a verdict on what to do next; opening it again is the caller's.
 */
import { type Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { compileFilters } from "../../analysis/filter-match.ts";
import type { Flow } from "../../analysis/flow.ts";
import { keptFlows } from "../../analysis/kept-flows.ts";
import { type Channel, type ChannelTarget, createChannel } from "./channel.ts";
import { createDecoder, type FlowSink } from "./decode.ts";
import { grpcError } from "./grpc-error.ts";
import { lostSources } from "./json-enums.ts";
import { createMasks, refusesMask } from "./masks.ts";
import { askOldest } from "./oldest.ts";
import { type RunningStream, streamFlows } from "./stream.ts";
import { healthMethods, msTimestamp, type WireFilter } from "./wire.ts";

export interface FollowSink {
  flow(flow: Flow): void;
  /** NodeState: 1 connected, 2 unavailable, 3 gone, 4 error. */
  nodes(state: number, names: readonly string[], message: string): void;
  /** Hubble's own loss. */
  lost(source: string, count: number): void;
}

export interface Follow {
  /** Resolves when the stream is over, whatever the reason: a BotError when it is a failure, undefined when it is merely over. */
  run(since: number, sink: FollowSink, signal: AbortSignal): Promise<FollowEnd>;
  /** Per node, the oldest flow that its ring has now; undefined when nobody said so within `ms`. */
  oldest(ms: number, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined>;
  /** Whether Relay answers at all within `ms`: a connection that lost its peer looks like a quiet one. */
  alive(ms: number): Promise<boolean>;
  /** A new connection for whatever comes next. */
  reconnect(): void;
  close(): void;
}

export interface FollowEnd {
  readonly failure: Error | undefined;
  /** Messages that were none. */
  readonly malformed: number;
}

/** What a stream brings: filters for the server, and the same again for one that does not know them all. */
export interface Followed {
  readonly whitelist: readonly WireFilter[];
  readonly blacklist: readonly WireFilter[];
  readonly wants: (flow: Flow) => boolean;
}

const refused: Followed = { whitelist: keptFlows, blacklist: [], wants: compileFilters(keptFlows, []) };

export function createFollow(target: ChannelTarget, { whitelist, blacklist, wants }: Followed = refused): Follow {
  const decoder = createDecoder({ everything: true });
  const masks = createMasks({ everything: true });
  let channel: Channel = createChannel(target);
  return {
    async run(since, sink, signal) {
      const mask = masks.current();
      let maskRefused = false;
      let stream: RunningStream | undefined;
      const reading: FlowSink = {
        flow(flow) {
          if (wants(flow)) sink.flow(flow);
        },
        nodes({ state, nodes, message }) {
          if (mask === undefined || !refusesMask(message)) return sink.nodes(state, nodes, message);
          maskRefused = true;
          stream?.stop();
        },
        lost: ({ source, count }) => sink.lost(lostSources[source] ?? String(source), count),
      };
      const client = await channel.client();
      const request = {
        whitelist: [...whitelist],
        ...(blacklist.length > 0 && { blacklist: [...blacklist] }),
        follow: true,
        since: msTimestamp(Math.max(0, since)),
        ...(mask && { fieldMask: mask }),
      };
      stream = streamFlows(client, decoder, request, reading, signal);
      const { code, details, malformed } = await stream.end;
      maskRefused ||= mask !== undefined && code !== status.OK && refusesMask(details);
      const isOver = signal.aborted || (maskRefused && masks.degrade(mask)) || usual.has(code);
      return { malformed, failure: isOver ? undefined : grpcError(code, details, target.address) };
    },
    async oldest(ms, signal) {
      return await askOldest(await channel.client(), decoder, signal).within(ms);
    },
    async alive(ms) {
      return await isAlive(await channel.client(), ms);
    },
    reconnect() {
      channel.close();
      channel = createChannel(target);
    },
    close: () => channel.close(),
  };
}

/** Relay ended it, or its time was up. */
const usual: ReadonlySet<number> = new Set([status.OK, status.DEADLINE_EXCEEDED]);
/** What a peer that is there does not say. */
const silent: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED]);

function isAlive(client: Client, ms: number): Promise<boolean> {
  const { path, requestSerialize, responseDeserialize } = healthMethods.check;
  const options = { deadline: Date.now() + ms };
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, new Metadata(), options, (error) =>
      resolve(error === null || !silent.has((error as ServiceError).code)),
    );
  });
}

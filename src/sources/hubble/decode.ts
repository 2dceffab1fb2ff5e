/**
 * GetFlowsResponse bytes → Flow, node status or lost events, by hand: a generated decoder makes an object for every sub-message of every flow, this one
 * keeps one object per distinct endpoint and one string per distinct address and skips what no answer needs. Field numbers: observer.proto and flow.proto
 * (1.19). Unknown fields are skipped, unknown enum numbers kept, bytes that are no message counted.
 */
import type { Flow } from "../../analysis/flow.ts";
import { big, type Cursor, chunkEnd, ends, Malformed, skip, uint } from "./cursor.ts";
import { createFlowReader } from "./decode-flow.ts";
import { chunk, field, readText, varint } from "./decode-l7.ts";
import { createTexts } from "./intern.ts";

/** relay.NodeStatusEvent. */
export interface NodeStatus {
  /** NodeState: 1 connected, 2 unavailable, 3 gone, 4 error. */
  readonly state: number;
  readonly nodes: readonly string[];
  readonly message: string;
}

export interface LostEvents {
  /** LostEventSource: 1 PERF_EVENT_RING_BUFFER, 2 OBSERVER_EVENTS_QUEUE, 3 HUBBLE_RING_BUFFER. */
  readonly source: number;
  readonly count: number;
}

/** What comes out of a stream of flows, whatever it is read from. */
export interface FlowSink {
  flow(flow: Flow): void;
  nodes(status: NodeStatus): void;
  lost(events: LostEvents): void;
}

export interface Decoder {
  /** False when the bytes are no GetFlowsResponse; the sink then got nothing. */
  read(bytes: Buffer, sink: FlowSink): boolean;
}

/** Without `everything`, uuid, summary, allowing policies and HTTP headers stay empty: no reducer needs them, and headers carry credentials. */
export function createDecoder(options: { readonly everything?: boolean } = {}): Decoder {
  const cursor: Cursor = { bytes: nothing, at: 0 };
  const texts = createTexts();
  const readFlow = createFlowReader({ texts, everything: options.everything === true });

  /** Which of the three it is; the response's own node, at the end, is read only when the flow names none. */
  function readResponse(sink: FlowSink): void {
    const end = cursor.bytes.length;
    let kind = 0;
    let from = 0;
    let to = 0;
    let nodeAt = end;
    while (cursor.at < end) {
      const tag = uint(cursor);
      if (tag === field(1, chunk) || tag === field(2, chunk) || tag === field(3, chunk)) {
        kind = tag >>> 3;
        to = chunkEnd(cursor, end);
        from = cursor.at;
        cursor.at = to;
      } else {
        if (tag === field(1000, chunk)) nodeAt = cursor.at;
        skip(cursor, tag, end);
      }
    }
    ends(cursor, end);
    cursor.at = from;
    if (kind === 1) sink.flow(withNode(readFlow(cursor, to), nodeAt));
    else if (kind === 2) sink.nodes(readNodeStatus(cursor, to));
    else if (kind === 3) sink.lost(readLostEvents(cursor, to));
  }

  function withNode(flow: Flow, nodeAt: number): Flow {
    const end = cursor.bytes.length;
    if (flow.node !== "" || nodeAt === end) return flow;
    cursor.at = nodeAt;
    return { ...flow, node: readText(cursor, end, texts) };
  }

  return {
    read(bytes, sink) {
      cursor.bytes = bytes;
      cursor.at = 0;
      try {
        readResponse(sink);
        return true;
      } catch (thrown) {
        if (thrown instanceof Malformed) return false;
        throw thrown;
      } finally {
        cursor.bytes = nothing;
      }
    },
  };
}

const nothing = Buffer.alloc(0);

/** Bad UTF-8 becomes U+FFFD. */
function decodeText(bytes: Buffer, start: number, end: number): string {
  return bytes.toString("utf8", start, end);
}

function readNodeStatus(cursor: Cursor, end: number): NodeStatus {
  const nodes: string[] = [];
  let state = 0;
  let message = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) state = uint(cursor);
    else if (tag === field(2, chunk)) nodes.push(readText(cursor, end, decodeText));
    else if (tag === field(3, chunk)) message = readText(cursor, end, decodeText);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { state, nodes, message };
}

function readLostEvents(cursor: Cursor, end: number): LostEvents {
  let source = 0;
  let count = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) source = uint(cursor);
    else if (tag === field(2, varint)) count = big(cursor);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { source, count };
}

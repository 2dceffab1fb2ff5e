/**
 * A batch of flows as bytes, and back. Flows of one second repeat the same few endpoints, whose labels are four fifths of a record: so endpoints stand once
 * per batch, flows are arrays without their empty fields, and the whole is deflated. Hubble's JSON takes about 900 bytes a flow, this about 50, and keeps
 * everything that our Flow has.
 */
import { promisify } from "node:util";
import { deflateRawSync, inflateRaw } from "node:zlib";
import type { Endpoint, Flow, FlowDetails } from "../analysis/flow.ts";

/** Bytes of a batch that nobody could have written: one is at most a few hundred kilobytes. */
const longest = 32 * 1024 * 1024;
const version = 1;

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

export interface BatchWriter {
  add(flow: Flow): void;
  readonly count: number;
  /** Bytes so far, not deflated. */
  readonly size: number;
  /** Epoch milliseconds of the oldest and the newest flow; flows without a time do not count. */
  readonly from: number;
  readonly to: number;
  /**
   * Deflates what was added, on this thread: some two milliseconds a batch. On others a saturated reader would pile up batches faster than it hears that they
   * are done. Level 1: what more levels would save costs several times the time.
   */
  payload(): Buffer;
  /** The next batch begins. */
  clear(): void;
}

/** Larger than a usual batch. */
const usualBytes = 512 * 1024;
const head = `{"v":${version},"f":[`;

/** Writes into one piece of memory, batch after batch: a text for each flow, kept until its batch is full, is what garbage collectors are worst at. */
export function createBatch(): BatchWriter {
  const places = new Map<Endpoint, number>();
  const endpoints: string[] = [];
  let bytes = Buffer.allocUnsafe(usualBytes);
  let at = bytes.write(head);
  let count = 0;
  let endpointsSize = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = 0;

  function write(text: string): void {
    // Three bytes are the most that one of its characters takes.
    const most = at + text.length * 3;
    if (most > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, bytes.length * 2));
      bytes.copy(larger, 0, 0, at);
      bytes = larger;
    }
    at += bytes.write(text, at);
  }

  function place(endpoint: Endpoint): number {
    const known = places.get(endpoint);
    if (known !== undefined) return known;
    const text = JSON.stringify(endpoint);
    places.set(endpoint, endpoints.length);
    endpointsSize += text.length + 1;
    return endpoints.push(text) - 1;
  }

  return {
    add(flow) {
      const text = JSON.stringify(pack(flow, place(flow.source), place(flow.destination)));
      write(count === 0 ? text : `,${text}`);
      count += 1;
      if (flow.time <= 0) return;
      if (flow.time < from) from = flow.time;
      if (flow.time > to) to = flow.time;
    },
    get count() {
      return count;
    },
    get size() {
      return count === 0 ? 0 : at - head.length + endpointsSize;
    },
    get from() {
      return Math.min(from, to);
    },
    get to() {
      return to;
    },
    payload() {
      const end = at;
      write(`],"e":[${endpoints.join(",")}]}`);
      const payload = deflateRawSync(bytes.subarray(0, at), { level: 1 });
      at = end;
      return payload;
    },
    clear() {
      if (bytes.length > usualBytes * 4) bytes = Buffer.allocUnsafe(usualBytes);
      at = bytes.write(head);
      places.clear();
      endpoints.length = 0;
      count = 0;
      endpointsSize = 0;
      from = Number.POSITIVE_INFINITY;
      to = 0;
    },
  };
}

/** Rejects on bytes that are no batch of this version. */
export async function decompress(payload: Buffer): Promise<string> {
  return (await inflate(payload, { maxOutputLength: longest })).toString("utf8");
}

/** Oldest first. Rejects on bytes that are no batch of this version. */
export async function readBatch(payload: Buffer): Promise<Flow[]> {
  const { v, e, f } = JSON.parse(await decompress(payload)) as {
    readonly v: number;
    readonly e: readonly Endpoint[];
    readonly f: readonly Packed[];
  };
  if (v !== version) throw new RangeError(`a batch of version ${v}`);
  const ends = e.map((endpoint) => ({ ...noEndpoint, ...endpoint }));
  return f.map((packed) => unpack(packed, ends)).sort((left, right) => left.time - right.time);
}

/** Fields that most flows have, in this order; the rest, where there is any, by name. */
type Packed = [
  ...[time: number, uuid: string, node: string, verdict: number, dropReason: number, direction: number, type: number],
  ...[eventType: number, eventSubType: number, source: number, destination: number],
  ...[sourceIp: string, destinationIp: string, protocol: Flow["protocol"], sourcePort: number, destinationPort: number],
  ...[summary: string, details: PackedDetails | 0, more: Partial<Flow> | 0],
];

type PackedDetails = [
  ...[
    seconds: number | null,
    nanos: number,
    hasIp: boolean,
    authType: number,
    socketPoint: number,
    capturePoint: number,
  ],
  ...[ethernet: FlowDetails["ethernet"] | 0, tcpFlags?: number | null, sourceXlated?: string],
];

/** Written out: tens of thousands a second come by, and spreading costs more than the rest. */
function pack(flow: Flow, source: number, destination: number): Packed {
  const { time, uuid, node, verdict, dropReason, direction, type, eventType, eventSubType } = flow;
  const { sourceIp, destinationIp, protocol, sourcePort, destinationPort, summary, details } = flow;
  // biome-ignore format: one line per line of the type
  return [
    time, uuid, node, verdict, dropReason, direction, type,
    eventType, eventSubType, source, destination,
    sourceIp, destinationIp, protocol, sourcePort, destinationPort,
    summary, details === undefined ? 0 : packDetails(details), moreOf(flow),
  ];
}

function packDetails(details: FlowDetails): PackedDetails {
  const { stamp, hasIp, authType, socketPoint, capturePoint, ethernet, tcpFlags, sourceXlated } = details;
  const [seconds, nanos] = [stamp?.seconds ?? null, stamp?.nanos ?? 0];
  if (sourceXlated !== undefined)
    return [seconds, nanos, hasIp, authType, socketPoint, capturePoint, ethernet ?? 0, tcpFlags ?? null, sourceXlated];
  if (tcpFlags !== undefined)
    return [seconds, nanos, hasIp, authType, socketPoint, capturePoint, ethernet ?? 0, tcpFlags];
  return [seconds, nanos, hasIp, authType, socketPoint, capturePoint, ethernet ?? 0];
}

function unpackDetails(packed: PackedDetails): FlowDetails {
  const [seconds, nanos, hasIp, authType, socketPoint, capturePoint, ethernet, tcpFlags, sourceXlated] = packed;
  return {
    stamp: seconds === null ? null : { seconds, nanos },
    ...{ hasIp, authType, socketPoint, capturePoint, ethernet: ethernet === 0 ? undefined : ethernet },
    ...(typeof tcpFlags === "number" && { tcpFlags }),
    ...(sourceXlated !== undefined && { sourceXlated }),
  };
}

const rare = ["sourceService", "destinationService", "isReply", "l7"] as const;
const lists = ["sourceNames", "destinationNames", "deniedBy", "allowedBy", "policyLog"] as const;

function moreOf(flow: Flow): Partial<Flow> | 0 {
  const more: Record<string, unknown> = {};
  let isEmpty = flow.policyMatchType === 0;
  if (!isEmpty) more["policyMatchType"] = flow.policyMatchType;
  for (const name of rare) {
    if (flow[name] === undefined) continue;
    more[name] = flow[name];
    isEmpty = false;
  }
  for (const name of lists) {
    if (flow[name].length === 0) continue;
    more[name] = flow[name];
    isEmpty = false;
  }
  return isEmpty ? 0 : more;
}

/** Written out, as `pack`. */
function unpack(packed: Packed, ends: readonly Endpoint[]): Flow {
  const [time, uuid, node, verdict, dropReason, direction, type] = packed;
  // biome-ignore format: one line per line of the type
  const flow: Flow = {
    time, uuid, node, verdict, dropReason, direction, type,
    eventType: packed[7], eventSubType: packed[8],
    source: ends[packed[9]] ?? noEndpoint, destination: ends[packed[10]] ?? noEndpoint,
    sourceIp: packed[11], destinationIp: packed[12], sourceNames: none, destinationNames: none,
    sourceService: undefined, destinationService: undefined,
    protocol: packed[13], sourcePort: packed[14], destinationPort: packed[15],
    isReply: undefined, policyMatchType: 0, summary: packed[16], l7: undefined,
    deniedBy: none, allowedBy: none, policyLog: none,
    details: packed[17] === 0 ? undefined : unpackDetails(packed[17]),
  };
  return packed[18] === 0 ? flow : { ...flow, ...packed[18] };
}

const none: readonly never[] = [];
const noEndpoint: Endpoint = { identity: 0, namespace: "", pod: "", labels: [], workload: undefined, cluster: "" };

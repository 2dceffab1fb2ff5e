/**
 * Hubble's gRPC contract, the one thing that the client and the lab's server share: message codecs, method definitions for grpc-js, enum names and the two
 * time conversions. Built from the proto text on first use (about 20 ms), so that importing this file costs a gateway nothing but the library's load.
 */
import type { MethodDefinition } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { protoTexts } from "./wire-proto.ts";
import type {
  EmptyRequest,
  GetFlowsRequest,
  GetFlowsResponse,
  GetNamespacesResponse,
  GetNodesResponse,
  HealthCheckRequest,
  HealthCheckResponse,
  ServerStatusResponse,
  Timestamp,
  WireFlow,
} from "./wire-types.ts";

export type * from "./wire-types.ts";

export interface Codec<T> {
  /** 64-bit numbers up to 2^53 are written exactly. */
  readonly encode: (value: T) => Buffer;
  /** Throws on bytes that are no such message. Unknown fields are skipped; text that is no UTF-8 gets U+FFFD. */
  readonly decode: (bytes: Uint8Array) => T;
}

const getFlowsRequest = codec<GetFlowsRequest>("observer.GetFlowsRequest");
const healthCheckRequest = codec<HealthCheckRequest>("grpc.health.v1.HealthCheckRequest");
const healthCheckResponse = codec<HealthCheckResponse>("grpc.health.v1.HealthCheckResponse");

export const getFlowsResponse = codec<GetFlowsResponse>("observer.GetFlowsResponse");
export const flowCodec = codec<WireFlow>("flow.Flow");

/** What Relay serves of `observer.Observer`: method paths and codecs as grpc-js takes them, for clients and servers. */
export const observerMethods = {
  getFlows: method("/observer.Observer/GetFlows", getFlowsRequest, getFlowsResponse, "stream"),
  getNodes: method(
    "/observer.Observer/GetNodes",
    codec<EmptyRequest>("observer.GetNodesRequest"),
    codec<GetNodesResponse>("observer.GetNodesResponse"),
  ),
  getNamespaces: method(
    "/observer.Observer/GetNamespaces",
    codec<EmptyRequest>("observer.GetNamespacesRequest"),
    codec<GetNamespacesResponse>("observer.GetNamespacesResponse"),
  ),
  serverStatus: method(
    "/observer.Observer/ServerStatus",
    codec<EmptyRequest>("observer.ServerStatusRequest"),
    codec<ServerStatusResponse>("observer.ServerStatusResponse"),
  ),
} as const;

export const healthMethods = {
  check: method("/grpc.health.v1.Health/Check", healthCheckRequest, healthCheckResponse),
  watch: method("/grpc.health.v1.Health/Watch", healthCheckRequest, healthCheckResponse, "stream"),
} as const;

const enumPaths = {
  Verdict: "flow.Verdict",
  FlowType: "flow.FlowType",
  TrafficDirection: "flow.TrafficDirection",
  AuthType: "flow.AuthType",
  TraceObservationPoint: "flow.TraceObservationPoint",
  TraceReason: "flow.TraceReason",
  L7FlowType: "flow.L7FlowType",
  IPVersion: "flow.IPVersion",
  LostEventSource: "flow.LostEventSource",
  SocketTranslationPoint: "flow.SocketTranslationPoint",
  DebugCapturePoint: "flow.DebugCapturePoint",
  DropReason: "flow.DropReason",
  NodeState: "relay.NodeState",
  ServingStatus: "grpc.health.v1.HealthCheckResponse.ServingStatus",
} as const;

export type EnumName = keyof typeof enumPaths;

/** Every name of an enum with its number. */
export function enumValues(name: EnumName): Readonly<Record<string, number>> {
  return root().lookupEnum(enumPaths[name]).values;
}

/** The name of a number; the number as text where this program does not know it. */
export function enumText(name: EnumName, value: number): string {
  return root().lookupEnum(enumPaths[name]).valuesById[value] ?? String(value);
}

/** The reflected message, for work on field names (masks) and on JSON. `path` as in the proto: `flow.Flow`. */
export function messageType(path: string): protobuf.Type {
  return root().lookupType(path);
}

/** Epoch milliseconds with the fraction that a double holds (about 0.2 µs). Whoever compares times uses this formula on both sides. */
export function timestampMs(time: Timestamp): number {
  return (time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6;
}

/** The inverse of `timestampMs`: gives the same milliseconds back. */
export function msTimestamp(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.min(Math.round((ms - seconds * 1000) * 1e6), 999_999_999) };
}

let parsed: protobuf.Root | undefined;

function root(): protobuf.Root {
  if (parsed === undefined) {
    const fresh = new protobuf.Root();
    for (const text of protoTexts) {
      protobuf.parse(text, fresh);
    }
    fresh.resolveAll();
    readAbsentAsDoubles(fresh);
    parsed = fresh;
  }
  return parsed;
}

/** An absent 64-bit number is the double 0 too, not the library's own number object. */
function readAbsentAsDoubles(namespace: protobuf.NamespaceBase): void {
  for (const object of namespace.nestedArray) {
    if (object instanceof protobuf.Type) {
      for (const field of object.fieldsArray.filter(({ long, repeated }) => long && !repeated)) {
        Object.assign(object.ctor.prototype as object, { [field.name]: 0 });
      }
    }
    if (object instanceof protobuf.Namespace) {
      readAbsentAsDoubles(object);
    }
  }
}

function codec<T>(path: string): Codec<T> {
  let type: protobuf.Type | undefined;
  return {
    encode(value) {
      type ??= messageType(path);
      return asBuffer(type.encode(value as Record<string, unknown>).finish());
    },
    decode(bytes) {
      type ??= messageType(path);
      return decodeWith(type, bytes) as T;
    },
  };
}

function method<Q, R>(
  path: string,
  request: Codec<Q>,
  response: Codec<R>,
  answer: "one" | "stream" = "one",
): MethodDefinition<Q, R> {
  return {
    path,
    requestStream: false,
    responseStream: answer === "stream",
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}

let shared: protobuf.Reader | undefined;

/** Decoding is synchronous and never nests, so one reader serves every message. */
function decodeWith(type: protobuf.Type, bytes: Uint8Array): protobuf.Message {
  shared ??= createReader();
  shared.buf = asBuffer(bytes);
  shared.pos = 0;
  shared.len = bytes.length;
  const message = type.decode(shared);
  shared.buf = nothing;
  return message;
}

const nothing = Buffer.alloc(0);

/** The same memory as a Buffer, whose text decoding is native. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A reader that gives 64-bit numbers as doubles instead of objects and does not reject a message for one bad byte in a text. */
function createReader(): protobuf.Reader {
  const reader = protobuf.Reader.create(nothing);
  const doubles = { int64: () => readVarint(reader, true), uint64: () => readVarint(reader, false) };
  return Object.assign(reader, doubles, { stringVerify: protobuf.BufferReader.prototype.string });
}

function readVarint(reader: protobuf.Reader, signed: boolean): number {
  let low = 0;
  let high = 0;
  for (let index = 0; index < 10; index++) {
    if (reader.pos >= reader.len) {
      throw new RangeError(`index out of range: ${reader.pos} + 1 > ${reader.len}`);
    }
    const byte = reader.buf[reader.pos++] ?? 0;
    const bits = byte & 127;
    if (index < 4) {
      low |= bits << (index * 7);
    } else if (index === 4) {
      low |= bits << 28;
      high = bits >> 4;
    } else {
      high |= bits << (index * 7 - 32);
    }
    if (byte < 128) {
      return (signed ? high | 0 : high >>> 0) * 4294967296 + (low >>> 0);
    }
  }
  throw new Error("invalid varint encoding");
}

/** The small messages inside a flow: endpoints, services, policies, times. */
import type { Endpoint, NamespacedName, PolicyRef, Workload } from "../../analysis/flow.ts";
import { big, type Cursor, chunkEnd, ends, skip, uint } from "./cursor.ts";
import { chunk, field, readText, type Text, varint } from "./decode-l7.ts";

/** An end about which the record says nothing. */
export const noEndpoint: Endpoint = {
  identity: 0,
  namespace: "",
  pod: "",
  labels: [],
  workload: undefined,
  cluster: "",
};

export function readEndpoint(cursor: Cursor, end: number, text: Text): Endpoint {
  if (cursor.at === end) return noEndpoint;
  const labels: string[] = [];
  let identity = 0;
  let namespace = "";
  let pod = "";
  let workload: Workload | undefined;
  let cluster = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(2, varint)) identity = uint(cursor);
    else if (tag === field(3, chunk)) namespace = readText(cursor, end, text);
    else if (tag === field(4, chunk)) labels.push(readText(cursor, end, text));
    else if (tag === field(5, chunk)) pod = readText(cursor, end, text);
    else if (tag === field(6, chunk) && workload === undefined)
      workload = readWorkload(cursor, chunkEnd(cursor, end), text);
    else if (tag === field(7, chunk)) cluster = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { identity, namespace, pod, labels, workload, cluster };
}

function readWorkload(cursor: Cursor, end: number, text: Text): Workload {
  let name = "";
  let kind = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) name = readText(cursor, end, text);
    else if (tag === field(2, chunk)) kind = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { kind, name };
}

export function readService(cursor: Cursor, end: number, text: Text): NamespacedName {
  let name = "";
  let namespace = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) name = readText(cursor, end, text);
    else if (tag === field(2, chunk)) namespace = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { namespace, name };
}

export function readPolicy(cursor: Cursor, end: number, text: Text): PolicyRef {
  let name = "";
  let namespace = "";
  let kind = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) name = readText(cursor, end, text);
    else if (tag === field(2, chunk)) namespace = readText(cursor, end, text);
    else if (tag === field(5, chunk)) kind = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { kind, namespace, name };
}

/** Epoch milliseconds. The same formula as `timestampMs` in wire.ts, so that both sides get the same double. */
export function readTime(cursor: Cursor, end: number): number {
  let seconds = 0;
  let nanos = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) seconds = big(cursor);
    else if (tag === field(2, varint)) nanos = uint(cursor);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return seconds * 1000 + nanos / 1e6;
}

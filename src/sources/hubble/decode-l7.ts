/** The L7 record of a flow (flow.Layer7 and below). */
import type { L7 } from "../../analysis/flow.ts";
import { big, type Cursor, chunkEnd, ends, skip, uint } from "./cursor.ts";
import type { Interned } from "./intern.ts";

export type Text = Interned<string>;

const kinds = ["unknown", "request", "response", "sample"] as const;
export type L7Kind = (typeof kinds)[number];

export function l7Kind(type: number): L7Kind {
  return kinds[type] ?? "unknown";
}

/** Headers are read only when asked for: they carry credentials and no answer needs them. */
export function readL7(cursor: Cursor, end: number, text: Text, withHeaders: boolean): L7 {
  let kind: L7Kind = "unknown";
  let latencyNs = 0;
  let record: Record = { protocol: "" };
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) kind = l7Kind(uint(cursor));
    else if (tag === field(2, varint)) latencyNs = big(cursor);
    else if (tag === field(100, chunk)) record = readDns(cursor, chunkEnd(cursor, end), text);
    else if (tag === field(101, chunk)) record = readHttp(cursor, chunkEnd(cursor, end), text, withHeaders);
    else if (tag === field(102, chunk)) record = readKafka(cursor, chunkEnd(cursor, end), text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { kind, latencyNs, ...record };
}

export const varint = 0;
export const chunk = 2;

export function field(number: number, type: number): number {
  return number * 8 + type;
}

/** A string field at the cursor. */
export function readText(cursor: Cursor, end: number, text: Text): string {
  const to = chunkEnd(cursor, end);
  const value = text(cursor.bytes, cursor.at, to);
  cursor.at = to;
  return value;
}

type WithoutHead<Part> = Part extends unknown ? Omit<Part, "kind" | "latencyNs"> : never;
type Record = WithoutHead<L7>;

function readDns(cursor: Cursor, end: number, text: Text): Record {
  const lists = { ips: [] as string[], cnames: [] as string[], qtypes: [] as string[] };
  let query = "";
  let observationSource = "";
  let ttl = 0;
  let rcode = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) query = readText(cursor, end, text);
    else if (tag === field(2, chunk)) lists.ips.push(readText(cursor, end, text));
    else if (tag === field(3, varint)) ttl = uint(cursor);
    else if (tag === field(4, chunk)) lists.cnames.push(readText(cursor, end, text));
    else if (tag === field(5, chunk)) observationSource = readText(cursor, end, text);
    else if (tag === field(6, varint)) rcode = uint(cursor);
    else if (tag === field(7, chunk)) lists.qtypes.push(readText(cursor, end, text));
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { protocol: "dns", query, rcode, ...lists, ttl, observationSource };
}

function readHttp(cursor: Cursor, end: number, text: Text, withHeaders: boolean): Record {
  const headers: { key: string; value: string }[] = [];
  let code = 0;
  let method = "";
  let url = "";
  let version = "";
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) code = uint(cursor);
    else if (tag === field(2, chunk)) method = readText(cursor, end, text);
    else if (tag === field(3, chunk)) url = readText(cursor, end, text);
    else if (tag === field(4, chunk)) version = readText(cursor, end, text);
    else if (withHeaders && tag === field(5, chunk)) headers.push(readHeader(cursor, chunkEnd(cursor, end), text));
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { protocol: "http", code, method, url, version, headers };
}

function readHeader(cursor: Cursor, end: number, text: Text): { key: string; value: string } {
  const header = { key: "", value: "" };
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, chunk)) header.key = readText(cursor, end, text);
    else if (tag === field(2, chunk)) header.value = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return header;
}

function readKafka(cursor: Cursor, end: number, text: Text): Record {
  let apiKey = "";
  let topic = "";
  let errorCode = 0;
  while (cursor.at < end) {
    const tag = uint(cursor);
    if (tag === field(1, varint)) errorCode = uint(cursor) | 0;
    else if (tag === field(3, chunk)) apiKey = readText(cursor, end, text);
    else if (tag === field(5, chunk)) topic = readText(cursor, end, text);
    else skip(cursor, tag, end);
  }
  ends(cursor, end);
  return { protocol: "kafka", apiKey, topic, errorCode };
}

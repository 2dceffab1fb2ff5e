/** flow.Flow, the one message that is read millions of times. Field numbers: flow.proto (1.19). */
import type { Endpoint, Flow, L7, NamespacedName, PolicyRef, Protocol } from "../../analysis/flow.ts";
import { type Cursor, chunkEnd, ends, skip, uint } from "./cursor.ts";
import { noDetails, readEthernet, readStamp, readTcpFlags } from "./decode-details.ts";
import { chunk, field, readL7, readText, varint } from "./decode-l7.ts";
import { noEndpoint, readEndpoint, readPolicy, readService, readTime } from "./decode-parts.ts";
import { createInterned, type Interned } from "./intern.ts";

/** Reads the flow that lies between the cursor and `end`. */
export type FlowReader = (cursor: Cursor, end: number) => Flow;

export interface FlowReaderOptions {
  readonly texts: Interned<string>;
  readonly everything: boolean;
}

export function createFlowReader({ texts, everything }: FlowReaderOptions): FlowReader {
  const endpoints = createInterned<Endpoint>((bytes, start, end) => readEndpoint({ bytes, at: start }, end, texts));

  function readEnd(cursor: Cursor, end: number): Endpoint {
    const to = chunkEnd(cursor, end);
    const value = to === cursor.at ? noEndpoint : endpoints(cursor.bytes, cursor.at, to);
    cursor.at = to;
    return value;
  }

  return (cursor, end) => {
    let time = 0;
    let uuid = "";
    let node = "";
    let verdict = 0;
    let reason = 0;
    let oldReason = 0;
    let direction = 0;
    let type = 0;
    let eventType = 0;
    let eventSubType = 0;
    let source = noEndpoint;
    let destination = noEndpoint;
    let sourceIp = "";
    let destinationIp = "";
    let sourceNames: string[] | undefined;
    let destinationNames: string[] | undefined;
    let sourceService: NamespacedName | undefined;
    let destinationService: NamespacedName | undefined;
    let protocol: Protocol = "";
    let sourcePort = 0;
    let destinationPort = 0;
    let isReply: boolean | undefined;
    let policyMatchType = 0;
    let summary = "";
    let l7: L7 | undefined;
    let deniedBy: PolicyRef[] | undefined;
    let allowedBy: PolicyRef[] | undefined;
    let policyLog: string[] | undefined;
    const details = everything ? noDetails() : undefined;

    while (cursor.at < end) {
      const tag = uint(cursor);
      // Field number × 8 + wire type, written out: a switch over constants is a tenth of the whole decoding time faster than one over calls.
      switch (tag) {
        case 10: // time = 1
          if (details === undefined) time = readTime(cursor, chunkEnd(cursor, end));
          else {
            details.stamp = readStamp(cursor, chunkEnd(cursor, end));
            time = details.stamp.seconds * 1000 + details.stamp.nanos / 1e6;
          }
          break;
        case 16: // verdict = 2
          verdict = uint(cursor);
          break;
        case 24: // drop_reason = 3
          oldReason = uint(cursor);
          break;
        case 34: // ethernet = 4
          if (details === undefined) skip(cursor, tag, end);
          else details.ethernet = readEthernet(cursor, chunkEnd(cursor, end), texts);
          break;
        case 42: {
          // IP = 5
          const to = chunkEnd(cursor, end);
          if (details !== undefined) details.hasIp = true;
          while (cursor.at < to) {
            const inner = uint(cursor);
            if (inner === field(1, chunk)) sourceIp = readText(cursor, to, texts);
            else if (inner === field(2, chunk)) destinationIp = readText(cursor, to, texts);
            else if (details !== undefined && inner === field(5, chunk))
              details.sourceXlated = readText(cursor, to, texts);
            else skip(cursor, inner, to);
          }
          ends(cursor, to);
          break;
        }
        case 50: {
          // l4 = 6
          const to = chunkEnd(cursor, end);
          while (cursor.at < to) {
            const inner = uint(cursor);
            const name = (inner & 7) === chunk ? protocols[inner >>> 3] : undefined;
            if (name === undefined) {
              skip(cursor, inner, to);
              continue;
            }
            protocol = name;
            const last = chunkEnd(cursor, to);
            const hasPorts = name === "TCP" || name === "UDP" || name === "SCTP";
            while (cursor.at < last) {
              const part = uint(cursor);
              if (hasPorts && part === field(1, varint)) sourcePort = uint(cursor);
              else if (hasPorts && part === field(2, varint)) destinationPort = uint(cursor);
              else if (details !== undefined && name === "TCP" && part === field(3, chunk))
                details.tcpFlags = readTcpFlags(cursor, chunkEnd(cursor, last));
              else skip(cursor, part, last);
            }
            ends(cursor, last);
          }
          ends(cursor, to);
          break;
        }
        case 66: // source = 8
          source = readEnd(cursor, end);
          break;
        case 74: // destination = 9
          destination = readEnd(cursor, end);
          break;
        case 80: // Type = 10
          type = uint(cursor);
          break;
        case 90: // node_name = 11
          node = readText(cursor, end, texts);
          break;
        case 106: // source_names = 13
          sourceNames = append(sourceNames, readText(cursor, end, texts));
          break;
        case 114: // destination_names = 14
          destinationNames = append(destinationNames, readText(cursor, end, texts));
          break;
        case 122: // l7 = 15
          l7 = readL7(cursor, chunkEnd(cursor, end), texts, everything);
          break;
        case 154: {
          // event_type = 19
          const to = chunkEnd(cursor, end);
          while (cursor.at < to) {
            const inner = uint(cursor);
            if (inner === field(1, varint)) eventType = uint(cursor) | 0;
            else if (inner === field(2, varint)) eventSubType = uint(cursor) | 0;
            else skip(cursor, inner, to);
          }
          ends(cursor, to);
          break;
        }
        case 162: // source_service = 20
          sourceService = readService(cursor, chunkEnd(cursor, end), texts);
          break;
        case 170: // destination_service = 21
          destinationService = readService(cursor, chunkEnd(cursor, end), texts);
          break;
        case 176: // traffic_direction = 22
          direction = uint(cursor);
          break;
        case 184: // policy_match_type = 23
          policyMatchType = uint(cursor);
          break;
        case 200: // drop_reason_desc = 25
          reason = uint(cursor);
          break;
        case 210: {
          // is_reply = 26
          const to = chunkEnd(cursor, end);
          isReply = false;
          while (cursor.at < to) {
            const inner = uint(cursor);
            if (inner === field(1, varint)) isReply = uint(cursor) !== 0;
            else skip(cursor, inner, to);
          }
          ends(cursor, to);
          break;
        }
        case 216: // debug_capture_point = 27
          if (details === undefined) skip(cursor, tag, end);
          else details.capturePoint = uint(cursor);
          break;
        case 248: // sock_xlate_point = 31
          if (details === undefined) skip(cursor, tag, end);
          else details.socketPoint = uint(cursor);
          break;
        case 280: // auth_type = 35
          if (details === undefined) skip(cursor, tag, end);
          else details.authType = uint(cursor);
          break;
        case 274: // uuid = 34
          if (everything) uuid = readText(cursor, end, texts);
          else skip(cursor, tag, end);
          break;
        case 168010: // egress_allowed_by = 21001
        case 168018: // ingress_allowed_by = 21002
          if (everything) allowedBy = append(allowedBy, readPolicy(cursor, chunkEnd(cursor, end), texts));
          else skip(cursor, tag, end);
          break;
        case 168034: // egress_denied_by = 21004
        case 168042: // ingress_denied_by = 21005
          deniedBy = append(deniedBy, readPolicy(cursor, chunkEnd(cursor, end), texts));
          break;
        case 168050: // policy_log = 21006
          policyLog = append(policyLog, readText(cursor, end, texts));
          break;
        case 800002: // Summary = 100000
          if (everything) summary = readText(cursor, end, texts);
          else skip(cursor, tag, end);
          break;
        default:
          skip(cursor, tag, end);
      }
    }
    ends(cursor, end);
    return {
      time,
      uuid,
      node,
      verdict,
      dropReason: reason === 0 ? oldReason : reason,
      direction,
      type,
      eventType,
      eventSubType,
      source,
      destination,
      sourceIp,
      destinationIp,
      sourceNames: sourceNames ?? none,
      destinationNames: destinationNames ?? none,
      sourceService,
      destinationService,
      protocol,
      sourcePort,
      destinationPort,
      isReply,
      policyMatchType,
      summary,
      l7,
      deniedBy: deniedBy ?? none,
      allowedBy: allowedBy ?? none,
      policyLog: policyLog ?? none,
      details,
    };
  };
}

function append<Value>(list: Value[] | undefined, value: Value): Value[] {
  if (list === undefined) return [value];
  list.push(value);
  return list;
}

const none: readonly never[] = [];
/** Fields of Layer4. */
const protocols: readonly (Protocol | undefined)[] = [
  undefined,
  "TCP",
  "UDP",
  "ICMPv4",
  "ICMPv6",
  "SCTP",
  "VRRP",
  "IGMP",
];

/**
 * One line of Hubble's exporter, or of `hubble observe -o json`, → the same Flow that the wire gives: enums as names or numbers, 64-bit numbers as strings,
 * wrapped (`{"flow":…}`) or bare. Written by whoever made the file: whatever is not of the expected type is as good as absent.
 */
import {
  type Endpoint,
  type Flow,
  type FlowDetails,
  type PolicyRef,
  type Protocol,
  type Stamp,
  tcpFlags,
} from "../../analysis/flow.ts";
import type { FlowSink } from "./decode.ts";
import { noEndpoint } from "./decode-parts.ts";
import { enumNumber } from "./json-enums.ts";
import { readL7 } from "./json-l7.ts";
import { type Json, list, number, object, readService, text, texts } from "./json-values.ts";

export interface LineReader {
  /** False when the line is no record of flows, node status or lost events; the sink then got nothing. Empty lines are fine. */
  read(line: string, sink: FlowSink): boolean;
}

/** Endpoints are kept one object per distinct text, as the wire decoder does it. */
export function createLineReader(): LineReader {
  const endpoints = new Map<string, Endpoint>();

  function endpoint(value: unknown): Endpoint {
    const json = object(value);
    if (json === undefined || Object.keys(json).length === 0) return noEndpoint;
    const key = JSON.stringify(json);
    const known = endpoints.get(key);
    if (known !== undefined) return known;
    const made = readEndpoint(json);
    if (endpoints.size >= maxEndpoints) endpoints.clear();
    endpoints.set(key, made);
    return made;
  }

  function readFlow(json: Json, outer: Json): Flow {
    const ip = object(json["IP"]);
    const ethernet = object(json["ethernet"]);
    const event = object(json["event_type"]);
    const isReply = json["is_reply"];
    return {
      time: readTime(json["time"] ?? outer["time"]),
      uuid: text(json["uuid"]),
      node: text(json["node_name"]) || text(outer["node_name"]),
      verdict: enumNumber("Verdict", json["verdict"]),
      dropReason: enumNumber("DropReason", json["drop_reason_desc"]) || number(json["drop_reason"]),
      direction: enumNumber("TrafficDirection", json["traffic_direction"]),
      type: enumNumber("FlowType", json["Type"]),
      eventType: number(event?.["type"]),
      eventSubType: number(event?.["sub_type"]),
      source: endpoint(json["source"]),
      destination: endpoint(json["destination"]),
      sourceIp: text(ip?.["source"]),
      destinationIp: text(ip?.["destination"]),
      sourceNames: texts(json["source_names"]),
      destinationNames: texts(json["destination_names"]),
      sourceService: readService(json["source_service"]),
      destinationService: readService(json["destination_service"]),
      ...readL4(json["l4"]),
      isReply: typeof isReply === "boolean" ? isReply : undefined,
      policyMatchType: number(json["policy_match_type"]),
      summary: text(json["Summary"]),
      l7: readL7(json["l7"]),
      deniedBy: [...policies(json["egress_denied_by"]), ...policies(json["ingress_denied_by"])],
      allowedBy: [...policies(json["egress_allowed_by"]), ...policies(json["ingress_allowed_by"])],
      policyLog: texts(json["policy_log"]),
      details: {
        stamp: readStamp(json["time"] ?? outer["time"]),
        hasIp: ip !== undefined,
        ethernet: ethernet && { source: text(ethernet["source"]), destination: text(ethernet["destination"]) },
        authType: enumNumber("AuthType", json["auth_type"]),
        socketPoint: enumNumber("SocketTranslationPoint", json["sock_xlate_point"]),
        capturePoint: enumNumber("DebugCapturePoint", json["debug_capture_point"]),
        ...(text(ip?.["source_xlated"]) !== "" && { sourceXlated: text(ip?.["source_xlated"]) }),
        ...readTcpFlags(object(object(json["l4"])?.["TCP"])?.["flags"]),
      },
    };
  }

  return {
    read(line, sink) {
      if (line.trim() === "") return true;
      const json = parse(line);
      if (json === undefined) return false;
      const flow = object(json["flow"]) ?? (isBareFlow(json) ? json : undefined);
      const status = object(json["node_status"]);
      const lost = object(json["lost_events"]);
      if (flow !== undefined) sink.flow(readFlow(flow, json));
      else if (status !== undefined)
        sink.nodes({
          state: enumNumber("NodeState", status["state_change"]),
          nodes: texts(status["node_names"]),
          message: text(status["message"]),
        });
      else if (lost !== undefined)
        sink.lost({ source: enumNumber("LostEventSource", lost["source"]), count: number(lost["num_events_lost"]) });
      else return isOtherEvent(json);
      return true;
    },
  };
}

/** RFC 3339 with up to nine digits of a second → epoch milliseconds, by the formula of `timestampMs`. 0 when it is no time. */
export function readTime(value: unknown): number {
  const stamp = readStamp(value);
  return stamp === null ? 0 : stamp.seconds * 1000 + stamp.nanos / 1e6;
}

function readStamp(value: unknown): Stamp | null {
  if (typeof value !== "string") return null;
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)$/.exec(value);
  const seconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}${parts[3]}`) / 1000;
  return Number.isNaN(seconds) ? null : { seconds, nanos: Number((parts?.[2] ?? "").padEnd(9, "0")) };
}

const maxEndpoints = 10_000;

function parse(line: string): Json | undefined {
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** The exporter wraps; some tools store the flow alone. */
function isBareFlow(json: Json): boolean {
  return "verdict" in json || ("time" in json && ("source" in json || "IP" in json || "event_type" in json));
}

/** The exporter's file may hold these too; they are no flows and no mistakes. */
function isOtherEvent(json: Json): boolean {
  return "agent_event" in json || "debug_event" in json;
}

function readEndpoint(json: Json): Endpoint {
  const workload = object(list(json["workloads"])[0]);
  return {
    identity: number(json["identity"]),
    namespace: text(json["namespace"]),
    pod: text(json["pod_name"]),
    labels: texts(json["labels"]),
    workload: workload && { kind: text(workload["kind"]), name: text(workload["name"]) },
    cluster: text(json["cluster_name"]),
  };
}

/** `{ SYN: true, ACK: true }`. */
function readTcpFlags(value: unknown): Pick<FlowDetails, "tcpFlags"> {
  const flags = object(value);
  if (flags === undefined) return {};
  const set = Object.entries(tcpFlags).filter(([name]) => flags[name.toUpperCase()] === true);
  return { tcpFlags: set.reduce((sum, [, bit]) => sum | bit, 0) };
}

const protocols: readonly Protocol[] = ["TCP", "UDP", "ICMPv4", "ICMPv6", "SCTP", "VRRP", "IGMP"];

function readL4(value: unknown): Pick<Flow, "protocol" | "sourcePort" | "destinationPort"> {
  const l4 = object(value);
  const protocol = protocols.find((name) => l4?.[name] !== undefined) ?? "";
  const record = object(l4?.[protocol]);
  return {
    protocol,
    sourcePort: number(record?.["source_port"]),
    destinationPort: number(record?.["destination_port"]),
  };
}

function policies(value: unknown): PolicyRef[] {
  return list(value).flatMap((one) => {
    const json = object(one);
    return json === undefined
      ? []
      : [{ kind: text(json["kind"]), namespace: text(json["namespace"]), name: text(json["name"]) }];
  });
}

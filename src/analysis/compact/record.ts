/**
 * A flow as Hubble's JSON (`-o json`), with the fields that this program decodes: `hubble observe --input-file` reads it, and so do we. A flow comes here
 * redacted. Zero values are left out and enums are names, as protobuf's JSON has it.
 */
import type { Endpoint, Flow, L7, NamespacedName, PolicyRef } from "../flow.ts";
import { Direction, tcpFlags } from "../flow.ts";
import { reasonOf } from "../reasons.ts";
import { rfc3339Nanos } from "./time.ts";
import { authNames, capturePointName, directionNames, flowTypes, socketPoints, verdictNames } from "./words.ts";

export interface FlowRecord {
  readonly flow: Readonly<Record<string, unknown>>;
  readonly node_name?: string;
  readonly time?: string;
}

/** Without `labels` the ends carry identity, namespace, pod and workload only: a fifth of the size. */
export function flowRecord(flow: Flow, { labels }: { readonly labels: boolean }): FlowRecord {
  const { details } = flow;
  const time = rfc3339Nanos(flow);
  const hasIp = details?.hasIp ?? true;
  const record = present({
    time,
    uuid: flow.uuid,
    verdict: enumName(verdictNames, flow.verdict),
    drop_reason: flow.dropReason,
    auth_type: enumName(authNames, details?.authType ?? 0),
    ethernet: details?.ethernet && present(details.ethernet),
    IP: hasIp
      ? present({
          source: flow.sourceIp,
          destination: flow.destinationIp,
          ipVersion: ipVersion(flow),
          source_xlated: details?.sourceXlated,
        })
      : undefined,
    l4: layer4(flow),
    source: end(flow.source, labels),
    destination: end(flow.destination, labels),
    Type: enumName(flowTypes, flow.type),
    node_name: flow.node,
    source_names: flow.sourceNames,
    destination_names: flow.destinationNames,
    l7: flow.l7 && layer7(flow.l7),
    event_type: flow.eventType === 0 ? undefined : present({ type: flow.eventType, sub_type: flow.eventSubType }),
    source_service: service(flow.sourceService),
    destination_service: service(flow.destinationService),
    traffic_direction: enumName(directionNames, flow.direction),
    policy_match_type: flow.policyMatchType,
    drop_reason_desc: flow.dropReason === 0 ? undefined : (reasonOf(flow.dropReason)?.name ?? flow.dropReason),
    is_reply: flow.isReply,
    debug_capture_point: details?.capturePoint ? nameOrNumber(capturePointName(details.capturePoint)) : undefined,
    sock_xlate_point: enumName(socketPoints, details?.socketPoint ?? 0),
    ...policies(flow),
    policy_log: flow.policyLog,
    Summary: flow.summary,
  });
  return { flow: record, ...(flow.node !== "" && { node_name: flow.node }), ...(time !== undefined && { time }) };
}

function end({ identity, namespace, pod, labels, workload, cluster }: Endpoint, withLabels: boolean) {
  const fields = present({
    identity,
    cluster_name: cluster,
    namespace,
    labels: withLabels ? labels : [],
    pod_name: pod,
    workloads: workload === undefined ? [] : [present({ name: workload.name, kind: workload.kind })],
  });
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function layer4({ protocol, sourcePort, destinationPort, details }: Flow) {
  if (protocol === "") return undefined;
  const flags = details?.tcpFlags === undefined ? undefined : flagsSet(details.tcpFlags);
  return { [protocol]: present({ source_port: sourcePort, destination_port: destinationPort, flags }) };
}

function flagsSet(bits: number): Record<string, true> {
  const set = Object.entries(tcpFlags).filter(([, bit]) => (bits & bit) !== 0);
  return Object.fromEntries(set.map(([name]) => [name.toUpperCase(), true]));
}

function layer7(l7: L7): Record<string, unknown> {
  const type = { request: "REQUEST", response: "RESPONSE", sample: "SAMPLE", unknown: undefined }[l7.kind];
  const head = { type, latency_ns: l7.latencyNs === 0 ? undefined : String(l7.latencyNs) };
  switch (l7.protocol) {
    case "http":
      return present({
        ...head,
        http: present({
          code: l7.code,
          method: l7.method,
          url: l7.url,
          protocol: l7.version,
          headers: l7.headers.map(({ key, value }) => ({ key, value })),
        }),
      });
    case "dns":
      return present({
        ...head,
        dns: present({
          query: l7.query,
          ips: l7.ips,
          ttl: l7.ttl,
          cnames: l7.cnames,
          observation_source: l7.observationSource,
          rcode: l7.rcode,
          qtypes: l7.qtypes,
        }),
      });
    case "kafka":
      return present({
        ...head,
        kafka: present({
          error_code: l7.errorCode,
          api_key: l7.apiKey,
          topic: l7.topic,
        }),
      });
    case "":
      return present(head);
  }
}

/** Which of the two directions a policy spoke about is the flow's own. */
function policies({ direction, allowedBy, deniedBy }: Flow): Record<string, unknown> {
  const side = direction === Direction.egress ? "egress" : "ingress";
  const list = (refs: readonly PolicyRef[]) =>
    refs.map(({ name, namespace, kind }) => present({ name, namespace, kind }));
  return { [`${side}_allowed_by`]: list(allowedBy), [`${side}_denied_by`]: list(deniedBy) };
}

function service(named: NamespacedName | undefined) {
  return named && present({ name: named.name, namespace: named.namespace });
}

function ipVersion({ sourceIp, destinationIp }: Flow): string | undefined {
  const ip = sourceIp === "" ? destinationIp : sourceIp;
  if (ip === "") return undefined;
  return ip.includes(":") ? "IPv6" : "IPv4";
}

function enumName(names: readonly string[], number: number): string | number | undefined {
  return number === 0 ? undefined : (names[number] ?? number);
}

function nameOrNumber(name: string): string | number {
  return /^\d+$/.test(name) ? Number(name) : name;
}

/** Without what protobuf's JSON leaves out: zeros, empty texts and lists. `false` stays: only wrappers have it. */
function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined && value !== "" && value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/**
 * A record of Hubble's exporter (`{"flow": …}`, node status, lost events, agent and debug events) without secrets, in JSON's spelling of fields or in that of
 * the decoded wire message. Every field of api/v1/flow (1.19) that can hold text is named here; text in fields of later versions is redacted as running text,
 * and `extensions`, which may hold anything, is left out.
 */
import type { FieldRules } from "./flow.ts";
import { isSecretName } from "./secret-names.ts";

type Redact = (value: string) => string;
/** How a field is treated: by a function for its text (each text of a list), by the fields of its message, or not at all. */
type Shape = Redact | "drop" | "headers" | { readonly [field: string]: Shape };

export function createRecordRedaction(rules: FieldRules): (record: unknown) => unknown {
  const shape = recordShape(rules);

  function redact(value: unknown, how: Shape, depth: number): unknown {
    if (typeof value === "string") return typeof how === "function" ? how(value) : rules.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth > maxDepth) return null;
    if (Array.isArray(value)) return value.map((item: unknown) => redact(item, how, depth + 1));
    if (how === "headers") return redactHeader(value);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
        const known = typeof how === "object" ? how[bareName(key)] : undefined;
        if (known === "drop" || (known === undefined && rules.text(key) !== key)) return [];
        if (known === undefined && isSecretName(key) && typeof item !== "boolean") return [[key, "…"]];
        return [[key, redact(item, known ?? rules.text, depth + 1)]];
      }),
    );
  }

  function redactHeader(value: object): unknown {
    const fields = new Map(Object.entries(value).map(([key, item]: [string, unknown]) => [bareName(key), item]));
    const key = textOf(fields.get("key"));
    return { key: rules.name(key), value: rules.header(key, textOf(fields.get("value"))) };
  }

  return (record) => redact(record, shape, 0);
}

const maxDepth = 16;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const bareNames = new Map<string, string>();

/** `source_names` and `sourceNames` are one field; case is no difference either. */
function bareName(key: string): string {
  const known = bareNames.get(key);
  if (known !== undefined) return known;
  const bare = key.replace(/_/g, "").toLowerCase();
  if (bareNames.size < 1_000 && key.length < 64) bareNames.set(key, bare);
  return bare;
}

function recordShape(rules: FieldRules): Shape {
  const { url, name, text, given, keyword, address } = rules;
  const number: Redact = (value) => (/^-?\d{1,20}$/.test(value) ? value : text(value));
  const time: Redact = (value) =>
    /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[-+]\d\d:\d\d)$/.test(value) ? value : text(value);
  const traceId: Redact = (value) => (/^[0-9a-f]{32}$/.test(value) ? value : text(value));
  const ip = { source: address, destination: address, ipversion: keyword, sourcexlated: address };
  const igmp = { groupaddress: address };
  const layer4 = { tcp: {}, udp: {}, sctp: {}, icmpv4: {}, icmpv6: {}, vrrp: {}, igmp };
  const workload = { name: given, kind: given };
  const endpoint = { namespace: given, labels: given, podname: given, workloads: workload, clustername: given };
  const service = { name: given, namespace: given };
  const policy = { name: given, namespace: given, labels: given, revision: number, kind: given };
  const dns = {
    query: name,
    ips: address,
    ttl: number,
    cnames: name,
    observationsource: keyword,
    qtypes: keyword,
    rrtypes: keyword,
  };
  const http = {
    method: keyword,
    url: (value: string) => (value === "" ? "" : url(value)),
    protocol: keyword,
    headers: "headers",
  } as const;
  const kafka = { apikey: keyword, topic: name, correlationid: number, key: () => "…" };
  const flow: Shape = {
    time,
    verdict: given,
    ethernet: { source: address, destination: address },
    ip,
    l4: layer4,
    source: endpoint,
    destination: endpoint,
    type: given,
    nodename: given,
    sourcenames: name,
    destinationnames: name,
    l7: { type: given, latencyns: number, dns, http, kafka },
    eventtype: {},
    sourceservice: service,
    destinationservice: service,
    trafficdirection: given,
    traceobservationpoint: given,
    dropreasondesc: given,
    debugcapturepoint: given,
    interface: { name: given },
    tracecontext: { parent: { traceid: traceId } },
    sockxlatepoint: given,
    socketcookie: number,
    cgroupid: number,
    uuid: given,
    authtype: given,
    tracereason: given,
    nodelabels: given,
    file: { name: given },
    tunnel: { protocol: given, ip, l4: layer4 },
    iptraceid: { traceid: number },
    emitter: { name: given, version: given },
    egressallowedby: policy,
    ingressallowedby: policy,
    egressdeniedby: policy,
    ingressdeniedby: policy,
    policylog: text,
    aggregate: { ingressflowcount: number, egressflowcount: number, unknowndirectionflowcount: number },
    summary: text,
    extensions: "drop",
  };
  const agent = {
    endpointregenerate: endpointEvent(rules),
    endpointupdate: endpointEvent(rules),
    policyupdate: { labels: given, revision: number },
  };
  return {
    ...flow,
    flow,
    nodestatus: { statechange: given, nodenames: given, message: text },
    lostevents: { source: given, numeventslost: number, first: time, last: time },
    agentevent: { type: given, ...agent },
    debugevent: { type: given, source: endpoint, message: text },
  };
}

function endpointEvent({ given, text }: FieldRules): Shape {
  return { labels: given, error: text, podname: given, namespace: given };
}

/** flow.FlowFilter as an agent applies it: every field that is set must hold, within a field any value is enough. */
import type {
  WireEndpoint,
  WireFilter,
  WireFlow,
  WireHttp,
  WirePorts,
  WireService,
  WireTcpFlags,
} from "../../sources/hubble/wire.ts";
import { compileLabelSelector } from "./label-selector.ts";
import { compileAddresses, compileExpressions, compileNames, compileNodeNames, compilePrefixes } from "./patterns.ts";

export type FlowMatcher = (flow: WireFlow) => boolean;

/** Passes what matches a filter of the whitelist (or there is none) and none of the blacklist. Throws when a filter is wrong. */
export function compileFilters(whitelist: readonly WireFilter[], blacklist: readonly WireFilter[]): FlowMatcher {
  const white = whitelist.map(compileFilter);
  const black = blacklist.map(compileFilter);
  return (flow) => (white.length === 0 || white.some((match) => match(flow))) && !black.some((match) => match(flow));
}

export function compileFilter(filter: WireFilter): FlowMatcher {
  const matchers = Object.entries(fields).flatMap(([name, compile]) => {
    const values = filter[name as keyof typeof fields];
    return values === undefined || values.length === 0 ? [] : [(compile as Compile)(values, filter)];
  });
  if ((filter.experimental?.celExpression ?? []).length > 0) {
    throw new Error("CEL expressions are not evaluated here");
  }
  return (flow) => matchers.every((match) => match(flow));
}

type Compile = (values: readonly unknown[], filter: WireFilter) => FlowMatcher;
type ListField = Exclude<keyof WireFilter, "experimental">;

const fields: {
  readonly [name in ListField]: (values: NonNullable<WireFilter[name]>, filter: WireFilter) => FlowMatcher;
} = {
  sourceIp: (texts) => on(compileAddresses(texts), (flow) => flow.IP?.source),
  destinationIp: (texts) => on(compileAddresses(texts), (flow) => flow.IP?.destination),
  sourceIpXlated: (texts) => on(compileAddresses(texts), (flow) => flow.IP?.sourceXlated),
  sourcePod: (texts) => pod(texts, source),
  destinationPod: (texts) => pod(texts, destination),
  sourceService: (texts) => service(texts, (flow) => flow.sourceService),
  destinationService: (texts) => service(texts, (flow) => flow.destinationService),
  sourceFqdn: (texts) => onAny(compileNames(texts), (flow) => flow.sourceNames),
  destinationFqdn: (texts) => onAny(compileNames(texts), (flow) => flow.destinationNames),
  sourceLabel: (texts) => labels(texts, (flow) => source(flow)?.labels),
  destinationLabel: (texts) => labels(texts, (flow) => destination(flow)?.labels),
  nodeLabels: (texts) => labels(texts, (flow) => flow.nodeLabels),
  sourceWorkload: (wanted) => workload(wanted, source),
  destinationWorkload: (wanted) => workload(wanted, destination),
  sourceClusterName: (names) => cluster(names, source),
  destinationClusterName: (names) => cluster(names, destination),
  sourceIdentity: (numbers) => (flow) => numbers.includes(source(flow)?.identity ?? 0),
  destinationIdentity: (numbers) => (flow) => numbers.includes(destination(flow)?.identity ?? 0),
  sourcePort: (texts) => port(texts, (ports) => ports.sourcePort),
  destinationPort: (texts) => port(texts, (ports) => ports.destinationPort),
  verdict: (numbers) => (flow) => numbers.includes(flow.verdict ?? 0),
  dropReasonDesc: (numbers) => (flow) => flow.verdict === 2 && numbers.includes(flow.dropReasonDesc ?? 0),
  eventType: (wanted) => (flow) => wanted.some((each) => eventTypeMatches(each, flow)),
  trafficDirection: (numbers) => (flow) => numbers.includes(flow.trafficDirection ?? 0),
  protocol,
  ipVersion: (numbers) => (flow) => numbers.includes(flow.IP?.ipVersion ?? 0),
  tcpFlags: (wanted) => (flow) => wanted.some((each) => hasFlags(flow.l4?.TCP?.flags ?? {}, each)),
  reply: (wanted) => (flow) => replies(flow, wanted),
  nodeName: (texts) => on(compileNodeNames(texts), (flow) => flow.nodeName),
  uuid: (texts) => (flow) => texts.includes(flow.uuid ?? ""),
  traceId: (texts) => (flow) => texts.includes(flow.traceContext?.parent?.traceId ?? ""),
  ipTraceId: (numbers) => (flow) => numbers.includes(flow.ipTraceId?.traceId ?? 0),
  encrypted: (wanted) => (flow) => wanted.includes(flow.IP?.encrypted ?? false),
  interface: (wanted) => (flow) =>
    wanted.some(
      ({ index = 0, name = "" }) =>
        (index === 0 || index === flow.interface?.index) && (name === "" || name === flow.interface?.name),
    ),
  dnsQuery: (texts) => on(compileExpressions(texts), (flow) => flow.l7?.dns?.query),
  httpStatusCode: (texts, filter) => http(filter, statusCode(texts)),
  httpMethod: (texts, filter) => {
    const wanted = texts.map((text) => text.toLowerCase());
    return http(filter, (record) => wanted.includes((record.method ?? "").toLowerCase()));
  },
  httpPath: (texts, filter) => {
    const matches = compileExpressions(texts);
    return http(filter, (record) => matches(pathOf(record.url ?? "")));
  },
  httpUrl: (texts, filter) => {
    const matches = compileExpressions(texts);
    return http(filter, (record) => matches(record.url ?? ""));
  },
  httpHeader: (wanted, filter) =>
    http(filter, ({ headers = [] }) =>
      headers.some(({ key = "", value = "" }) => wanted.some((each) => each.key === key && each.value === value)),
    ),
};

const source = (flow: WireFlow) => flow.source;
const destination = (flow: WireFlow) => flow.destination;
type EndpointOf = (flow: WireFlow) => WireEndpoint | null | undefined;

function on(matches: (text: string) => boolean, textOf: (flow: WireFlow) => string | undefined): FlowMatcher {
  return (flow) => {
    const text = textOf(flow);
    return text !== undefined && text !== "" && matches(text);
  };
}

function onAny(
  matches: (text: string) => boolean,
  textsOf: (flow: WireFlow) => readonly string[] | undefined,
): FlowMatcher {
  return (flow) => (textsOf(flow) ?? []).some(matches);
}

function pod(texts: readonly string[], endOf: EndpointOf): FlowMatcher {
  const matches = compilePrefixes(texts);
  return (flow) => matches(endOf(flow)?.namespace ?? "", endOf(flow)?.podName ?? "");
}

function service(texts: readonly string[], serviceOf: (flow: WireFlow) => WireService | null | undefined): FlowMatcher {
  const matches = compilePrefixes(texts);
  return (flow) => matches(serviceOf(flow)?.namespace ?? "", serviceOf(flow)?.name ?? "");
}

function labels(
  selectors: readonly string[],
  labelsOf: (flow: WireFlow) => readonly string[] | undefined,
): FlowMatcher {
  const matchers = selectors.map(compileLabelSelector);
  return (flow) => matchers.some((matches) => matches(labelsOf(flow) ?? []));
}

function workload(wanted: readonly { name?: string; kind?: string }[], endOf: EndpointOf): FlowMatcher {
  return (flow) =>
    (endOf(flow)?.workloads ?? []).some((has) =>
      wanted.some(
        ({ name = "", kind = "" }) => (name === "" || name === has.name) && (kind === "" || kind === has.kind),
      ),
    );
}

function cluster(names: readonly string[], endOf: EndpointOf): FlowMatcher {
  if (names.includes("")) {
    throw new Error("cluster name must not be empty");
  }
  return (flow) => names.includes(endOf(flow)?.clusterName ?? "");
}

function port(texts: readonly string[], portOf: (ports: WirePorts) => number | undefined): FlowMatcher {
  const numbers = texts.map((text) => {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
      throw new Error(`invalid port: ${JSON.stringify(text)}`);
    }
    return Number(text);
  });
  return ({ l4 }) => {
    const ports = l4?.TCP ?? l4?.UDP ?? l4?.SCTP;
    return ports !== undefined && ports !== null && numbers.includes(portOf(ports) ?? 0);
  };
}

const protocols: Readonly<Record<string, FlowMatcher>> = {
  icmp: ({ l4 }) => Boolean(l4?.ICMPv4 ?? l4?.ICMPv6),
  icmpv4: ({ l4 }) => Boolean(l4?.ICMPv4),
  icmpv6: ({ l4 }) => Boolean(l4?.ICMPv6),
  tcp: ({ l4 }) => Boolean(l4?.TCP),
  udp: ({ l4 }) => Boolean(l4?.UDP),
  sctp: ({ l4 }) => Boolean(l4?.SCTP),
  vrrp: ({ l4 }) => Boolean(l4?.VRRP),
  igmp: ({ l4 }) => Boolean(l4?.IGMP),
  dns: ({ l7 }) => Boolean(l7?.dns),
  http: ({ l7 }) => Boolean(l7?.http),
  kafka: ({ l7 }) => Boolean(l7?.kafka),
};

function protocol(names: readonly string[]): FlowMatcher {
  const wanted = names.map((name) => {
    const known = Object.hasOwn(protocols, name.toLowerCase()) ? protocols[name.toLowerCase()] : undefined;
    if (known === undefined) {
      throw new Error(`unknown protocol: ${JSON.stringify(name)}`);
    }
    return known;
  });
  return (flow) => wanted.some((matches) => matches(flow));
}

/** Type 0 stands for any. */
function eventTypeMatches(
  wanted: { type?: number; matchSubType?: boolean; subType?: number },
  { eventType }: WireFlow,
): boolean {
  const { type = 0, matchSubType = false, subType = 0 } = wanted;
  const typeFits = type === 0 || type === (eventType?.type ?? 0);
  return typeFits && (!matchSubType || subType === (eventType?.subType ?? 0));
}

function hasFlags(flags: WireTcpFlags, wanted: WireTcpFlags): boolean {
  return Object.entries(wanted).every(([flag, set]) => !set || flags[flag as keyof WireTcpFlags] === true);
}

/** Drops count as no reply although they do not say; other flows that do not say never match. */
function replies(flow: WireFlow, wanted: readonly boolean[]): boolean {
  if (flow.isReply) {
    return wanted.includes(flow.isReply.value ?? false);
  }
  return flow.verdict === 2 && wanted.includes(false);
}

function http({ eventType = [] }: WireFilter, matches: (record: WireHttp) => boolean): FlowMatcher {
  if (eventType.length > 0 && !eventType.some(({ type }) => type === 129)) {
    throw new Error("filtering by http fields requires the event type filter to only match 'l7' events");
  }
  return ({ l7 }) => Boolean(l7?.http && matches(l7.http));
}

function statusCode(texts: readonly string[]): (record: WireHttp) => boolean {
  for (const text of texts) {
    if (!/^[1-5](\d{2}|\d?\+)$/.test(text)) {
      throw new Error(`invalid status code prefix: ${JSON.stringify(text)}`);
    }
  }
  return ({ code = 0 }) =>
    code !== 0 && texts.some((text) => String(code).padStart(3, "0").startsWith(text.replace("+", "")));
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

/**
 * One Hubble FlowFilter as a function, with the server's own semantics (Cilium pkg/hubble/filters, 1.19): every field that is set must hold, within a field
 * any value is enough. Compiled once per question; what depends on an end alone is remembered per endpoint, because endpoints repeat from flow to flow.
 */
import { type EndFields, endMatcher, fieldsOf, type Matcher, remembered } from "./filter-match-end.ts";
import { EventType, type Flow, Verdict } from "./flow.ts";
import { fitsGlob } from "./glob.ts";
import type { FlowFilter } from "./select.ts";

export type { EndFields, Matcher };

/** Whether the server would let this flow through this filter. For many flows compile once with `compileFilter`. */
export function matches(filter: FlowFilter, flow: Flow): boolean {
  return compileFilter(filter)(flow);
}

export function compileFilter(filter: FlowFilter): Matcher {
  const checks: Matcher[] = [];
  const add = <Value>(values: readonly Value[] | undefined, make: (values: readonly Value[]) => Matcher) => {
    if (values !== undefined && values.length > 0) checks.push(make(values));
  };
  add(filter.verdict, (verdicts) => (flow) => verdicts.includes(flow.verdict));
  add(filter.eventType, (types) => (flow) => types.some((type) => isEvent(flow, type)));
  add(
    filter.dropReasonDesc,
    (reasons) => (flow) => flow.verdict === Verdict.dropped && reasons.includes(flow.dropReason),
  );
  add(filter.trafficDirection, (directions) => (flow) => directions.includes(flow.direction));
  add(filter.protocol, (names) => {
    const wanted = names.map((name) => name.toLowerCase());
    return (flow) => wanted.some((name) => isProtocol(flow, name));
  });
  add(filter.httpStatusCode, (codes) => (flow) => codes.some((code) => hasCode(flow, code)));
  add(filter.nodeName, nodeMatcher);
  checks.push(...endMatcher(fieldsOf(filter, "source"), "source"));
  checks.push(...endMatcher(fieldsOf(filter, "destination"), "destination"));
  return all(checks);
}

/** Whitelist and blacklist together, as the server joins them. */
export function compileFilters(whitelist: readonly FlowFilter[], blacklist: readonly FlowFilter[]): Matcher {
  const wanted = whitelist.map(compileFilter);
  const unwanted = blacklist.map(compileFilter);
  return (flow) =>
    (wanted.length === 0 || wanted.some((match) => match(flow))) && !unwanted.some((match) => match(flow));
}

function all(checks: readonly Matcher[]): Matcher {
  return (flow) => {
    for (const check of checks) if (!check(flow)) return false;
    return true;
  };
}

function isEvent(flow: Flow, filter: NonNullable<FlowFilter["eventType"]>[number]): boolean {
  if (filter.type !== 0 && filter.type !== flow.eventType) return false;
  return filter.matchSubType !== true || flow.eventSubType === (filter.subType ?? 0);
}

function isProtocol(flow: Flow, name: string): boolean {
  switch (name) {
    case "icmp":
      return flow.protocol === "ICMPv4" || flow.protocol === "ICMPv6";
    case "http":
    case "dns":
    case "kafka":
      return flow.l7?.protocol === name;
    default:
      return flow.protocol !== "" && flow.protocol.toLowerCase() === name;
  }
}

function hasCode(flow: Flow, wanted: string): boolean {
  if (flow.eventType !== EventType.l7 || flow.l7?.protocol !== "http" || flow.l7.code === 0) return false;
  const code = String(flow.l7.code).padStart(3, "0");
  return wanted.endsWith("+") ? code.startsWith(wanted.slice(0, -1)) : code === wanted;
}

/** `[cluster/]node` with `*`. A flow without a cluster is of cluster "default"; a pattern without one fits nodes of all clusters. */
function nodeMatcher(patterns: readonly string[]): Matcher {
  const wanted = patterns.map((pattern) => {
    const [node = "", cluster] = pattern.split("/").reverse();
    return `${cluster === undefined || cluster === "" ? "*" : cluster}/${node === "" ? "*" : node}`;
  });
  const test = remembered((node: string) => {
    const full = node.includes("/") ? node : `default/${node}`;
    return wanted.some((pattern) => fitsGlob(pattern, full));
  });
  return (flow) => test(flow.node);
}

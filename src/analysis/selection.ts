/**
 * What is asked of the server, and the same again as a function for our side. The server's filters are as narrow as it can express; `wants` is exact: it
 * also holds what an older server ignored, two conditions on one field, and names that are more than a prefix.
 */
import { compileFilter, type EndFields, type Matcher } from "./filter-match.ts";
import { EventType, Verdict } from "./flow.ts";
import type { EndSelect, FlowFilter, FlowSelect } from "./select.ts";
import type { Resolution } from "./target.ts";
import { isNamed, resolvedFields, textFields } from "./target-fields.ts";
import { targetMatcher } from "./target-match.ts";

/**
 * `drops`: dropped packets with the verdicts beside them, refused requests with the 403 that answers them. `forwarded`: trace events. `map`: what passed, what was
 * dropped and what a policy under audit would drop. `http`, `dns`: requests, and the answers to them. `any`: all flows, or what was dropped for the reasons asked for.
 */
export type FlowKinds = "drops" | "forwarded" | "map" | "http" | "dns" | "any";

export interface Filters {
  readonly whitelist: readonly FlowFilter[];
  readonly blacklist: readonly FlowFilter[];
}

export interface Selection {
  readonly filters: Filters;
  readonly wants: Matcher;
}

/** A resolution that names no target ("ambiguous", "unknown") has nothing to select; do not ask then. */
export function createSelection(select: FlowSelect, resolution: Resolution | null, kinds: FlowKinds): Selection {
  const branches = branchesOf(kinds, select).map((branch) => buildBranch(branch, select, resolution));
  return {
    filters: { whitelist: branches.flatMap(({ whitelist }) => whitelist), blacklist: [] },
    wants: (flow) => branches.some(({ wants }) => wants(flow)),
  };
}

export function toFilters(select: FlowSelect, resolution: Resolution | null, kinds: FlowKinds): Filters {
  return createSelection(select, resolution, kinds).filters;
}

interface Branch {
  readonly filter: FlowFilter;
  /** Answers travel the other way: `from` is their destination, and their direction is not the request's (but `direct`). */
  readonly isAnswer: boolean;
  /** A proxy's answers have the direction of its requests. */
  readonly direct?: true;
  /** What no filter of the server can say. */
  readonly only?: Matcher;
}

function branchesOf(kinds: FlowKinds, { reasons }: FlowSelect): Branch[] {
  const events = (...types: number[]) => types.map((type) => ({ type }));
  if (kinds === "any") {
    return [{ filter: reasons.length > 0 ? { dropReasonDesc: [...reasons] } : {}, isAnswer: false }];
  }
  if (kinds === "http" || kinds === "dns") {
    const filter = { protocol: [kinds], eventType: events(EventType.l7) };
    return [
      { filter, isAnswer: false, only: ({ l7 }) => l7?.kind !== "response" },
      { filter, isAnswer: true, direct: true, only: ({ l7 }) => l7?.kind === "response" },
    ];
  }
  if (kinds === "forwarded") {
    const verdict = [Verdict.forwarded, Verdict.redirected];
    return [{ filter: { verdict, eventType: events(EventType.trace) }, isAnswer: false }];
  }
  if (kinds === "map") {
    const verdict = [Verdict.forwarded, Verdict.redirected, Verdict.dropped];
    return [
      { filter: { verdict, eventType: events(EventType.trace, EventType.drop, EventType.l7) }, isAnswer: false },
      { filter: { verdict: [Verdict.audit], eventType: events(EventType.policyVerdict) }, isAnswer: false },
    ];
  }
  const verdict = [Verdict.dropped];
  if (reasons.length > 0) {
    const eventType = events(EventType.drop, EventType.policyVerdict);
    return [{ filter: { verdict, eventType, dropReasonDesc: [...reasons] }, isAnswer: false }];
  }
  const eventType = events(EventType.drop, EventType.policyVerdict, EventType.l7);
  const answers = { verdict: [Verdict.forwarded], eventType: events(EventType.l7), httpStatusCode: ["403"] };
  return [
    { filter: { verdict, eventType }, isAnswer: false },
    { filter: answers, isAnswer: true },
  ];
}

/** All groups must hold; within a group any filter is enough. The server gets the cross product. */
function buildBranch({ filter, isAnswer, direct, only }: Branch, select: FlowSelect, resolution: Resolution | null) {
  const common: FlowFilter = {
    ...(select.protocols.length > 0 && { protocol: [...select.protocols] }),
    ...(select.nodes.length > 0 && { nodeName: [...select.nodes] }),
    ...(select.directions.length > 0 && (!isAnswer || direct) && { trafficDirection: [...select.directions] }),
  };
  const from = endFields(select.from);
  const to = endFields(select.to);
  const either = endFields(select.either);
  const groups: FlowFilter[][] = [
    [filter],
    [common],
    ...(from ? [[sided(from, isAnswer ? "destination" : "source")]] : []),
    ...(to ? [[sided(to, isAnswer ? "source" : "destination")]] : []),
    ...(either ? [bothSides([either])] : []),
  ];
  const checks = groups.map((group) => anyOf(group.map(compileFilter)));
  const target = targetGroup(select, resolution);
  if (target !== undefined) checks.push(target.wants);
  if (only !== undefined) checks.push(only);
  const all = target === undefined ? groups : [[filter], target.filters, ...groups.slice(1)];
  const whitelist = all.reduce<FlowFilter[]>(
    (product, group) => product.flatMap((left) => group.map((right) => ({ ...right, ...left }))),
    [{}],
  );
  return { whitelist, wants: ((flow) => checks.every((check) => check(flow))) satisfies Matcher };
}

function targetGroup(select: FlowSelect, resolution: Resolution | null) {
  if (select.target === undefined) return undefined;
  const resolved = resolution?.status === "resolved" ? resolution.target : undefined;
  const named = resolved !== undefined && isNamed(resolved.target) ? resolvedFields(resolved) : [];
  const fields = named.length > 0 ? named : textFields(resolved?.target ?? select.target);
  return { filters: bothSides(fields), wants: targetMatcher(select.target, resolution) };
}

function anyOf(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers;
  return matchers.length === 1 && only !== undefined ? only : (flow) => matchers.some((match) => match(flow));
}

function bothSides(fields: readonly EndFields[]): FlowFilter[] {
  return (["source", "destination"] as const).flatMap((side) => fields.map((one) => sided(one, side)));
}

/** Undefined when nothing is asked of this end. */
function endFields(select: EndSelect): EndFields | undefined {
  const pod = podsIn(select);
  const fields: EndFields = {
    ...(pod.length > 0 && { pod }),
    ...(isSet(select.label) && { label: select.label }),
    ...(isSet(select.identity) && { identity: select.identity }),
    ...(isSet(select.ip) && { ip: select.ip }),
    ...(isSet(select.fqdn) && { fqdn: select.fqdn }),
    ...(isSet(select.service) && { service: select.service }),
    ...(isSet(select.workload) && { workload: select.workload.map(readWorkload) }),
    ...(isSet(select.port) && { port: select.port.map(String) }),
  };
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** Hubble has one field for both. A pod that names its namespace keeps it; with another namespace beside it nothing can match. */
function podsIn({ pod = [], namespace = [] }: EndSelect): string[] {
  if (namespace.length === 0) return [...pod];
  if (pod.length === 0) return namespace.map((name) => `${name}/`);
  const both = pod.flatMap((text) => {
    const slash = text.indexOf("/");
    if (slash < 0) return namespace.map((name) => `${name}/${text}`);
    const given = text.slice(0, slash);
    if (given === "") return namespace.map((name) => `${name}${text}`);
    return namespace.includes(given) ? [text] : [];
  });
  return both.length > 0 ? both : [nothing];
}

/** No name begins with it: the conditions contradict each other, and an empty list would mean "any". */
export const nothing = "/!";

/** `name` or `Kind/name`. */
function readWorkload(text: string): { readonly name: string; readonly kind?: string } {
  const slash = text.indexOf("/");
  return slash < 0 ? { name: text } : { kind: text.slice(0, slash), name: text.slice(slash + 1) };
}

function sided(fields: EndFields, side: "source" | "destination"): FlowFilter {
  const prefixed = Object.entries(fields).map(([key, value]) => [
    `${side}${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    value,
  ]);
  return Object.fromEntries(prefixed) as FlowFilter;
}

function isSet<Value>(values: readonly Value[] | undefined): values is readonly Value[] {
  return values !== undefined && values.length > 0;
}

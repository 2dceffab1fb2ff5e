/** One hour of one cluster while it happens: flows in, a bounded sketch out. */
import { EventType, type Flow } from "../flow.ts";
import type { Edge, PolicyCount } from "./edge.ts";
import { edgeKey, policyKey, portlessKey } from "./edge.ts";
import type { EdgeReader } from "./edge-of.ts";
import {
  addObserved,
  type EdgeTimes,
  type HourObserved,
  type HourSketch,
  type NamespaceCount,
  unobserved,
} from "./hour.ts";
import { joinTimes, mergeTimes } from "./merge-hours.ts";
import { withNodeSeconds } from "./observed.ts";
import { createSpaceSaving, type SpaceSaving } from "./space-saving.ts";

export interface EdgeSketch {
  readonly hour: number;
  /** A redacted flow, each once. False: it is none that sketches count. */
  add(flow: Flow): boolean;
  /** Counts the policies that a verdict names. */
  policies(flow: Flow): void;
  observed(more: Partial<HourObserved>): void;
  /** What others stored of the same hour. */
  merge(stored: HourSketch): void;
  sketch(): HourSketch;
}

export interface EdgeCapacity {
  /** Edges that were dropped or refused, and those on which connections were opened: neither pushes the other out. */
  readonly stopped: number;
  readonly passed: number;
}

export const usualCapacity: EdgeCapacity = { stopped: 2_000, passed: 8_000 };

const mostNamespaces = 4_000;
const mostReasons = 100;
const mostPolicies = 2_000;
/** Of one pair: a scan of ports is one edge. */
const mostPorts = 32;

export function createEdgeSketch(hour: number, reader: EdgeReader, capacity = usualCapacity): EdgeSketch {
  let stopped = createSpaceSaving<EdgeTimes>(capacity.stopped);
  let passed = createSpaceSaving<EdgeTimes>(capacity.passed);
  /** Rows by pair, until their ports are folded. */
  const ports = new Map<string, Set<string> | "folded">();
  const namespaces = new Map<string, NamespaceCount>();
  const reasons = new Map<string, number>();
  const policies = new Map<string, PolicyCount>();
  let observed = unobserved;
  let crowded = false;

  /** Which row an edge belongs to; folds a pair's ports when they become too many. */
  function rowOf(edge: Edge, rows: SpaceSaving<EdgeTimes>): { readonly key: string; readonly edge: Edge } {
    const key = edgeKey(edge);
    if (edge.port === 0 || rows.has(key)) return { key, edge };
    const pair = portlessKey(edge);
    const known = ports.get(pair);
    if (known === "folded") return wholeOf(edge);
    if (known === undefined) {
      if (ports.size >= 4 * (capacity.stopped + capacity.passed)) ports.clear();
      ports.set(pair, new Set([key]));
      return { key, edge };
    }
    known.add(key);
    if (known.size <= mostPorts) return { key, edge };
    ports.set(pair, "folded");
    const whole = wholeOf(edge);
    for (const one of known) rename(rows, one, whole.edge);
    return whole;
  }

  function rename(rows: SpaceSaving<EdgeTimes>, key: string, edge: Edge): void {
    const row = rows.remove(key);
    if (row === undefined) return;
    const into = rows.remove(edgeKey(edge));
    rows.put({
      key: edgeKey(edge),
      count: row.count + (into?.count ?? 0),
      error: row.error + (into?.error ?? 0),
      value: joinTimes({ ...row.value, edge }, into?.value),
    });
  }

  function countEdge(edge: Edge, time: number): void {
    const rows = edge.verdict === "forwarded" ? passed : stopped;
    const row = rowOf(edge, rows);
    const seen = rows.add(row.key, 1, () => ({ edge: row.edge, first: time, last: time }));
    if (time < seen.first) seen.first = time;
    if (time > seen.last) seen.last = time;
    countNamespace(edge.sourceNamespace, edge.verdict, 1);
    if (edge.destinationNamespace !== edge.sourceNamespace) countNamespace(edge.destinationNamespace, edge.verdict, 1);
    if (edge.reason !== "") countReason(edge.reason, 1);
  }

  function countNamespace(namespace: string, verdict: Edge["verdict"], count: number): void {
    let row = namespaces.get(namespace);
    if (row === undefined) {
      if (namespaces.size >= mostNamespaces) {
        crowded = true;
        return;
      }
      row = { namespace, dropped: 0, refused: 0, forwarded: 0 };
      namespaces.set(namespace, row);
    }
    row[verdict] += count;
  }

  function countReason(reason: string, count: number): void {
    if (reasons.has(reason) || reasons.size < mostReasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    else crowded = true;
  }

  function countPolicy(policy: PolicyCount): void {
    const key = policyKey(policy);
    const known = policies.get(key);
    if (known === undefined && policies.size >= mostPolicies) {
      crowded = true;
      return;
    }
    const { kind, namespace, name, count, last } = policy;
    policies.set(key, {
      ...{ kind, namespace, name },
      count: count + (known?.count ?? 0),
      last: Math.max(last, known?.last ?? 0),
    });
  }

  /** Pods that turned out to belong to a workload become that workload. */
  function settle(rows: SpaceSaving<EdgeTimes>): void {
    for (const { key, value } of rows.rows()) {
      const source = reader.settled(value.edge.source);
      const destination = reader.settled(value.edge.destination);
      if (source === value.edge.source && destination === value.edge.destination) continue;
      rename(rows, key, { ...value.edge, source, destination });
    }
  }

  return {
    hour,
    add(flow) {
      const edge = reader.edge(flow);
      if (edge !== undefined) countEdge(edge, flow.time);
      return edge !== undefined;
    },
    policies({ eventType, allowedBy, deniedBy, time }) {
      if (eventType !== EventType.policyVerdict) return;
      for (const policy of allowedBy) countPolicy({ ...policy, count: 1, last: time });
      for (const policy of deniedBy) countPolicy({ ...policy, count: 1, last: time });
    },
    observed(more) {
      observed = addObserved(observed, withNodeSeconds({ ...unobserved, ...more }));
    },
    merge(stored) {
      stopped = createSpaceSaving(capacity.stopped, mergeTimes(stopped.summary(), stored.stopped, capacity.stopped));
      passed = createSpaceSaving(capacity.passed, mergeTimes(passed.summary(), stored.passed, capacity.passed));
      for (const { value } of [...stored.stopped.entries, ...stored.passed.entries])
        if (value.edge.port === 0) ports.set(portlessKey(value.edge), "folded");
      for (const { namespace, ...counts } of stored.namespaces)
        for (const verdict of ["dropped", "refused", "forwarded"] as const)
          countNamespace(namespace, verdict, counts[verdict]);
      for (const [reason, count] of Object.entries(stored.reasons)) countReason(reason, count);
      for (const policy of stored.policies) countPolicy(policy);
      observed = addObserved(observed, stored.observed);
      crowded ||= stored.crowded;
    },
    sketch() {
      settle(stopped);
      settle(passed);
      return {
        hour,
        stopped: stopped.summary(),
        passed: passed.summary(),
        namespaces: [...namespaces.values()],
        reasons: Object.fromEntries(reasons),
        policies: [...policies.values()],
        crowded: crowded || reader.unnamed > 0,
        observed,
      };
    },
  };
}

function wholeOf(edge: Edge): { readonly key: string; readonly edge: Edge } {
  const whole = { ...edge, port: 0 };
  return { key: edgeKey(whole), edge: whole };
}

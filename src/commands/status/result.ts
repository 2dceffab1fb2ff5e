/** The structured result of `status` (`--format json`): stable, additions only. Times are epoch milliseconds. */
import { isWell } from "../../analysis/status/rows.ts";
import type { SourceName } from "../../sources/question.ts";
import { invalidPolicies, relayCounts, type SourceState, type StatusView } from "./gather.ts";
import { countedLosses, fullMaps, ringLosses, type Worry, worriesOf } from "./worries.ts";

export interface StatusResult {
  readonly clusters: readonly ClusterStatus[];
}

interface ClusterStatus {
  readonly cluster: string;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  /** The worst first; empty: nothing is wrong as far as could be known. */
  readonly wrong: readonly Pick<Worry, "kind" | "tone" | "say">[];
  /** As Relay counts them; null: it gave no answer. */
  readonly nodes: { readonly answering: number; readonly total: number } | null;
  /** As Kubernetes has them; null: not known. */
  readonly ready: { readonly nodes: number | null; readonly agents: number | null; readonly total: number | null };
  /** Those with something wrong first, at most 100. */
  readonly list: readonly NodeStatus[];
  /** Of those that may be named; `others`: so many more. */
  readonly invalidPolicies: readonly { readonly kind: string; readonly namespace: string; readonly name: string }[];
  readonly otherInvalidPolicies: number;
  /** Events: by the agents' counters in the last hour, and in what rings hold. Null: not known. */
  readonly lost: { readonly counted: number | null; readonly inRings: number | null };
  readonly fullMaps: readonly { readonly map: string; readonly node: string; readonly fill: number }[];
  /** The oldest drop that is kept; null: nothing is. */
  readonly recordedSince: number | null;
}

interface NodeStatus {
  readonly name: string;
  readonly well: boolean;
  /** Relay's word; null: it does not list it. */
  readonly state: string | null;
  readonly version: string | null;
  readonly flowsPerSecond: number | null;
  readonly reachMs: number | null;
  readonly ring: { readonly flows: number; readonly max: number } | null;
  /** Kubernetes' and the kubelet's words for what is wrong; null: nothing. */
  readonly notReady: string | null;
  readonly agent: string | null;
}

const mostListed = 100;

export function statusResult(views: readonly StatusView[]): StatusResult {
  return { clusters: views.map(clusterStatus) };
}

function clusterStatus(view: StatusView): ClusterStatus {
  const { cluster, sources, relay, agents, rows } = view;
  const { named, others } = invalidPolicies(view);
  const [nodes, running] = [agents?.nodes ?? null, agents?.agents ?? null];
  return {
    ...{ cluster, sources },
    wrong: worriesOf(view).map(({ kind, tone, say }) => ({ kind, tone, say })),
    nodes: relay === undefined ? null : relayCounts(relay),
    ready: {
      nodes: nodes && nodes.total - nodes.notReady.length - nodes.folded - nodes.unknown,
      agents: running && running.total - running.troubled.length - running.folded,
      total: nodes?.total ?? running?.total ?? null,
    },
    list: rows.slice(0, mostListed).map((row) => ({
      ...{ name: row.name, well: isWell(row), state: row.relay?.state ?? null, version: row.relay?.version || null },
      ...{ flowsPerSecond: row.rate, reachMs: row.reachMs },
      ring: row.relay === null || row.relay.maxFlows === 0 ? null : { flows: row.relay.flows, max: row.relay.maxFlows },
      ...{ notReady: row.notReady && (row.notReady.reason || "not ready") },
      agent: row.agent && (row.agent.pod === null ? "missing" : row.agent.why || "not ready"),
    })),
    invalidPolicies: named.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    otherInvalidPolicies: others,
    lost: { counted: countedLosses(view), inRings: ringLosses(view) },
    fullMaps: fullMaps(view.panels.maps),
    recordedSince: relay?.recorder?.oldest ?? null,
  };
}

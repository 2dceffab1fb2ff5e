/** Outcomes by cluster, and what they come to. */
import type { Visible } from "../../access/access.ts";
import { isConnected } from "../../analysis/status/node.ts";
import { type NodeRow, nodeRows } from "../../analysis/status/rows.ts";
import type { Failure } from "../../errors.ts";
import type {
  AgentsFinding,
  NodesFinding,
  Outcome,
  PanelFinding,
  PolicyRules,
  PolicyRulesFinding,
  SourceName,
} from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { Trouble } from "../drops/gather.ts";
import { type PanelKey, panels } from "./ask.ts";
import { allSources } from "./words.ts";

export type SourceState = Outcome["status"];

export interface StatusView {
  readonly cluster: string;
  readonly askedAt: number;
  /** The namespaces whose policies may be named; undefined is all. */
  readonly visible: readonly string[] | undefined;
  readonly relay: NodesFinding | undefined;
  readonly agents: AgentsFinding | undefined;
  readonly policies: PolicyRulesFinding | undefined;
  readonly panels: Readonly<Record<PanelKey, PanelFinding | undefined>>;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  /** Those with something wrong first. */
  readonly rows: readonly NodeRow[];
  readonly troubles: readonly Trouble[];
}

export function statusViews(
  clusters: readonly string[],
  visible: Visible,
  outcomes: readonly Outcome[],
  askedAt: number,
): StatusView[] {
  return clusters.map((cluster) => {
    const own = outcomes.filter(({ question }) => question.cluster === cluster);
    const findings = own.flatMap((outcome) => (outcome.status === "ok" ? [outcome.finding] : []));
    const relay = findings.find((finding) => finding.ask === "nodes");
    const agents = findings.find((finding) => finding.ask === "agents");
    return {
      ...{ cluster, askedAt, visible: restrictionIn(visible, cluster).visible, relay, agents },
      policies: findings.find((finding) => finding.ask === "policyRules"),
      panels: {
        lost: panelOf(own, "lost"),
        unreachable: panelOf(own, "unreachable"),
        maps: panelOf(own, "maps"),
      },
      sources: Object.fromEntries(allSources.map((source) => [source, stateOf(own, source)])) as Record<
        SourceName,
        SourceState
      >,
      rows: nodeRows({
        ...{ relay: relay?.nodes ?? [], at: relay?.at ?? askedAt, isWhole: relay !== undefined && isWhole(relay) },
        ...{ notReady: agents?.nodes?.notReady ?? [], agents: agents?.agents?.troubled ?? [] },
      }),
      troubles: own.filter((outcome) => outcome.status !== "ok"),
    };
  });
}

export interface NodeCounts {
  readonly total: number;
  readonly answering: number;
}

/** By Relay's own list where that has all that do not answer: it tells nodes that are connected and answer with an error from those that answer. */
export function relayCounts(relay: NodesFinding): NodeCounts {
  const { nodes, folded, connected, unavailable } = relay;
  const listed = nodes.length + folded;
  const total = Math.max(listed, connected + unavailable);
  const last = nodes.at(-1);
  // Those that do not answer come first.
  const hasAll = listed === total && (folded === 0 || (last !== undefined && isConnected(last)));
  const away = nodes.filter((node) => !isConnected(node)).length;
  return { total, answering: hasAll ? total - away : Math.min(connected, total) };
}

/** Every node that Relay knows is listed by its name. One that does not list its nodes names at most ten that are away. */
function isWhole(relay: NodesFinding): boolean {
  return relay.folded === 0 && relay.nodes.length === relayCounts(relay).total;
}

/** Those that may be named, and how many more there are: in namespaces that are not shown here, or beyond the list. */
export function invalidPolicies({ policies, agents }: Pick<StatusView, "policies" | "agents">): {
  readonly named: readonly PolicyRules[];
  readonly others: number;
} {
  const named = (policies?.policies ?? []).filter(({ valid }) => valid === false);
  return { named, others: Math.max(0, (agents?.policies?.invalid ?? 0) - named.length) };
}

/** A source answers when it answered anything. */
function stateOf(outcomes: readonly Outcome[], source: SourceName): SourceState {
  const states = outcomes.filter(({ question }) => question.source === source).map(({ status }) => status);
  return states.find((state) => state === "ok") ?? states[0] ?? "skipped";
}

/** Why there is no answer; undefined where there is one, or the source is not configured. */
export function failureOfSource({ sources, troubles }: StatusView, source: SourceName): Failure | undefined {
  if (sources[source] === "ok" || sources[source] === "skipped") return undefined;
  return troubles.find(({ question, status }) => question.source === source && status !== "skipped")?.error;
}

function panelOf(outcomes: readonly Outcome[], key: PanelKey): PanelFinding | undefined {
  for (const { question, ...rest } of outcomes)
    if (question.ask === "panel" && question.panel === panels[key] && rest.status === "ok")
      return rest.finding.ask === "panel" ? rest.finding : undefined;
  return undefined;
}

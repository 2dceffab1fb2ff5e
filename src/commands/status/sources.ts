/** Which sources answer, and what else there is to know at a glance: facts of one cluster, a row for each of several. */
import { counted, numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import { clockText } from "../../analysis/time.ts";
import type { Block } from "../../message/message.ts";
import { noValue } from "../../message/no-value.ts";
import { cutEnd } from "../../message/plain.ts";
import type { SourceName } from "../../sources/question.ts";
import { sourceTitles } from "../drops/notes.ts";
import { failureOfSource, invalidPolicies, relayCounts, type StatusView } from "./gather.ts";
import { allSources, failureOf, fillText, longestCluster, rateText, reachText, short, versionText } from "./words.ts";
import { countedLosses, ringLosses } from "./worries.ts";

const mostClusters = 20;
const mostVersions = 3;

export function sourceFacts(views: readonly StatusView[]): Block[] {
  return views.map((view) => ({ kind: "facts", facts: factsOf(view) }));
}

function factsOf(view: StatusView) {
  const facts: readonly (readonly [name: string, value: string])[] = [
    [sourceTitles.hubble, relayText(view)],
    [sourceTitles.prometheus, stateText(view, "prometheus")],
    [sourceTitles.kubernetes, kubernetesText(view)],
    ["Cilium", versionsText(view)],
    ["Policies", policiesText(view)],
    ["Flows reach back", ringsText(view)],
    ["Recorder", recorderText(view)],
    ["Lost events", lostText(view)],
  ];
  return facts.filter(([, value]) => value !== "").map(([name, value]) => ({ name, value }));
}

export function clusterTable(views: readonly StatusView[]): Block[] {
  const more = views.length - mostClusters;
  return [
    {
      kind: "table",
      title: "Clusters",
      columns: ["Cluster", "Nodes", "Sources", "Policies", "Lost events"].map((title) => ({ title })),
      rows: views
        .slice(0, mostClusters)
        .map((view) => [
          { strong: cutEnd(view.cluster, longestCluster) },
          nodesText(view) || noValue,
          sourcesText(view),
          policiesText(view) || noValue,
          lossText(view),
        ]),
      ...(more > 0 && { folded: `${counted(more, "more cluster")}: ask with --cluster NAME` }),
    },
  ];
}

/** `all answer`, `Prometheus no answer, Kubernetes not configured`. */
function sourcesText(view: StatusView): string {
  const others = allSources.filter((source) => view.sources[source] !== "ok");
  if (others.length === 0) return "all answer";
  return others.map((source) => `${sourceTitles[source]} ${stateText(view, source)}`).join(", ");
}

/** `1,350 in 1h`, `none in the rings`. */
function lossText(view: StatusView): string {
  const [byCounters, byRings] = [countedLosses(view), ringLosses(view)];
  if (byCounters !== null) return `${amount(byCounters)} in 1h`;
  return byRings === null ? noValue : `${amount(byRings)} in the rings`;
}

function stateText(view: StatusView, source: SourceName): string {
  const failure = failureOfSource(view, source);
  if (failure !== undefined) return failureOf(failure).short;
  return view.sources[source] === "ok" ? "answers" : "not configured";
}

/** `3 of 3 answer`, `3 of 3 are ready`; with what they are: `3 of 3 nodes answer`. */
export function nodesText({ relay, agents }: StatusView, what: "nodes " | "" = ""): string {
  if (relay !== undefined) {
    const { total, answering } = relayCounts(relay);
    return total === 0 ? "" : `${numberText(answering)} of ${numberText(total)} ${what}answer`;
  }
  const nodes = agents?.nodes;
  if (!nodes || nodes.total === 0) return "";
  const ready = nodes.total - nodes.notReady.length - nodes.folded - nodes.unknown;
  return `${numberText(ready)} of ${numberText(nodes.total)} ${what}are ready`;
}

function relayText(view: StatusView): string {
  const { relay } = view;
  if (relay === undefined) return stateText(view, "hubble");
  const { total, answering } = relayCounts(relay);
  const parts = [
    "answers",
    ...(total === 0 ? [] : [`${numberText(answering)} of ${counted(total, "node")}`]),
    ...(relay.flowsPerSecond === null ? [] : [`${rateText(relay.flowsPerSecond)} flows/s`]),
    ...(relay.version === "" ? [] : [`version ${versionText(relay.version)}`]),
  ];
  return parts.join(", ");
}

function kubernetesText(view: StatusView): string {
  const { agents, askedAt } = view;
  if (agents === undefined) return stateText(view, "kubernetes");
  const { nodes, agents: running, staleSince } = agents;
  const troubled = running === null ? 0 : running.troubled.length + running.folded;
  const parts = [
    staleSince === null ? "answers" : `as of ${clockText(staleSince, askedAt)} UTC`,
    ...(nodes === null
      ? []
      : [
          `${numberText(nodes.total - nodes.notReady.length - nodes.folded - nodes.unknown)} of ${counted(nodes.total, "node")} ready`,
        ]),
    ...(running === null
      ? []
      : [`agents ready on ${numberText(running.total - troubled)} of ${numberText(running.total)}`]),
  ];
  return parts.join(", ");
}

/** `1.19.4`, `1.19.4 on 118 nodes, 1.18.2 on 2`. */
function versionsText({ relay }: StatusView): string {
  const counts = new Map<string, number>();
  for (const { version, nodes } of relay?.versions ?? []) {
    const text = version === "" ? "not told" : versionText(version);
    counts.set(text, (counts.get(text) ?? 0) + nodes);
  }
  const [first, ...others] = [...counts];
  if (first === undefined) return "";
  if (others.length === 0) return first[0] === "not told" ? "" : first[0];
  const shown = [`${first[0]} on ${counted(first[1], "node")}`];
  for (const [text, nodes] of others.slice(0, mostVersions - 1)) shown.push(`${text} on ${numberText(nodes)}`);
  return `${shown.join(", ")}${others.length >= mostVersions ? ", …" : ""}`;
}

function policiesText(view: StatusView): string {
  const { agents, policies, visible } = view;
  const { named, others } = invalidPolicies(view);
  const own = policies === undefined ? null : policies.policies.length + policies.folded;
  const total = agents?.policies?.total ?? (visible === undefined ? own : null);
  if (total === null) return "";
  const invalid = named.length + others;
  if (total === 0) return "none";
  return `${numberText(total)}, ${invalid > 0 ? numberText(invalid) : "none"} invalid`;
}

/** `1m32s to 4m12s; rings 100% full`. */
function ringsText({ rows, relay }: StatusView): string {
  const reaches = reachesOf(relay) ?? rows.flatMap(({ reachMs }) => (reachMs === null ? [] : [reachMs]));
  const fill = relay !== undefined && relay.maxFlows > 0 ? fillText(Math.min(1, relay.flows / relay.maxFlows)) : "";
  if (reaches.length === 0) return fill === "" ? "" : `not known; rings ${fill} full`;
  const [least, most] = [reachText(Math.min(...reaches)), reachText(Math.max(...reaches))];
  return `${least === most ? least : `${least} to ${most}`}${fill === "" ? "" : `, rings ${fill} full`}`;
}

/** Of all nodes, those too that are not listed. */
function reachesOf(relay: StatusView["relay"]): readonly number[] | undefined {
  return relay?.reach ? [relay.reach.leastMs, relay.reach.mostMs] : undefined;
}

function recorderText({ relay }: StatusView): string {
  if (relay === undefined) return "";
  if (relay.recorder === null) return "none in this process";
  const { oldest } = relay.recorder;
  if (oldest === null) return "nothing recorded yet";
  return `drops since ${clockText(oldest, relay.at)} UTC (${roughDuration(Math.max(0, relay.at - oldest))})`;
}

function lostText(view: StatusView): string {
  const [byCounters, byRings] = [countedLosses(view), ringLosses(view)];
  const bySource = Object.entries(view.relay?.lost ?? {}).filter(([, count]) => count > 0);
  const which = bySource.length === 0 ? "" : ` (${bySource.map(([source]) => short(source)).join(", ")})`;
  const parts = [
    ...(byCounters === null ? [] : [`${amount(byCounters)} in 1h`]),
    ...(byRings === null ? [] : [`${amount(byRings)} in the rings${which}`]),
  ];
  if (byCounters === 0 && byRings === 0) return "none in 1h";
  return parts.join(", ");
}

function amount(count: number): string {
  return count === 0 ? "none" : numberText(count);
}

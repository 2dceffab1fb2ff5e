/** One reading of flows for how far a pair's connections come: both directions of the pair, and the source's lookups. */
import { createCoverage } from "../../analysis/collect-coverage.ts";
import type { WorkloadOf } from "../../analysis/endpoint-name.ts";
import type { EndFields } from "../../analysis/filter-match-end.ts";
import { type Endpoint, EventType, type Flow } from "../../analysis/flow.ts";
import type { Redaction } from "../../analysis/redact.ts";
import type { FlowFilter } from "../../analysis/select.ts";
import type { Resolution, Target } from "../../analysis/target.ts";
import { isNamed, resolvedFields, textFields } from "../../analysis/target-fields.ts";
import { targetMatcher } from "../../analysis/target-match.ts";
import { isAnswer, isGuessed } from "../../analysis/trace/packet.ts";
import { createTraceReducer, type TraceReducer } from "../../analysis/trace/reducer.ts";
import { onlyVisible } from "../../analysis/visible.ts";
import type { TraceFinding, TraceQuestion } from "../question.ts";
import type { FlowRun } from "./flow-run.ts";
import { type ResolveTarget, resolveOne } from "./resolve-target.ts";
import { runSink, within } from "./run-sink.ts";

export interface Ends {
  readonly from: Resolution;
  readonly to: Resolution;
}

export interface TraceRunOptions extends Ends {
  readonly question: TraceQuestion;
  readonly workloadOf?: WorkloadOf | undefined;
  readonly redaction?: Redaction | undefined;
}

export async function resolveEnds(
  { from, to, visible }: TraceQuestion,
  resolve: ResolveTarget | undefined,
  signal: AbortSignal,
): Promise<Ends> {
  const one = (target: Target) => resolveOne(target, visible, resolve, signal);
  const [source, destination] = await Promise.all([one(from), one(to)]);
  return { from: source, to: destination };
}

/** Something to look for: each end is one thing, or nobody could say. */
export function areKnown({ from, to }: Ends): boolean {
  return [from, to].every(({ status }) => status === "resolved" || status === "unresolved");
}

export function emptyTrace(ends: Ends): TraceFinding {
  return { ask: "trace", from: ends.from, resolution: ends.to, trace: null, coverage: null };
}

export function createTraceRun({ question, from, to, workloadOf, redaction }: TraceRunOptions): FlowRun<TraceFinding> {
  const { window, port, protocol, visible } = question;
  const [source, destination] = [endOf(question.from, from), endOf(question.to, to)];
  const isOutside = destination.target.kind === "fqdn";
  const whitelist = [
    ...(isOutside ? [] : pairs(source.ways, destination.ways)),
    // What left with its node's address carries that node in place of the source.
    ...(isOutside
      ? []
      : pairs([{ identity: otherNodes }], destination.ways).map((way) => ({ ...way, eventType: onItsWay }))),
    ...both(source.ways).map((way) =>
      isOutside ? way : { ...way, protocol: ["dns"], eventType: [{ type: EventType.l7 }] },
    ),
  ];
  const whatIs = (flow: Flow): Parameters<TraceReducer["add"]>[1] | undefined => {
    const [sent, received] = [source.isSource(flow), source.isDestination(flow)];
    if (flow.l7?.protocol === "dns" && (sent || received)) return "lookup";
    const [toIt, fromIt] = [destination.isDestination(flow), destination.isSource(flow)];
    const [there, back] = [sent && toIt, received && fromIt];
    // A socket's translation is no packet: towards the backend it names the client first, and back again it tells nothing.
    if (flow.eventType === EventType.socket) return there ? "pair" : undefined;
    if (isAnswer(flow) ? back : there) return "pair";
    // Two high ports look like an answer: that alone does not turn a connection round.
    if (there || back) return isGuessed(flow) ? "pair" : "reverse";
    if (!isOutside && ((toIt && isOtherNode(flow.source)) || (fromIt && isOtherNode(flow.destination)))) return "node";
    return isOutside && (sent || received) && isWorldEnd(flow) ? "outside" : undefined;
  };
  const selection = { filters: { whitelist, blacklist: [] }, wants: (flow: Flow) => whatIs(flow) !== undefined };
  const { filters, wants } = onlyVisible(selection, visible);
  const isWanted = within(window, wants);
  const coverage = createCoverage(redaction);
  const reducer = createTraceReducer({
    ...{ window, to: destination.target, port, protocol, workloadOf, redaction },
    sourceNamespace: "namespace" in source.target ? (source.target.namespace ?? "default") : "",
    nodeOf: new Map(
      [from, to].flatMap((end) =>
        end.status === "resolved"
          ? end.target.pods.flatMap(({ ips, node }) => ips.map((ip) => [ip, node] as const))
          : [],
      ),
    ),
  });
  return {
    filters,
    range: { since: window.from, until: window.to },
    coverage,
    sink: runSink(coverage, (flow) => {
      const what = isWanted(flow) ? whatIs(flow) : undefined;
      if (what !== undefined) reducer.add(flow, what);
    }),
    finish(end) {
      const covered = coverage.finish(end);
      return { ask: "trace", from, resolution: to, trace: reducer.finish(covered), coverage: covered };
    },
  };
}

interface End {
  readonly target: Target;
  /** Ways to be meant, for the server. */
  readonly ways: readonly EndFields[];
  isSource(flow: Flow): boolean;
  isDestination(flow: Flow): boolean;
}

function endOf(asked: Target, resolution: Resolution): End {
  const resolved = resolution.status === "resolved" ? resolution.target : undefined;
  const target = resolved?.target ?? asked;
  const own = resolved !== undefined && isNamed(target) ? resolvedFields(resolved) : [];
  const service = serviceOf(target);
  const fields = own.length > 0 ? own : textFields(target);
  const isEnd = targetMatcher(asked, resolution);
  const isService = (flow: Flow, side: "sourceService" | "destinationService") =>
    service !== undefined && flow[side]?.name === service.name && flow[side].namespace === service.namespace;
  return {
    target,
    ways:
      service === undefined
        ? fields
        : [...fields.filter((way) => way.service === undefined), { service: [`${service.namespace}/${service.name}`] }],
    isSource: (flow) => isEnd(alone(flow, "source")) || isService(flow, "sourceService"),
    isDestination: (flow) => isEnd(alone(flow, "destination")) || isService(flow, "destinationService"),
  };
}

/** Packets to a service's address carry its name and no pod; a Service mostly has the name of the workload behind it. */
function serviceOf(target: Target): { readonly namespace: string; readonly name: string } | undefined {
  if (target.kind !== "name" && target.kind !== "workload" && target.kind !== "service") return undefined;
  return { namespace: target.namespace ?? "default", name: target.name };
}

/** The flow as if both its ends were this one, because a target's matcher takes either. */
function alone(flow: Flow, side: "source" | "destination"): Flow {
  return side === "source"
    ? {
        ...flow,
        destination: flow.source,
        destinationIp: flow.sourceIp,
        destinationNames: flow.sourceNames,
        destinationService: flow.sourceService,
      }
    : {
        ...flow,
        source: flow.destination,
        sourceIp: flow.destinationIp,
        sourceNames: flow.destinationNames,
        sourceService: flow.destinationService,
      };
}

/** remote-node, and a node that the API server runs on. */
const otherNodes = [6, 7];
const onItsWay = [EventType.trace, EventType.drop, EventType.policyVerdict].map((type) => ({ type }));

function isOtherNode({ identity }: Endpoint): boolean {
  return otherNodes.includes(identity);
}

function isWorldEnd({ source, destination }: Flow): boolean {
  return [source, destination].some(({ labels }) => labels.includes("reserved:world"));
}

function both(ways: readonly EndFields[]): FlowFilter[] {
  return (["source", "destination"] as const).flatMap((side) => ways.map((way) => sided(way, side)));
}

function pairs(from: readonly EndFields[], to: readonly EndFields[]): FlowFilter[] {
  return from.flatMap((one) =>
    to.flatMap((other) => [
      { ...sided(one, "source"), ...sided(other, "destination") },
      { ...sided(one, "destination"), ...sided(other, "source") },
    ]),
  );
}

function sided(fields: EndFields, side: "source" | "destination"): FlowFilter {
  const prefixed = Object.entries(fields).map(([key, value]) => [
    `${side}${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    value,
  ]);
  return Object.fromEntries(prefixed) as FlowFilter;
}

/**
 * A selection for a place where only some namespaces may be seen: flows that have an end in one of them. An end is in the namespace of its pod, of its service, or
 * of its identity's labels (a pod that is gone has lost its name); the world, a node and an unknown address are in none. The server is asked for no more than
 * that, and `wants` holds it again.
 */
import { namespaceKey, namespaceOf } from "../policy/labels.ts";
import { type Matcher, readPrefix, remembered } from "./filter-match-end.ts";
import { Direction, type Endpoint, type Flow, type PolicyRef } from "./flow.ts";
import type { FlowFilter } from "./select.ts";
import { nothing, type Selection } from "./selection.ts";

/** `visible` undefined: the selection as it is. No namespace at all: nothing. */
export function onlyVisible(selection: Selection, visible: readonly string[] | undefined): Selection {
  if (visible === undefined) return selection;
  // "" is the namespace of ends that have none.
  const namespaces = new Set(visible.filter((namespace) => namespace !== ""));
  const { whitelist, blacklist } = selection.filters;
  const all = whitelist.length === 0 ? [{}] : whitelist;
  const narrowed = all.flatMap((filter) => narrow(filter, namespaces));
  const isVisible = visibleFlow(namespaces);
  return {
    // No filter at all would mean everything.
    filters: { whitelist: narrowed.length > 0 ? narrowed : [{ sourcePod: [nothing] }], blacklist },
    wants: (flow) => isVisible(flow) && selection.wants(flow),
  };
}

/**
 * Flows without what they tell of other namespaces' policies: names, and the texts that policies log. A text names no policy; it counts as the deciding end's,
 * the receiver's on ingress and the sender's on egress.
 */
export function hideOtherPolicies(visible: readonly string[] | undefined): (flow: Flow) => Flow {
  if (visible === undefined) return (flow) => flow;
  const namespaces = new Set(["", ...visible]);
  const isShown = ({ namespace }: PolicyRef) => namespaces.has(namespace);
  return (flow) => {
    const { deniedBy, allowedBy, policyLog } = flow;
    if (deniedBy.length + allowedBy.length + policyLog.length === 0) return flow;
    const ends = [
      ...(flow.direction === Direction.ingress ? [] : [flow.source]),
      ...(flow.direction === Direction.egress ? [] : [flow.destination]),
    ];
    const isLogShown = ends.every((end) => namespaces.has(end.namespace || (namespaceOf(end.labels) ?? "")));
    return {
      ...flow,
      deniedBy: deniedBy.filter(isShown),
      allowedBy: allowedBy.filter(isShown),
      policyLog: isLogShown ? policyLog : [],
    };
  };
}

function visibleFlow(namespaces: ReadonlySet<string>): Matcher {
  const isIn = (named: { readonly namespace: string } | undefined) =>
    named !== undefined && namespaces.has(named.namespace);
  const isVisible = remembered((end: Endpoint) => isIn(end) || namespaces.has(namespaceOf(end.labels) ?? ""));
  return ({ source, destination, sourceService, destinationService }) =>
    isVisible(source) || isVisible(destination) || isIn(sourceService) || isIn(destinationService);
}

const names = ["sourcePod", "destinationPod", "sourceService", "destinationService"] as const;
const labels = ["sourceLabel", "destinationLabel"] as const;

/** The filter once for each way to be visible, joined with the names and labels that it asks for already. */
function narrow(filter: FlowFilter, namespaces: ReadonlySet<string>): FlowFilter[] {
  if (names.some((field) => isWithin(filter[field], namespaces))) return [filter];
  const ways = [
    ...names.map((field) => ({ field, values: namesWithin(filter[field] ?? ["/"], namespaces) })),
    ...labels.map((field) => ({ field, values: labelsWithin(filter[field] ?? [""], namespaces) })),
  ];
  return ways.flatMap(({ field, values }) => (values.length > 0 ? [{ ...filter, [field]: values }] : []));
}

function isWithin(names: readonly string[] | undefined, namespaces: ReadonlySet<string>): boolean {
  if (names === undefined || names.length === 0) return false;
  return names.every((name) => namespaces.has(readPrefix(name).namespace ?? ""));
}

function namesWithin(names: readonly string[], namespaces: ReadonlySet<string>): string[] {
  return names.flatMap((name) => {
    const { namespace, prefix } = readPrefix(name);
    if (namespace === undefined) return [...namespaces].map((visible) => `${visible}/${prefix}`);
    return namespaces.has(namespace) ? [name] : [];
  });
}

function labelsWithin(selectors: readonly string[], namespaces: ReadonlySet<string>): string[] {
  return selectors.flatMap((selector) =>
    [...namespaces].map((visible) => `${selector === "" ? "" : `${selector},`}k8s:${namespaceKey}=${visible}`),
  );
}

/** What `why` asks: the policies' word, what Hubble saw of the pair, and how far its connections came on both nodes, at once. */
import type { Visible } from "../../access/access.ts";
import type { EndSelect, FlowSelect, Window } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import type { Question } from "../../sources/question.ts";
import { restrictionIn } from "../command.ts";
import type { DropsArgs } from "../drops/args.ts";
import type { WhyArgs } from "./args.ts";

/** Rows of a pair: ports and reasons. */
const rows = 30;
/** Of one sender to all that is outside, of which those are picked that had the name. */
const outsideRows = 60;

export function whyQuestions(
  args: WhyArgs,
  {
    window,
    visible,
    clusters,
  }: { readonly window: Window; readonly visible: Visible; readonly clusters: readonly string[] },
): Question[] {
  const { from, to, port, protocol, http } = args;
  return clusters.flatMap((cluster): Question[] => {
    const place = { cluster, ...restrictionIn(visible, cluster) };
    const select = { ...pairSelect(args), ...(translates(to) && { to: {} }) };
    const flows = { ...place, source: "hubble", select, window, top: rows } as const;
    const named = to.kind === "fqdn" && { select: toOutside(select), named: to.name, top: outsideRows };
    return [
      { ...place, source: "kubernetes", ask: "why", from: { target: from }, to: { target: to }, port, protocol, http },
      { ...flows, ask: "drops", ...named },
      { ...flows, ask: "forwarded", ...(arrives(to) && { select: { ...flows.select, directions: [ingress] } }) },
      { ...place, source: "hubble", ask: "trace", from, to, port, protocol, window },
    ];
  });
}

const ingress = 1;
const worlds = ["reserved:world", "reserved:world-ipv4", "reserved:world-ipv6"];

/** What is dropped to an address that an agent has forgotten carries no name: the addresses of a name are known afterwards. */
function toOutside({ target: _, ...select }: FlowSelect): FlowSelect {
  return { ...select, to: { ...select.to, label: worlds } };
}

/** A Service may stand in front, and its port need not be the pods' port, which flows carry: the other ports are left out afterwards. */
function translates(to: Target): boolean {
  return ["name", "workload", "service"].includes(to.kind);
}

/** The receiver is an endpoint: a packet got through when it arrived, not when it left the sender's node. */
export function arrives(to: Target): boolean {
  return !["ip", "cidr", "fqdn", "reserved"].includes(to.kind);
}

/** `drops` about the same pair. */
export function asDrops(args: WhyArgs): DropsArgs {
  const { since, until, clusters } = args;
  return { select: pairSelect(args), since, until, top: 10, all: false, ...(clusters !== undefined && { clusters }) };
}

/** The receiver is the target, which its cluster looks up; the sender is said in Hubble's words, and held against what it is afterwards. */
function pairSelect({ from, to, port, protocol }: WhyArgs): FlowSelect {
  const isIcmp = protocol.startsWith("ICMP");
  return {
    target: to,
    either: {},
    from: senderSelect(from),
    to: port === null || isIcmp ? {} : { port: [port] },
    reasons: [],
    protocols: port === null ? [] : [protocol.toLowerCase()],
    directions: [],
    nodes: [],
  };
}

function senderSelect(target: Target): EndSelect {
  switch (target.kind) {
    case "name":
    case "pod":
    case "workload":
    case "service":
      return { pod: [`${target.namespace ?? ""}/${target.name}`] };
    case "namespace":
      return { namespace: [target.name] };
    case "labels":
      return { label: [target.selector] };
    case "ip":
      return { ip: [target.ip] };
    case "cidr":
      return { ip: [target.cidr] };
    case "fqdn":
      return { fqdn: [target.name] };
    case "identity":
      return { identity: [target.identity] };
    case "reserved":
      return { label: [`reserved:${target.name}`] };
  }
}

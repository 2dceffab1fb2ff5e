/** The verdict about one case, side by side, in words. */
import type { Inline } from "../../message/message.ts";
import type { RuleName } from "../../policy/engine/nearest.ts";
import { type Direction, directions } from "../../policy/policy.ts";
import type { WhyCase, WhySide } from "../../sources/question.ts";
import { policyKind, policyName, shorten } from "../drops/words.ts";
import type { Request } from "./args.ts";
import { conditionText } from "./condition.ts";

/** Whose labels may not be told. */
export type Hidden = Readonly<Record<"from" | "to", boolean>>;

/** One paragraph for each direction, the one that refuses first. */
export function sideTexts(found: WhyCase, hidden: Hidden, http: Request | null): Inline[][] {
  const order: readonly Direction[] =
    found.egress.verdict === "ALLOWED" ? ["ingress", "egress"] : ["egress", "ingress"];
  return order.map((direction) => {
    const owner = direction === "ingress" ? found.to : found.from;
    const title = `${direction === "ingress" ? "Ingress" : "Egress"} of ${shorten(owner)}: `;
    return [{ strong: title }, ...sideText(found, direction, hidden, http)];
  });
}

/** The side that refused first, as `egress` and `ingress`; undefined when both let it pass. */
export function refusing(found: WhyCase): Direction | undefined {
  const [ingress, egress] = directions;
  return [egress, ingress].find((direction) => direction !== undefined && found[direction].verdict !== "ALLOWED");
}

/** Why this side refuses, in one sentence without a stop. Empty when it does not. */
export function refusalText(found: WhyCase, direction: Direction, hidden: Hidden): Inline[] {
  const side = found[direction];
  if (side.verdict === "ERROR") return ["the agent cannot compute its policy"];
  if (side.verdict === "ALLOWED") return [];
  if (side.reason === "explicit-deny") return ["a deny rule of ", ...rules(side.deciding)];
  if (side.reason === "authentication") return ["mutual authentication is demanded by ", ...rules(side.deciding)];
  return nearestText(found, direction, hidden) ?? ["no rule allows anything"];
}

function sideText(found: WhyCase, direction: Direction, hidden: Hidden, http: Request | null): Inline[] {
  const side = found[direction];
  if (side.hidden) return ["not shown here, because its namespace is not."];
  if (!side.applies) return ["Cilium decides nothing there, it is no endpoint of this cluster."];
  if (!side.enforced) return [`allowed, no policy selects it for ${direction}.`];
  if (side.verdict === "ERROR")
    return [
      `the agent cannot compute this policy and keeps the one it had: ${side.conflict ?? "two rules contradict each other"}.`,
    ];
  if (side.reason === "explicit-deny")
    return ["denied by ", ...rules(side.deciding), ". A deny rule beats every rule that allows."];
  if (side.reason === "authentication")
    return ["denied, because ", ...rules(side.deciding), " demands an authentication that fails."];
  if (side.reason === "l7") return refusedRequest(found, direction, hidden, http);
  if (side.verdict === "DENIED") return [...defaultDeny(side), ...near(found, direction, hidden)];
  return allowed(side, http);
}

function defaultDeny(side: WhySide): Inline[] {
  const of = side.selecting.slice(0, 3).flatMap((policy, at): Inline[] => [at === 0 ? "" : ", ", policyCode(policy)]);
  const more = side.selecting.length > 3 ? ` and ${side.selecting.length - 3} more` : "";
  if (side.selecting.length === 0) return ["denied, the enforcement mode refuses what no policy allows."];
  return [
    "denied. ",
    ...of,
    `${more} ${side.selecting.length === 1 ? "selects it, and it has" : "select it, and they have"} no rule for this.`,
  ];
}

function near(found: WhyCase, direction: Direction, hidden: Hidden): Inline[] {
  const text = nearestText(found, direction, hidden);
  const path = found[direction].nearest?.rule.path;
  if (text === undefined) return [" No rule there allows anything at all."];
  return [` Nearest (${shorten(path ?? "")}): `, ...text, "."];
}

function nearestText(found: WhyCase, direction: Direction, hidden: Hidden): Inline[] | undefined {
  const { nearest } = found[direction];
  if (nearest === null) return undefined;
  const told = {
    rule: nearest.rule.name,
    peer: direction === "ingress" ? found.from : found.to,
    hidden: direction === "ingress" ? hidden.from : hidden.to,
    isPod: direction === "ingress" ? found.isPod.from : found.isPod.to,
    anyPort: found.port === null,
  };
  const also = nearest.alsoFailed === null ? [] : ["; and ", ...conditionText(nearest.alsoFailed, told)];
  return [...conditionText(nearest.failed, told), ...also];
}

function refusedRequest(found: WhyCase, direction: Direction, hidden: Hidden, http: Request | null): Inline[] {
  const side = found[direction];
  const request: Inline = http === null ? "the request" : { code: shorten(requestName(http)) };
  const text = nearestText(found, direction, hidden);
  return [
    "the connection is allowed by ",
    ...rules(side.deciding),
    `, and its ${proxyName(side)} refuses `,
    request,
    side.redirect === "http" ? " with 403" : "",
    ...(text === undefined ? [] : [": ", ...text]),
    ".",
    ...passing(side),
  ];
}

function allowed(side: WhySide, http: Request | null): Inline[] {
  if (!side.defaultDeny && side.deciding.length === 0)
    return ["allowed: policies select it, but none of them denies what it does not name."];
  const by: Inline[] = side.deciding.length === 0 ? ["allowed"] : ["allowed by ", ...rules(side.deciding)];
  const proof = side.authentication === "required" ? ", with mutual authentication" : "";
  if (side.redirect === null) return [...by, `${proof}.`];
  if (side.l7 === "allowed")
    return [
      ...by,
      `${proof}, and its ${proxyName(side)} lets `,
      http === null ? "the request" : { code: shorten(requestName(http)) },
      " pass.",
    ];
  return [...by, `${proof}, through its ${proxyName(side)}.`, ...passing(side)];
}

function proxyName({ redirect }: WhySide): string {
  return redirect === "http" || redirect === "dns" ? `${redirect.toUpperCase()} proxy` : "proxy";
}

function passing({ requests }: WhySide): Inline[] {
  return requests.length === 0
    ? []
    : [
        " It lets pass: ",
        ...requests.flatMap((text, at): Inline[] => [at === 0 ? "" : ", ", { code: shorten(text) }]),
        ".",
      ];
}

/** `cnp default/rule1 (spec.ingress[0])`. */
function rules(names: readonly RuleName[]): Inline[] {
  return names
    .slice(0, 3)
    .flatMap((name, at): Inline[] => [at === 0 ? "" : " and ", policyCode(name), ` (${shorten(name.path)})`])
    .concat(names.length > 3 ? [` and ${names.length - 3} more`] : []);
}

function policyCode(policy: Pick<RuleName, "kind" | "namespace" | "name">): Inline {
  return { code: `${policyKind(policy.kind)} ${policyName(policy)}` };
}

/** A query may carry what nobody should read. */
export function requestName({ method, path }: Pick<Request, "method" | "path">): string {
  const query = path.indexOf("?");
  return `${method} ${query < 0 ? path : `${path.slice(0, query)}?…`}`;
}

/** `80/TCP`, `any other port`, `ICMPv4 type 8`. */
export function portText({ port, protocol }: Pick<WhyCase, "port" | "protocol">, alone: boolean): string {
  if (protocol.startsWith("ICMP")) return `${protocol} type ${port ?? 8}`;
  return port === null ? (alone ? "any port" : "any other port") : `${port}/${protocol}`;
}

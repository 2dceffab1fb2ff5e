/** Small wordings that several parts of the answer share. */
import { reasonFromText } from "../../analysis/reasons.ts";
import { cutEnd } from "../../message/plain.ts";
import type { PolicyView } from "../../policy/view.ts";

/** The agent's text, because that is what people know from `hubble observe`; a number that is not known stays one. */
export function reasonText(reason: string): string {
  const known = reasonFromText(reason);
  if (known) return known.text;
  return /^\d+$/.test(reason) ? `${reason} (unknown)` : shorten(reason);
}

/** In the middle of a sentence: `policy denied`, but `CT: Map insertion failed`. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

export function directionText(direction: string): string {
  return direction === "INGRESS" || direction === "EGRESS" ? direction.toLowerCase() : "unknown";
}

/** `default/deathstar:80/TCP`; protocols without ports stand behind a space. */
export function destinationText(end: {
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
}): string {
  const { port, protocol } = end;
  const destination = shorten(end.destination);
  if (port === 0) return protocol === "" ? destination : `${destination} ${protocol}`;
  const host = destination.includes(":") ? `[${destination}]` : destination;
  return `${host}:${port}${protocol === "" ? "" : `/${protocol}`}`;
}

export function pairText(pair: {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  readonly protocol: string;
}): string {
  return `${shorten(pair.source)} → ${destinationText(pair)}`;
}

/** As a button has room for on a phone: a namespace that both ends share says nothing, and neither does TCP. */
export function pairLabel(pair: Parameters<typeof pairText>[0]): string {
  const [from, to] = [pair.source.split("/"), pair.destination.split("/")];
  const isShared = from.length === 2 && to.length === 2 && from[0] === to[0];
  const protocol = pair.protocol === "TCP" && pair.port !== 0 ? "" : pair.protocol;
  const ends = isShared ? { source: from[1] ?? "", destination: to[1] ?? "" } : {};
  return pairText({ ...pair, ...ends, protocol });
}

/** Names and paths in sentences and cells; the structured result has them in full. */
export function shorten(text: string): string {
  return cutEnd(text, 100);
}

/** `PUT /v1/exhaust-port`, a DNS name, a Kafka topic. */
export function requestText({ method, path }: { readonly method: string; readonly path: string }): string {
  return shorten([method, path].filter((part) => part !== "").join(" "));
}

const kinds: ReadonlyMap<string, string> = new Map([
  ["CiliumNetworkPolicy", "cnp"],
  ["CiliumClusterwideNetworkPolicy", "ccnp"],
  ["NetworkPolicy", "netpol"],
]);

/** As kubectl abbreviates it. */
export function policyKind(kind: string): string {
  return kinds.get(kind) ?? shorten(kind);
}

/** `default/rule1`; cluster-wide policies have no namespace. */
export function policyName({ namespace, name }: Pick<PolicyView, "namespace" | "name">): string {
  return shorten(namespace === "" ? name : `${namespace}/${name}`);
}

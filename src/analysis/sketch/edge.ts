/** One kind of traffic between two ends, as hourly sketches keep it. */
export type EdgeVerdict = "forwarded" | "dropped" | "refused";

export interface Edge {
  readonly source: string;
  readonly destination: string;
  /** "" where the end has none. */
  readonly sourceNamespace: string;
  readonly destinationNamespace: string;
  /** 0: the protocol has none, or the ports were too many to keep apart. */
  readonly port: number;
  readonly protocol: string;
  /** `forwarded`: a connection was opened. `refused`: an L7 proxy answered for the server. */
  readonly verdict: EdgeVerdict;
  /** The drop reason's name or number, `HTTP`, `DNS` or `KAFKA` for refused, "" for forwarded. */
  readonly reason: string;
}

/** Policies that allowed or denied; the key of a policy is all three. */
export interface PolicyCount {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly count: number;
  /** Epoch milliseconds. */
  readonly last: number;
}

export function edgeKey({ source, destination, port, protocol, verdict, reason }: Edge): string {
  return `${source}\n${destination}\n${port}\n${protocol}\n${verdict}\n${reason}`;
}

/** All ports of a pair together. */
export function portlessKey({ source, destination, protocol, verdict, reason }: Edge): string {
  return `${source}\n${destination}\n${protocol}\n${verdict}\n${reason}`;
}

export function policyKey({ kind, namespace, name }: Pick<PolicyCount, "kind" | "namespace" | "name">): string {
  return `${kind}\n${namespace}\n${name}`;
}

/** 48 bits of an edge without its counts, for sets of what was seen: with 700,000 of them two are the same once in 400 million looks. */
export function edgeId(edge: Edge): number {
  const text = edgeKey(edge);
  let [high, low] = [0x9e3779b1, 0x85ebca6b];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x9e3779b1);
    low = Math.imul(low ^ code, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return (high & 0xffff) * 0x1_0000_0000 + (low >>> 0);
}

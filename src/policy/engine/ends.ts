/** Ends of flows, each kept once: what is asked of an end again and again (does this selector select it?) is answered from memory. */
import { type Address, parseAddress } from "../cidr.ts";
import { labelValue, namespaceOf } from "../labels.ts";
import type { NamedPort, Settings } from "../settings.ts";
import type { End } from "./flow.ts";
import type { RuleSet } from "./rule-set.ts";

export interface KnownEnd {
  readonly id: number;
  readonly labels: readonly string[];
  /** The namespace of a pod. */
  readonly namespace: string | undefined;
  readonly kind: EndKind;
  /** What CIDR rules look at; null for everything that they never match. */
  readonly address: Address | null;
  /** What toFQDNs rules look at; empty for everything that they never match. */
  readonly names: readonly string[];
  readonly namedPorts: readonly NamedPort[];
  /** Per selector: 0 not asked yet, 1 yes, 2 no. */
  matched: Uint8Array;
  readonly ruleSets: { ingress: RuleSet | null; egress: RuleSet | null };
}

/** `endpoint`: Cilium decides about its traffic. The others have no policy of their own. */
export type EndKind = "endpoint" | "host" | "node" | "outside" | "unmanaged";

export interface Ends {
  byObject: WeakMap<End, KnownEnd>;
  readonly byKey: Map<string, KnownEnd>;
  next: number;
}

/** More ends than this and the memory starts over. */
const maxEnds = 20_000;

export function createEnds(): Ends {
  return { byObject: new WeakMap(), byKey: new Map(), next: 0 };
}

export function knownEnd(ends: Ends, end: End, settings: Settings): KnownEnd {
  const before = ends.byObject.get(end);
  if (before !== undefined) return before;
  const kind = kindOf(end.labels);
  const isOutside = kind === "outside";
  const hasCidr = isOutside || (settings.cidrMatchesNodes && (kind === "host" || kind === "node"));
  const address = hasCidr && end.ip !== undefined ? end.ip : "";
  const names = isOutside ? (end.names ?? []) : [];
  const namedPorts = end.namedPorts ?? [];
  const key = JSON.stringify([
    end.labels,
    address,
    names,
    namedPorts.map(({ name, port, protocol }) => [name, port, protocol]),
  ]);
  const known =
    ends.byKey.get(key) ??
    remember(ends, key, { labels: end.labels, kind, address: parseAddress(address), names, namedPorts });
  ends.byObject.set(end, known);
  return known;
}

function remember(
  ends: Ends,
  key: string,
  end: Pick<KnownEnd, "labels" | "kind" | "address" | "names" | "namedPorts">,
): KnownEnd {
  if (ends.byKey.size >= maxEnds) {
    ends.byKey.clear();
    ends.byObject = new WeakMap();
  }
  ends.next += 1;
  const known: KnownEnd = {
    ...end,
    id: ends.next,
    namespace: namespaceOf(end.labels),
    matched: new Uint8Array(0),
    ruleSets: { ingress: null, egress: null },
  };
  ends.byKey.set(key, known);
  return known;
}

export function hasReserved(labels: readonly string[], name: string): boolean {
  return labels.some((label) => labelValue(label, "reserved", name) !== undefined);
}

function kindOf(labels: readonly string[]): EndKind {
  const has = (name: string) => hasReserved(labels, name);
  if (has("host")) return "host";
  if (has("world") || has("world-ipv4") || has("world-ipv6")) return "outside";
  if (has("remote-node") || has("kube-apiserver")) return "node";
  return has("unmanaged") || has("unknown") ? "unmanaged" : "endpoint";
}

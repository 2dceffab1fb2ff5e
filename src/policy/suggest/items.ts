/** Openings → the entries of `ingress` and `egress`. Peers that may use the same ports share an entry. */
import { clusterKey, namespaceKey } from "../labels.ts";
import type { Direction } from "../policy.ts";
import { dnsRules } from "./dns.ts";
import { httpRules } from "./http.ts";
import type { SuggestNote } from "./note.ts";
import type { Opening, WrittenPeer } from "./opening.ts";

export interface WrittenItem {
  readonly direction: Direction;
  /** The member of the spec as it is. */
  readonly item: Readonly<Record<string, unknown>>;
  /** `default/tiefighter`, `world`, `api.example.com`. */
  readonly peers: readonly string[];
  /** `80/TCP`, `ICMPv4 type 8`. */
  readonly ports: readonly string[];
  /** Records behind it; 0 for what was taken for granted. */
  readonly flows: number;
}

export interface ItemsInput {
  readonly openings: readonly Opening[];
  /** The policy's own. */
  readonly namespace: string;
  readonly l7: boolean;
  /** Nothing but this, at either end: requests as they were seen, no ranges, and no DNS server that names would need. */
  readonly exact?: boolean;
}

/** Cilium takes no more in one list. */
const mostPorts = 40;
const mostListed = 120;

interface WrittenPort {
  readonly port: string;
  readonly endPort?: number;
  readonly protocol: string;
}

export function itemsOf(input: ItemsInput): { readonly items: readonly WrittenItem[]; readonly notes: SuggestNote[] } {
  const notes: SuggestNote[] = [];
  const { exact = false, l7 } = input;
  const hasNames = !exact && input.openings.some(({ peer }) => peer.kind === "fqdn");
  const groups = new Map<string, Group>();
  for (const opening of input.openings)
    for (const access of accessesOf(opening, { hasNames, l7, exact, notes })) {
      const key = JSON.stringify([opening.direction, opening.peer.kind, access.members]);
      const group = groups.get(key) ?? { direction: opening.direction, access, peers: [], flows: 0 };
      groups.set(key, group);
      group.peers.push(opening.peer);
      group.flows += access.flows;
    }
  const items = [...groups.values()].map((group) => write(group, input.namespace));
  if (hasNames && !items.some(({ item }) => JSON.stringify(item).includes('"dns"'))) {
    notes.push({ kind: "assumed-dns" });
    items.push(write(assumedDns, input.namespace));
  }
  return { items: items.sort((left, right) => rank(left) - rank(right)), notes: distinct(notes) };
}

interface Group {
  readonly direction: Direction;
  readonly access: Access;
  readonly peers: WrittenPeer[];
  flows: number;
}

/** What stands beside the peers in an entry: `toPorts`, or `icmps`. */
interface Access {
  readonly members: Readonly<Record<string, unknown>>;
  readonly ports: readonly string[];
  readonly flows: number;
}

const dnsAccess = {
  members: {
    toPorts: [{ ports: [{ port: "53", protocol: "ANY" }], rules: { dns: [{ matchPattern: "*" }] } }],
  },
  ports: ["53/ANY, with the names looked at"],
};

const assumedDns: Group = {
  direction: "egress",
  access: { ...dnsAccess, flows: 0 },
  peers: [
    {
      kind: "endpoints",
      namespace: "kube-system",
      cluster: "",
      labels: { "k8s-app": "kube-dns" },
      names: ["kube-system/kube-dns"],
    },
  ],
  flows: 0,
};

function accessesOf(
  { direction, ports, peer }: Opening,
  {
    hasNames,
    l7,
    exact,
    notes,
  }: { readonly hasNames: boolean; readonly l7: boolean; readonly exact: boolean; readonly notes: SuggestNote[] },
): Access[] {
  const plain: WrittenPort[] = [];
  const proxied: { readonly port: WrittenPort; readonly rules: Readonly<Record<string, readonly unknown[]>> }[] = [];
  const icmps: { family: string; type: number }[] = [];
  const flows = { dns: 0, icmp: 0, other: 0 };
  for (const [key, rows] of [...ports].sort(([left], [right]) => byPort(left, right))) {
    const [protocol = "", number = ""] = key.split("/");
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    const isDns = direction === "egress" && hasNames && number === "53" && peer.kind !== "fqdn" && peer.kind !== "cidr";
    if (protocol.startsWith("ICMP")) {
      icmps.push({ family: protocol === "ICMPv4" ? "IPv4" : "IPv6", type: Number(number) });
      flows.icmp += count;
    } else if (isDns && (protocol === "UDP" || protocol === "TCP")) {
      flows.dns += count;
    } else {
      const dns = exact ? dnsRules(rows) : null;
      const looked = l7 && (exact || direction === "ingress") && protocol === "TCP" && dns === null;
      const http = looked ? httpRules(rows) : { rules: null };
      if (http.because !== undefined)
        notes.push({ kind: "http-left-out", port: Number(number), because: http.because });
      const port = { port: number, protocol };
      if (dns !== null) proxied.push({ port, rules: { dns } });
      else if (http.rules === null) plain.push(port);
      else proxied.push({ port, rules: { http: http.rules } });
      flows.other += count;
    }
  }
  const open = withRanges(plain, notes);
  const toPorts = [
    ...chunks(open).map((part) => ({ ports: part })),
    ...proxied.map(({ port, rules }) => ({ ports: [port], rules })),
  ];
  const texts = [...open, ...proxied.map(({ port }) => port)].map(portText);
  return [
    ...(toPorts.length > 0 ? [{ members: { toPorts }, ports: texts, flows: flows.other }] : []),
    ...(flows.dns > 0 ? [{ ...dnsAccess, flows: flows.dns }] : []),
    ...chunks(icmps).map((fields, at) => ({
      members: { icmps: [{ fields }] },
      ports: fields.map(({ family, type }) => `ICMP${family.slice(2)} type ${type}`),
      flows: at === 0 ? flows.icmp : 0,
    })),
  ];
}

/** So many single ports are no list that somebody reads: servers that choose one each time (passive FTP, RPC). */
function withRanges(ports: readonly WrittenPort[], notes: SuggestNote[]): WrittenPort[] {
  const protocols = [...new Set(ports.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol): WrittenPort[] => {
    const own = ports.filter((one) => one.protocol === protocol);
    if (own.length <= mostListed) return own;
    const numbers = own.map(({ port }) => Number(port));
    const range = { protocol, port: String(Math.min(...numbers)), endPort: Math.max(...numbers) };
    notes.push({ kind: "port-range", range: portText(range), ports: own.length });
    return [range];
  });
}

function portText({ port, endPort, protocol }: WrittenPort): string {
  return `${port}${endPort === undefined ? "" : `-${endPort}`}/${protocol}`;
}

function byPort(left: string, right: string): number {
  const [[leftProtocol = "", leftPort], [rightProtocol = "", rightPort]] = [left.split("/"), right.split("/")];
  return leftProtocol === rightProtocol ? Number(leftPort) - Number(rightPort) : leftProtocol < rightProtocol ? -1 : 1;
}

function chunks<One>(all: readonly One[]): One[][] {
  const parts: One[][] = [];
  for (let at = 0; at < all.length; at += mostPorts) parts.push(all.slice(at, at + mostPorts));
  return parts;
}

function write({ direction, access, peers, flows }: Group, namespace: string): WrittenItem {
  const word = direction === "ingress" ? "from" : "to";
  const sorted = peers.toSorted((left, right) => (peerText(left) < peerText(right) ? -1 : 1));
  const [first] = sorted;
  const member = { endpoints: "Endpoints", entity: "Entities", fqdn: "FQDNs", cidr: "CIDR" }[first?.kind ?? "entity"];
  return {
    direction,
    item: { [`${word}${member}`]: sorted.map((peer) => writePeer(peer, namespace)), ...access.members },
    peers: sorted.map(peerText),
    ports: access.ports,
    flows,
  };
}

function writePeer(peer: WrittenPeer, namespace: string): unknown {
  switch (peer.kind) {
    case "entity":
      return peer.entity;
    case "fqdn":
      return { matchName: peer.name };
    case "cidr":
      return peer.cidr;
    case "endpoints": {
      const place = {
        ...(peer.namespace !== namespace && { [`k8s:${namespaceKey}`]: peer.namespace }),
        ...(peer.cluster !== "" && { [`k8s:${clusterKey}`]: peer.cluster }),
      };
      const labels = { ...place, ...peer.labels };
      return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
    }
  }
}

function peerText(peer: WrittenPeer): string {
  switch (peer.kind) {
    case "entity":
      return peer.entity;
    case "fqdn":
      return peer.name;
    case "cidr":
      return peer.cidr;
    case "endpoints":
      return peer.names.join(", ");
  }
}

function rank({ direction, item, flows }: WrittenItem): number {
  const kinds = ["Endpoints", "Entities", "FQDNs", "CIDR"];
  const kind = kinds.findIndex((name) => Object.keys(item).some((key) => key.endsWith(name)));
  return (direction === "ingress" ? 0 : 1e15) + kind * 1e13 - Math.min(flows, 1e12);
}

function distinct(notes: readonly SuggestNote[]): SuggestNote[] {
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}

/** The L3 members of an entry: who is on the other side. */
import { clusterKey, namespaceKey, namespaceLabelsPrefix } from "../labels.ts";
import type { Direction, Peer, Peers } from "../policy.ts";
import type { Requirement } from "../selector.ts";
import { readCidr, readCidrRule } from "./cidrs.ts";
import { entities, entityPeers } from "./entities.ts";
import { readDnsRule } from "./l7.ts";
import { type Fields, PolicyRefused, type Reader, readChoice, readList, required } from "./reader.ts";
import { hasKey, joined, readWritten, selectorKey, type WrittenSelector, withExists, withLabel } from "./selectors.ts";
import { readService } from "./services.ts";

export interface Place {
  readonly direction: Direction;
  readonly verdict: "allow" | "deny";
  /** The policy selects reserved:init: its peers may have no namespace yet. */
  readonly init: boolean;
}

type Member = (
  reader: Reader,
  value: unknown,
  path: string,
  context: { readonly name: string; readonly init: boolean },
) => Peer[];

/** In the order in which a clash of two is reported. `empty`: present and empty, it makes the entry match nobody. */
const members: Readonly<
  Record<string, { readonly read: Member; readonly empty: boolean; readonly egressOnly?: boolean }>
> = {
  Endpoints: { read: readEndpoints, empty: true },
  CIDR: { read: (reader, value, path, { name }) => readCidr(reader, value, path, name), empty: true },
  CIDRSet: { read: (reader, value, path, { name }) => readCidrRule(reader, value, path, name), empty: true },
  Entities: { read: readEntity, empty: true },
  Services: { read: readService, empty: false, egressOnly: true },
  Nodes: { read: readNodes, empty: true },
  Groups: { read: () => [], empty: false },
  FQDNs: { read: readName, empty: false, egressOnly: true },
};

export function memberNames({ direction, verdict }: Place): string[] {
  const prefix = direction === "ingress" ? "from" : "to";
  return Object.entries(members)
    .filter(
      ([name, { egressOnly }]) => (!egressOnly || direction === "egress") && (name !== "FQDNs" || verdict === "allow"),
    )
    .map(([name]) => prefix + name);
}

/** `hasPorts` decides what an entry without any member means: whoever it is on these ports, or nothing at all. */
export function readPeers(
  reader: Reader,
  fields: Fields,
  place: Place & { readonly path: string; readonly hasPorts: boolean },
): Peers {
  const prefix = place.direction === "ingress" ? "from" : "to";
  const names = memberNames(place);
  const given = names.flatMap((name) => {
    const list = readList(reader, fields[name], `${place.path}.${name}`);
    return list === undefined ? [] : [{ name, list }];
  });
  const [first, second] = given.filter(({ list }) => list.length > 0).map(({ name }) => name);
  if (first !== undefined && second !== undefined)
    throw new PolicyRefused("validation", `combining ${capital(first)} and ${capital(second)} is not supported yet`);
  const peers = given.flatMap(({ name, list }) =>
    list.flatMap(
      (entry, index) =>
        members[name.slice(prefix.length)]?.read(reader, entry, `${place.path}.${name}[${index}]`, {
          name,
          init: place.init,
        }) ?? [],
    ),
  );
  const emptied = given.find(
    ({ name, list }) => list.length === 0 && members[name.slice(prefix.length)]?.empty === true,
  );
  if (emptied !== undefined) return { kind: "nobody", because: "empty-list", member: emptied.name };
  if (peers.length > 0) return { kind: "listed", peers };
  if (first !== undefined) return nobody(first);
  return place.hasPorts ? { kind: "anyone" } : { kind: "nobody", because: "empty-item", member: "" };
}

function nobody(member: string): Peers {
  if (member.endsWith("Groups")) return { kind: "nobody", because: "groups", member };
  if (member === "toServices") return { kind: "nobody", because: "no-service", member };
  return { kind: "nobody", because: "empty-list", member };
}

/** fromRequires and toRequires: gone in 1.19, where the API server drops them. */
export function readRequires(
  reader: Reader,
  fields: Fields,
  { direction, path }: Pick<Place, "direction"> & { readonly path: string },
): readonly Requirement[] {
  const name = direction === "ingress" ? "fromRequires" : "toRequires";
  if (reader.settings.minor >= 19) return [];
  return (readList(reader, fields[name], `${path}.${name}`) ?? []).flatMap((entry, index) =>
    joined(scoped(reader, readWritten(reader, entry, `${path}.${name}[${index}]`), false)),
  );
}

function readEndpoints(
  reader: Reader,
  value: unknown,
  path: string,
  { name, init }: { readonly name: string; readonly init: boolean },
): Peer[] {
  const written = scoped(reader, readWritten(reader, value, path), init);
  return [{ kind: "labels", selector: joined(written), member: name, name: "", key: selectorKey(written) }];
}

/**
 * A peer is sought in the policy's own namespace unless the selector speaks of namespaces itself; a cluster-wide policy means any pod. Selectors with a
 * reserved label are left as they are.
 */
function scoped(reader: Reader, written: WrittenSelector, init: boolean): WrittenSelector {
  if (hasKey(written, ({ source }) => source === "reserved")) return written;
  let scopedTo = written;
  if (!hasKey(written, isKey(namespaceKey))) {
    if (reader.namespace === "") scopedTo = init ? written : withExists(written, "k8s", namespaceKey);
    else if (!hasKey(written, isNamespaceLabel)) scopedTo = withLabel(written, namespaceKey, reader.namespace);
  }
  return inCluster(reader, scopedTo);
}

function inCluster(reader: Reader, written: WrittenSelector): WrittenSelector {
  if (!reader.settings.localClusterOnly || hasKey(written, isKey(clusterKey))) return written;
  return withLabel(written, clusterKey, reader.settings.cluster);
}

function isKey(wanted: string): (requirement: Requirement) => boolean {
  return ({ source, key }) => key === wanted && (source === "k8s" || source === "any");
}

function isNamespaceLabel({ source, key }: Requirement): boolean {
  return key.startsWith(namespaceLabelsPrefix) && (source === "k8s" || source === "any");
}

function readEntity(reader: Reader, value: unknown, path: string, { name }: { readonly name: string }): Peer[] {
  const entity = readChoice(reader, value, { path, choices: entities });
  if (entity === undefined) throw required(path);
  return entityPeers(entity, name, reader.settings);
}

function readNodes(reader: Reader, value: unknown, path: string, { name }: { readonly name: string }): Peer[] {
  if (!reader.settings.nodeSelectorLabels)
    throw new PolicyRefused(
      "validation",
      'FromNodes/ToNodes rules can only be applied when the "enable-node-selector-labels" flag is set',
    );
  const written = inCluster(reader, withExists(readWritten(reader, value, path), "reserved", "remote-node"));
  return [{ kind: "labels", selector: joined(written), member: name, name: "", key: selectorKey(written) }];
}

function readName(reader: Reader, value: unknown, path: string, { name }: { readonly name: string }): Peer[] {
  const pattern = readDnsRule(reader, value, path);
  return [{ kind: "fqdn", pattern, member: name, key: `fqdn ${pattern.kind} ${pattern.text}` }];
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

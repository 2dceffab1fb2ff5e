/** CIDRs, CIDR sets with exceptions and CiliumCIDRGroups → peers. */
import { covers, type Prefix, parsePrefix } from "../cidr.ts";
import type { CidrPeer, Peer } from "../policy.ts";
import { selects } from "../selector.ts";
import type { Settings } from "../settings.ts";
import { reserved } from "./entities.ts";
import {
  type Fields,
  PolicyRefused,
  type Reader,
  readBoolean,
  readFields,
  readList,
  readText,
  required,
} from "./reader.ts";
import { joined, readWritten, selectorKey } from "./selectors.ts";

/** fromCIDR and toCIDR. A bare address is refused by the schema (format cidr). */
export function readCidr(reader: Reader, value: unknown, path: string, member: string): Peer[] {
  const text = readText(reader, value, path);
  if (text === undefined) throw required(path);
  const cidr = parsePrefix(text);
  if (cidr === null)
    throw new PolicyRefused(
      "schema",
      `${path}: Invalid value: "${text}": ${path} in body must be of type cidr: "${text}"`,
    );
  return cidrPeers({ cidr, except: [], member, name: "" }, reader.settings);
}

/** An entry of fromCIDRSet or toCIDRSet. */
export function readCidrRule(reader: Reader, value: unknown, path: string, member: string): Peer[] {
  const known = ["cidr", "except", "cidrGroupRef", "cidrGroupSelector", "generated"];
  const fields = readFields(reader, value, path, known) ?? {};
  readBoolean(fields["generated"], `${path}.generated`);
  const cidr = readText(reader, fields["cidr"], `${path}.cidr`) ?? "";
  const group = readText(reader, fields["cidrGroupRef"], `${path}.cidrGroupRef`) ?? "";
  const groups = fields["cidrGroupSelector"] ?? null;
  const given = [cidr !== "", group !== "", groups !== null].filter(Boolean).length;
  if (given === 0) throw new PolicyRefused("validation", "one of cidr, cidrGroupRef, or cidrGroupSelector is required");
  if (given > 1)
    throw new PolicyRefused("validation", "more than one of cidr, cidrGroupRef, or cidrGroupSelector may not be set");
  const except = readExcept(reader, fields, path);
  if (group !== "" || groups !== null) {
    const names = group !== "" ? [group] : selectGroups(reader, groups, `${path}.cidrGroupSelector`);
    return groupPeers(reader.settings, names, { except, member });
  }
  return ipBlockPeers(cidr, except, { member, path, settings: reader.settings });
}

/** Shared with Kubernetes' ipBlock, which Cilium reads as a CIDR set. */
export function ipBlockPeers(
  text: string,
  except: readonly string[],
  { member, path, settings }: { readonly member: string; readonly path: string; readonly settings: Settings },
): Peer[] {
  const cidr = parsePrefix(text);
  if (cidr === null) {
    const schema = `${path}.cidr: Invalid value: "${text}": ${path}.cidr in body must be of type cidr: "${text}"`;
    throw new PolicyRefused("schema", schema);
  }
  const holes = except.map((one) => {
    const hole = parsePrefix(one);
    if (hole === null) throw new PolicyRefused("validation", `netip.ParsePrefix("${one}"): no prefix`);
    if (!covers(cidr, hole))
      throw new PolicyRefused("validation", `allow CIDR prefix ${text} does not contain exclude CIDR prefix ${one}`);
    return hole;
  });
  if (cidr.family === 6 && cidr.bits === 0 && holes.length === 0 && !settings.dualStack)
    return [{ ...worldPeer("world", member), key: "cidr ::/0" }];
  return cidrPeers({ cidr, except: holes, member, name: "" }, settings);
}

function readExcept(reader: Reader, fields: Fields, path: string): string[] {
  const list = readList(reader, fields["except"], `${path}.except`) ?? [];
  return list.map((one, index) => readText(reader, one, `${path}.except[${index}]`) ?? "");
}

function selectGroups(reader: Reader, value: unknown, path: string): string[] {
  const selector = joined(readWritten(reader, value, path, { source: "k8s" }));
  return reader.settings.cidrGroups
    .filter(({ labels }) =>
      selects(
        selector,
        Object.entries(labels).map(([key, label]) => `k8s:${key}=${label}`),
      ),
    )
    .map(({ name }) => name);
}

/** A group that does not exist is an empty one. */
function groupPeers(
  settings: Settings,
  names: readonly string[],
  { except, member }: { readonly except: readonly string[]; readonly member: string },
): Peer[] {
  const holes = except.map(parsePrefix).filter((hole) => hole !== null);
  return settings.cidrGroups
    .filter(({ name }) => names.includes(name))
    .flatMap(({ name, cidrs }) =>
      cidrs
        .map(parsePrefix)
        .filter((cidr) => cidr !== null)
        .flatMap((cidr) => cidrPeers({ cidr, except: holes, member, name }, settings)),
    );
}

/** 0.0.0.0/0 is the world identity itself, so it also selects outside addresses that no agent has an identity for. */
function cidrPeers(peer: Omit<CidrPeer, "kind" | "key">, settings: Settings): Peer[] {
  const { cidr, except, member } = peer;
  if (cidr.bits === 0 && except.length === 0) {
    if (settings.dualStack) return [worldPeer(cidr.family === 4 ? "world-ipv4" : "world-ipv6", member)];
    if (cidr.family === 4) return [worldPeer("world", member)];
  }
  return [{ kind: "cidr", ...peer, key: `cidr ${[cidr, ...except].map(prefixKey).join(" ")}` }];
}

function prefixKey({ family, network, bits }: Prefix): string {
  return `${family}:${network}/${bits}`;
}

function worldPeer(name: string, member: string): Peer {
  const written = reserved(name);
  return { kind: "labels", selector: joined(written), member, name, key: selectorKey(written) };
}

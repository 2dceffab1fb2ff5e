/** toPorts and icmps of Cilium's policies. */
import type { Port, PortRule } from "../policy.ts";
import { readL7 } from "./l7.ts";
import {
  type Fields,
  PolicyRefused,
  type Reader,
  readChoice,
  readFields,
  readList,
  readNumber,
  readText,
  required,
  wrongType,
} from "./reader.ts";

/** What ANY and an absent protocol stand for: never ICMP. */
export const anyProtocol = ["TCP", "UDP", "SCTP"];

const protocols = ["TCP", "UDP", "SCTP", "ICMP", "ICMPV6", "ICMPv6", "VRRP", "IGMP", "ANY"] as const;
const maxPorts = 40;

/** RFC 6335: at most 15 of a–z, 0–9 and single "-", with at least one letter. */
const serviceName = /^(?=.{1,15}$)(?=.*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/;

interface Place {
  readonly direction: "ingress" | "egress";
  readonly verdict: "allow" | "deny";
}

/** Null when toPorts is absent or empty. */
export function readPorts(reader: Reader, value: unknown, path: string, place: Place): readonly PortRule[] | null {
  const list = readList(reader, value, path) ?? [];
  if (list.length === 0) return null;
  return list.map((entry, index) => readPortRule(reader, entry, `${path}[${index}]`, place));
}

function readPortRule(reader: Reader, value: unknown, path: string, { direction, verdict }: Place): PortRule {
  const known = [
    "ports",
    ...(verdict === "allow" ? ["rules", "terminatingTLS", "originatingTLS", "serverNames", "listener"] : []),
  ];
  const fields = readFields(reader, value, path, known) ?? {};
  const list = readList(reader, fields["ports"], `${path}.ports`) ?? [];
  if (list.length > maxPorts)
    throw new PolicyRefused("schema", `${path}.ports: Too many: ${list.length}: must have at most ${maxPorts} items`);
  const l7 = verdict === "allow" ? readL7(reader, fields["rules"], `${path}.rules`) : null;
  if (l7?.kind === "dns" && direction === "ingress")
    throw new PolicyRefused("validation", "L7 protocol DNS is not supported on ingress yet");
  const ports = list.map((entry, index) => readPort(reader, entry, `${path}.ports[${index}]`));
  const names = readList(reader, fields["serverNames"], `${path}.serverNames`) ?? [];
  const serverNames = names.map((name, index) => readText(reader, name, `${path}.serverNames[${index}]`) ?? "");
  checkProxy(fields, { l7: l7 !== null, serverNames, direction });
  if (l7 !== null) checkL7Ports(ports, l7.kind === "dns", reader.settings.l7Proxy);
  const tls = serverNames.length > 0 || isGiven(fields["terminatingTLS"]) || isGiven(fields["originatingTLS"]);
  const proxy = isGiven(fields["listener"]) ? "crd" : tls ? "tls" : null;
  return { ports: ports.flatMap(expand), l7, proxy, serverNames };
}

interface WrittenPort extends Omit<Port, "protocol"> {
  readonly protocol: (typeof protocols)[number];
}

function readPort(reader: Reader, value: unknown, path: string): WrittenPort {
  const fields = readFields(reader, value, path, ["port", "endPort", "protocol"]) ?? {};
  if (typeof fields["port"] === "number") throw wrongType(`${path}.port`, "string", fields["port"]);
  const text = readText(reader, fields["port"], `${path}.port`);
  if (text === undefined) throw required(`${path}.port`);
  const endPort = readNumber(fields["endPort"], `${path}.endPort`) ?? 0;
  if (endPort < 0 || endPort > 65535)
    throw new PolicyRefused("schema", `${path}.endPort: Invalid value: ${endPort}: must be between 0 and 65535`);
  const protocol = readChoice(reader, fields["protocol"], { path: `${path}.protocol`, choices: protocols }) ?? "ANY";
  if (serviceName.test(text)) return { protocol, port: 0, endPort: 0, name: text.toLowerCase() };
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new PolicyRefused("schema", `${path}.port: Invalid value: "${text}": must be a port number or a port name`);
  const port = Number(text);
  return { protocol, port, endPort: endPort > port ? endPort : 0, name: "" };
}

function checkProxy(
  fields: Fields,
  given: { readonly l7: boolean; readonly serverNames: readonly string[]; readonly direction: string },
): void {
  if (given.serverNames.length > 0 && given.l7 && !isGiven(fields["terminatingTLS"]))
    throw new PolicyRefused("validation", "ServerNames are not allowed with L7 rules without TLS termination");
  if (given.serverNames.includes("")) throw new PolicyRefused("validation", "empty server name is not allowed");
  if (!isGiven(fields["listener"])) return;
  if (given.direction === "ingress") throw new PolicyRefused("validation", "Listener is not allowed on ingress");
  if (given.l7) throw new PolicyRefused("validation", "Listener is not allowed with L7 rules");
}

function checkL7Ports(ports: readonly WrittenPort[], dns: boolean, l7Proxy: boolean): void {
  if (!l7Proxy) throw new PolicyRefused("validation", "L7 policy is not supported since L7 proxy is not enabled");
  if (dns && ports.length === 0) throw new PolicyRefused("validation", "port 53 must be specified for DNS rules");
  for (const { protocol, name, port, endPort } of ports) {
    if (dns && endPort > port) throw new PolicyRefused("validation", "DNS rules do not support port ranges");
    if (!dns && protocol !== "TCP")
      throw new PolicyRefused("validation", `L7 rules can only apply to TCP (not ${protocol}) except for DNS rules`);
    if (name === "" && port === 0) throw new PolicyRefused("validation", "L7 rules can not be used when a port is 0");
  }
}

function expand(port: WrittenPort): Port[] {
  if (port.protocol === "ANY") return anyProtocol.map((protocol) => ({ ...port, protocol }));
  const protocol = port.protocol === "ICMP" ? "ICMPv4" : port.protocol === "ICMPV6" ? "ICMPv6" : port.protocol;
  return [{ ...port, protocol }];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Null when icmps is absent or empty. A type is stored as the port; type 0 (EchoReply) is thereby every type of its family. */
export function readIcmps(reader: Reader, value: unknown, path: string): readonly PortRule[] | null {
  const list = readList(reader, value, path) ?? [];
  if (list.length === 0) return null;
  return list.map((entry, index): PortRule => {
    const where = `${path}[${index}]`;
    const fields = readFields(reader, entry, where, ["fields"]) ?? {};
    const types = readList(reader, fields["fields"], `${where}.fields`) ?? [];
    if (types.length > maxPorts)
      throw new PolicyRefused(
        "schema",
        `${where}.fields: Too many: ${types.length}: must have at most ${maxPorts} items`,
      );
    const ports = types.map((field, position) => readIcmp(reader, field, `${where}.fields[${position}]`));
    return { ports, l7: null, proxy: null, serverNames: [] };
  });
}

function readIcmp(reader: Reader, value: unknown, path: string): Port {
  const fields = readFields(reader, value, path, ["type", "family"]) ?? {};
  const family = readChoice(reader, fields["family"], { path: `${path}.family`, choices: ["IPv4", "IPv6"] }) ?? "IPv4";
  const type: unknown = fields["type"] ?? null;
  if (type === null) throw required(`${path}.type`);
  const names = family === "IPv4" ? icmpTypes : icmpv6Types;
  const port = typeof type === "string" ? (/^\d{1,3}$/.test(type) ? Number(type) : names.get(type)) : type;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 255)
    throw new PolicyRefused("schema", `${path}.type: Invalid value: "${shown(type)}": no ICMP type`);
  return { protocol: family === "IPv4" ? "ICMPv4" : "ICMPv6", port, endPort: 0, name: "" };
}

/** Not of objects: they may be cyclic. */
function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 100) : typeof value;
}

const icmpTypes: ReadonlyMap<string, number> = new Map([
  ["EchoReply", 0],
  ["DestinationUnreachable", 3],
  ["Redirect", 5],
  ["EchoRequest", 8],
  ["Echo", 8],
  ["RouterAdvertisement", 9],
  ["RouterSelection", 10],
  ["TimeExceeded", 11],
  ["ParameterProblem", 12],
  ["Timestamp", 13],
  ["TimestampReply", 14],
  ["Photuris", 40],
  ["ExtendedEchoRequest", 42],
  ["ExtendedEcho Request", 42],
  ["ExtendedEchoReply", 43],
]);

const icmpv6Types: ReadonlyMap<string, number> = new Map([
  ["DestinationUnreachable", 1],
  ["PacketTooBig", 2],
  ["TimeExceeded", 3],
  ["ParameterProblem", 4],
  ["EchoRequest", 128],
  ["EchoReply", 129],
  ["MulticastListenerQuery", 130],
  ["MulticastListenerReport", 131],
  ["MulticastListenerDone", 132],
  ["RouterSolicitation", 133],
  ["RouterAdvertisement", 134],
  ["NeighborSolicitation", 135],
  ["NeighborAdvertisement", 136],
  ["RedirectMessage", 137],
  ["RouterRenumbering", 138],
  ["ICMPNodeInformationQuery", 139],
  ["ICMPNodeInformationResponse", 140],
  ["InverseNeighborDiscoverySolicitation", 141],
  ["InverseNeighborDiscoveryAdvertisement", 142],
  ["HomeAgentAddressDiscoveryRequest", 144],
  ["HomeAgentAddressDiscoveryReply", 145],
  ["MobilePrefixSolicitation", 146],
  ["MobilePrefixAdvertisement", 147],
  ["DuplicateAddressRequestCodeSuffix", 157],
  ["DuplicateAddressConfirmationCodeSuffix", 158],
  ["ExtendedEchoRequest", 160],
  ["ExtendedEchoReply", 161],
]);

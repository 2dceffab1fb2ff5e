/**
 * networking.k8s.io/v1 NetworkPolicy → rules, the way Cilium translates it (pkg/k8s/network_policy.go). It differs from Kubernetes' own words: a direction with
 * rules is enforced whatever `policyTypes` says; `policyTypes` counts only for a direction without rules.
 */
import { clusterKey, namespaceKey, namespaceLabelsPrefix } from "./labels.ts";
import type { Direction, Item, Peer, Peers, Policy, PolicyObject, Port, PortRule, Section } from "./policy.ts";
import { ipBlockPeers } from "./read/cidrs.ts";
import {
  createReader,
  PolicyRefused,
  type Reader,
  readChoice,
  readFields,
  readList,
  readNumber,
  readText,
  required,
} from "./read/reader.ts";
import {
  hasKey,
  joined,
  readWritten,
  selectorKey,
  type WrittenSelector,
  withExists,
  withLabel,
} from "./read/selectors.ts";
import { lenientSettings, type Settings } from "./settings.ts";

/** Never throws. */
export function readNetworkPolicy(object: PolicyObject, settings: Settings = lenientSettings): Policy {
  const { kind, namespace, name } = object;
  const reader = createReader(settings, namespace);
  try {
    return { kind, namespace, name, rules: readSpec(reader, object.spec), refused: null, unknown: reader.unknown };
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error;
    return { kind, namespace, name, rules: [], refused: error.refusal, unknown: reader.unknown };
  }
}

function readSpec(reader: Reader, spec: unknown): Policy["rules"] {
  const fields = readFields(reader, spec, "spec", ["podSelector", "policyTypes", "ingress", "egress"]);
  if (fields === undefined) throw required("spec");
  const written = readWritten(reader, fields["podSelector"] ?? {}, "spec.podSelector", kubernetes);
  const types = (readList(reader, fields["policyTypes"], "spec.policyTypes") ?? []).map((type, index) =>
    readChoice(reader, type, { path: `spec.policyTypes[${index}]`, choices: ["Ingress", "Egress"] }),
  );
  const ingress = readDirection(reader, fields["ingress"], "ingress");
  const egress = readDirection(reader, fields["egress"], "egress");
  const subject = joined(withLabel(written, namespaceKey, reader.namespace));
  const isolatesIngress = types.length === 0 || types.includes("Ingress") || ingress.length > 0;
  const isolatesEgress = types.includes("Egress") || egress.length > 0;
  if (!isolatesIngress && !isolatesEgress) return [];
  return [
    {
      path: "spec",
      over: "endpoints",
      subject,
      ingress: isolatesIngress ? section(ingress) : undefined,
      egress: isolatesEgress ? section(egress) : undefined,
    },
  ];
}

const kubernetes = { source: "k8s" };

/** Kubernetes has no deny rules: isolating is all that it does. */
function section(items: readonly Item[]): Section {
  return { defaultDeny: true, denies: false, items };
}

function readDirection(reader: Reader, value: unknown, direction: Direction): Item[] {
  const path = `spec.${direction}`;
  const member = direction === "ingress" ? "from" : "to";
  return (readList(reader, value, path) ?? []).map((entry, index): Item => {
    const where = `${path}[${index}]`;
    const fields = readFields(reader, entry, where, [member, "ports"]) ?? {};
    const list = readList(reader, fields[member], `${where}.${member}`) ?? [];
    const peers: Peers =
      list.length === 0
        ? { kind: "anyone" }
        : {
            kind: "listed",
            peers: list.flatMap((peer, at) => readPeer(reader, peer, `${where}.${member}[${at}]`, member)),
          };
    const ports = readList(reader, fields["ports"], `${where}.ports`) ?? [];
    return {
      path: where,
      verdict: "allow",
      peers,
      ports: ports.length === 0 ? null : ports.map((port, at) => readPort(reader, port, `${where}.ports[${at}]`)),
      authentication: null,
      requires: [],
    };
  });
}

function readPeer(reader: Reader, value: unknown, path: string, member: string): Peer[] {
  const fields = readFields(reader, value, path, ["podSelector", "namespaceSelector", "ipBlock"]) ?? {};
  const block = readFields(reader, fields["ipBlock"], `${path}.ipBlock`, ["cidr", "except"]);
  const pods = fields["podSelector"] ?? undefined;
  const namespaces = fields["namespaceSelector"] ?? undefined;
  if (block !== undefined && (pods !== undefined || namespaces !== undefined))
    throw new PolicyRefused("schema", `${path}: Forbidden: may not specify both ipBlock and another peer`);
  if (block !== undefined) {
    const cidr = readText(reader, block["cidr"], `${path}.ipBlock.cidr`);
    if (cidr === undefined) throw required(`${path}.ipBlock.cidr`);
    const list = readList(reader, block["except"], `${path}.ipBlock.except`) ?? [];
    const except = list.map((one, index) => readText(reader, one, `${path}.ipBlock.except[${index}]`) ?? "");
    return ipBlockPeers(cidr, except, {
      member: `${member}.ipBlock`,
      path: `${path}.ipBlock`,
      settings: reader.settings,
    });
  }
  if (pods === undefined && namespaces === undefined)
    throw new PolicyRefused("schema", `${path}: Required value: must specify a peer`);
  const written = inCluster(reader, readSelectors(reader, { pods, namespaces }, path));
  return [{ kind: "labels", selector: joined(written), member, name: "", key: selectorKey(written) }];
}

/** A completely empty namespaceSelector is any pod; one with only NotIn or DoesNotExist selects nodes and the world as well. */
function readSelectors(
  reader: Reader,
  { pods, namespaces }: { readonly pods: unknown; readonly namespaces: unknown },
  path: string,
): WrittenSelector {
  const pod = readWritten(reader, pods ?? {}, `${path}.podSelector`, kubernetes);
  if (namespaces === undefined) return withLabel(pod, namespaceKey, reader.namespace);
  const namespace = readWritten(reader, namespaces, `${path}.namespaceSelector`, {
    ...kubernetes,
    prefix: namespaceLabelsPrefix,
  });
  const both = {
    labels: [...pod.labels, ...namespace.labels],
    expressions: [...pod.expressions, ...namespace.expressions],
  };
  return joined(namespace).length === 0 ? withExists(both, "k8s", namespaceKey) : both;
}

function inCluster(reader: Reader, written: WrittenSelector): WrittenSelector {
  if (!reader.settings.localClusterOnly || hasKey(written, ({ key }) => key === clusterKey)) return written;
  return withLabel(written, clusterKey, reader.settings.cluster);
}

/** Without a port every port of the protocol; endPort alone counts from 0. */
function readPort(reader: Reader, value: unknown, path: string): PortRule {
  const fields = readFields(reader, value, path, ["port", "endPort", "protocol"]) ?? {};
  const protocol =
    readChoice(reader, fields["protocol"], { path: `${path}.protocol`, choices: ["TCP", "UDP", "SCTP"] }) ?? "TCP";
  const endPort = readNumber(fields["endPort"], `${path}.endPort`) ?? 0;
  const given = fields["port"];
  const name =
    typeof given === "string" && !/^\d+$/.test(given)
      ? (readText(reader, given, `${path}.port`) ?? "").toLowerCase()
      : "";
  const port = name !== "" ? 0 : typeof given === "string" ? Number(given) : (readNumber(given, `${path}.port`) ?? 0);
  if (port < 0 || port > 65535 || endPort < 0 || endPort > 65535)
    throw new PolicyRefused("schema", `${path}.port: Invalid value: ${port}: must be between 1 and 65535, inclusive`);
  const one: Port = { protocol, port, endPort: name === "" && endPort > port ? endPort : 0, name };
  return { ports: [one], l7: null, proxy: null, serverNames: [] };
}

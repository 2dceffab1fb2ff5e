/** What a policy says, one line for each entry. */
import { selectorText } from "../../../analysis/label-selector.ts";
import { clusterKey, namespaceKey, namespaceLabelsPrefix } from "../../../policy/labels.ts";
import {
  type Direction,
  directions,
  type Item,
  type Peer,
  type Policy,
  type Port,
  type PortRule,
  type Rule,
} from "../../../policy/policy.ts";
import type { Requirement, Selector } from "../../../policy/selector.ts";
import type { RuleLine } from "../../question-policy.ts";

const maxNamed = 4;
const maxText = 200;

export function ruleLines(policy: Policy, rules: readonly Rule[]): RuleLine[] {
  return rules.flatMap((rule) =>
    directions.flatMap((direction) =>
      (rule[direction]?.items ?? []).map((item) => ({
        direction,
        verdict: item.verdict,
        path: item.path,
        text: itemText(item, direction, policy.namespace),
      })),
    ),
  );
}

/** What the L7 rules of an entry let pass on the ports of this protocol: `POST /v1/request-landing`. */
export function requestTexts(item: Item): string[] {
  return (item.ports ?? []).flatMap(l7Texts);
}

/** Whom a policy selects. */
export function subjectText({ namespace, rules }: Policy): string {
  const texts = rules.map(({ subject, over }) => {
    const who = over === "nodes" ? "nodes" : "pods";
    const own = subject.filter((requirement) => !isNamespace(requirement));
    const where = namespaceText(subject, "") || (namespace === "" ? "" : ` of namespace ${namespace}`);
    return own.length === 0 ? `all ${who}${where}` : `${who} with ${labelsText(own)}${where}`;
  });
  return shorten(few([...new Set(texts)], "; "));
}

/** Cilium's own additions to a selector are left out: the policy's own namespace and the cluster. */
function itemText({ peers, ports }: Item, direction: Direction, namespace: string): string {
  const word = direction === "ingress" ? "from" : "to";
  if (peers.kind === "nobody") return `${word} nobody: ${nobodyText(peers)}`;
  const who =
    peers.kind === "anyone"
      ? "anyone"
      : few(
          peers.peers.map((peer) => peerText(peer, namespace)),
          " or ",
        );
  const to = direction === "ingress" ? "to" : "on";
  return shorten(`${word} ${who} ${portsText(ports, to)}`);
}

function nobodyText({ because, member }: { readonly because: string; readonly member: string }): string {
  if (because === "empty-item") return "the entry is empty";
  if (because === "groups") return `${member} live on in another policy`;
  return because === "no-service" ? "there is no such Service" : `the list ${member} is empty`;
}

function peerText(peer: Peer, namespace: string): string {
  if (peer.kind === "fqdn") return peer.pattern.text;
  if (peer.kind === "cidr") {
    const except =
      peer.except.length === 0
        ? ""
        : ` except ${few(
            peer.except.map(({ text }) => text),
            ", ",
          )}`;
    return `${peer.cidr.text}${except}`;
  }
  if (peer.name !== "") return peer.member === "toServices" ? `Service ${peer.name}` : peer.name;
  const own = peer.selector.filter((requirement) => !isNamespace(requirement) && requirement.key !== clusterKey);
  const where = namespaceText(peer.selector, namespace);
  if (own.length > 0) return `${labelsText(own)}${where}`;
  return where === "" ? (namespace === "" ? "any pod" : `any pod of ${namespace}`) : `any pod${where}`;
}

/** "" where it is the policy's own. */
function namespaceText(selector: Selector, own: string): string {
  const found = selector.find((requirement) => isNamespace(requirement) && requirement.operator !== "Exists");
  if (found === undefined) return selector.some(isNamespace) ? " of any namespace" : "";
  if (found.operator === "In") return found.values.join() === own ? "" : ` of namespace ${few(found.values, " or ")}`;
  return found.operator === "NotIn" ? ` of namespaces other than ${few(found.values, " or ")}` : " without namespace";
}

function isNamespace({ key, source }: Requirement): boolean {
  return key === namespaceKey && (source === "k8s" || source === "any");
}

function labelsText(selector: Selector): string {
  return few(
    selector.map((requirement) =>
      selectorText([{ ...requirement, source: requirement.source === "k8s" ? "any" : requirement.source }]).replace(
        namespaceLabelsPrefix,
        "namespace's ",
      ),
    ),
    ",",
  );
}

function portsText(rules: readonly PortRule[] | null, word: string): string {
  if (rules === null) return "on any port";
  const texts = rules.map((rule) => {
    const ports = few(portTexts(rule), ", ");
    const l7 = l7Texts(rule);
    const names = rule.serverNames.length === 0 ? "" : ` for TLS name ${few(rule.serverNames, " or ")}`;
    const only = l7.length === 0 ? "" : `: ${few(l7, " or ")}`;
    return ports === "" ? "no port" : `${ports}${names}${only}`;
  });
  return `${word} ${few(texts, "; ")}`;
}

/** `80/TCP`; a port of TCP, UDP and SCTP is `53`. */
function portTexts({ ports }: PortRule): string[] {
  const protocols = new Map<string, string[]>();
  for (const port of ports) {
    const text = portText(port);
    protocols.set(text, [...(protocols.get(text) ?? []), port.protocol]);
  }
  return [...protocols].map(([text, of]) =>
    of.length === 3 || text.startsWith("ICMP") ? text : `${text}/${of.join(",")}`,
  );
}

function portText({ protocol, port, endPort, name }: Port): string {
  if (protocol.startsWith("ICMP")) return `${protocol} type ${port}`;
  if (name !== "") return name;
  if (endPort > port) return `${port}-${endPort}`;
  return port === 0 ? "any port" : String(port);
}

function l7Texts({ l7 }: PortRule): string[] {
  if (l7 === null) return [];
  if (l7.kind === "other") return [l7.parser];
  if (l7.kind === "dns") return l7.rules.map(({ text }) => (text === "*" ? "any DNS name" : `DNS name ${text}`));
  return l7.rules.map(({ method, path, host, headers }) => {
    const more = [...(host === null ? [] : [`host ${host.text}`]), ...headers.map(({ name }) => `header ${name}`)];
    const request = [method?.text ?? "any method", path?.text ?? "any path"].join(" ");
    const all = method === null && path === null ? "any request" : request;
    return shorten(more.length === 0 ? all : `${all} with ${few(more, ", ")}`);
  });
}

function few(all: readonly string[], between: string): string {
  const texts = [...new Set(all)];
  const shown = texts.slice(0, maxNamed).map(shorten).join(between);
  return texts.length > maxNamed ? `${shown}${between}${texts.length - maxNamed} more` : shown;
}

export function shorten(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
}

/** What a policy says, as a bag of short facts; two versions differ by the facts that one of them lacks. */
import { isRecord } from "../../policy/record.ts";
import type { Tree } from "./tree.ts";
import { field } from "./written.ts";

export interface Fact {
  /** Facts of one group replace each other: `ingress port`. */
  readonly group: string;
  readonly text: string;
}

const sections = [
  ["ingress", "ingress", "from"],
  ["ingressDeny", "ingress deny", "from"],
  ["egress", "egress", "to"],
  ["egressDeny", "egress deny", "to"],
] as const;

export function policyFacts(tree: Tree): Fact[] {
  const specs = field(tree, "specs");
  const rules = [field(tree, "spec"), ...(Array.isArray(specs) ? specs : [])].filter(isRecord);
  return rules.flatMap((rule) => [
    ...["endpointSelector", "podSelector", "nodeSelector"].flatMap((name) => {
      const selector = field(rule, name);
      return selector === undefined ? [] : labelWords(selector).map((text) => ({ group: "selects", text }));
    }),
    ...sections.flatMap(([name, lead, word]) =>
      listOf(field(rule, name)).flatMap((item) => [
        ...peers(item).map((text) => ({ group: `${lead} ${word}`, text })),
        ...ports(item).map((text) => ({ group: `${lead} port`, text })),
        ...requests(item).map((text) => ({ group: lead, text })),
      ]),
    ),
    ...Object.entries(recordOf(field(rule, "enableDefaultDeny"))).map(([direction, value]) => ({
      group: `default deny on ${direction}`,
      text: String(value),
    })),
  ]);
}

/** Cilium's members begin with from and to; Kubernetes' are called so. */
function peers(item: unknown): string[] {
  return Object.entries(recordOf(item)).flatMap(([member, value]) => {
    if (!/^(from|to)([A-Z]|$)/.test(member) || member === "toPorts") return [];
    return listOf(value).map((peer) => peerWords(member, peer));
  });
}

function peerWords(member: string, peer: unknown): string {
  if (typeof peer === "string") return peer;
  if (/Endpoints$|Nodes$|Requires$/.test(member)) return selectorWords(peer);
  for (const name of ["matchName", "matchPattern", "cidr", "cidrGroupRef"]) {
    const value = field(peer, name);
    if (typeof value === "string") return value;
  }
  const service = field(field(peer, "k8sService"), "serviceName");
  if (typeof service === "string") return `service ${service}`;
  const block = field(field(peer, "ipBlock"), "cidr");
  if (typeof block === "string") return block;
  const [pods, namespaces] = [field(peer, "podSelector"), field(peer, "namespaceSelector")];
  return [
    ...(pods === undefined ? [] : [selectorWords(pods)]),
    ...(namespaces === undefined ? [] : [`namespaces ${selectorWords(namespaces)}`]),
  ].join(" in ");
}

function ports(item: unknown): string[] {
  const cilium = listOf(field(item, "toPorts")).flatMap((one) => listOf(field(one, "ports")));
  const words = [...cilium, ...listOf(field(item, "ports"))].map((port) => {
    const [number, end, protocol] = ["port", "endPort", "protocol"].map((name) => field(port, name));
    return `${number ?? "any"}${end === undefined ? "" : `-${end}`}${typeof protocol === "string" ? `/${protocol}` : ""}`;
  });
  const icmps = listOf(field(item, "icmps")).flatMap((one) => listOf(field(one, "fields")));
  return [...words, ...icmps.map((one) => `ICMP ${field(one, "type") ?? "any"}`)];
}

function requests(item: unknown): string[] {
  return listOf(field(item, "toPorts")).flatMap((one) => {
    const rules = field(one, "rules");
    const http = listOf(field(rules, "http")).map((rule) => {
      const words = ["method", "host", "path"].flatMap((name) => {
        const value = field(rule, name);
        return typeof value === "string" ? [value] : [];
      });
      return words.length === 0 ? "any HTTP request" : words.join(" ");
    });
    const dns = listOf(field(rules, "dns")).map((rule) => {
      const name = field(rule, "matchName") ?? field(rule, "matchPattern");
      return `DNS name ${typeof name === "string" ? name : "any"}`;
    });
    return [...http, ...dns];
  });
}

function selectorWords(selector: unknown): string {
  return labelWords(selector).join(", ");
}

function labelWords(selector: unknown): string[] {
  const labels = Object.entries(recordOf(field(selector, "matchLabels"))).map(
    ([key, value]) => `${bare(key)}=${value}`,
  );
  const expressions = listOf(field(selector, "matchExpressions")).map((one) => {
    const values = listOf(field(one, "values")).map(String);
    const [key, operator] = [field(one, "key"), field(one, "operator")].map(String);
    return `${bare(key ?? "")} ${operator}${values.length === 0 ? "" : ` (${values.join(", ")})`}`;
  });
  const words = [...labels, ...expressions];
  return words.length === 0 ? ["everything"] : words;
}

/** Without the source that Cilium's own objects often carry. */
function bare(key: string): string {
  return key.replace(/^(?:any|k8s)[:.]/, "").replace(/^io\.kubernetes\.pod\.namespace$/, "namespace");
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

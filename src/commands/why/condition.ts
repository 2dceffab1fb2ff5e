/** The one condition of a rule that failed, in words. Names and values are written by others. */
import { selectorText } from "../../analysis/label-selector.ts";
import type { Inline } from "../../message/message.ts";
import type { Condition } from "../../policy/engine/conditions.ts";
import { namespaceKey, namespaceLabelsPrefix } from "../../policy/labels.ts";
import type { Requirement } from "../../policy/selector.ts";
import { shorten } from "../drops/words.ts";

export interface Told {
  /** How the rule's policy is called: `rule1`. */
  readonly rule: string;
  /** The end that the rule looks at: `default/xwing`. */
  readonly peer: string;
  /** What the peer is like may not be told. */
  readonly hidden: boolean;
  /** Outside addresses and nodes are none. */
  readonly isPod: boolean;
  /** No particular port was asked about. */
  readonly anyPort: boolean;
}

const maxValues = 3;

/** `rule1 admits org=empire; default/xwing has org=alliance`, without a stop. */
export function conditionText(condition: Condition, told: Told): Inline[] {
  const { peer } = told;
  const rule: Inline = { code: shorten(told.rule) };
  const who: Inline = { code: shorten(peer) };
  switch (condition.kind) {
    case "label":
      return [rule, ...labelWords(condition.wanted, condition.got, told)];
    case "entity":
      return [rule, " admits the entity ", values(condition.wanted, " or "), "; ", who, " is not part of it"];
    case "service":
      return [rule, " admits the pods of Service ", values(condition.wanted, " or "), "; ", who, " is none of them"];
    case "cidr":
      return condition.got === null
        ? [rule, " admits addresses of ", values(condition.wanted, " or "), "; the address of ", who, " is not known"]
        : [
            rule,
            " admits ",
            values(condition.wanted, " or "),
            "; ",
            { code: shorten(condition.got) },
            " is not in there",
          ];
    case "cidr-except":
      return [
        rule,
        ` admits ${shorten(condition.wanted)} except `,
        { code: shorten(condition.except) },
        ", and ",
        { code: shorten(condition.got) },
        " is in the exception",
      ];
    case "cidr-never-matches-pods":
      return [rule, " admits ", values(condition.wanted, " or "), ", and CIDR rules do not match pods"];
    case "cidr-never-matches-nodes":
      return [rule, " admits ", values(condition.wanted, " or "), ", and CIDR rules do not match nodes"];
    case "fqdn":
      return [rule, " admits ", values(condition.wanted, " or "), ...nameWords(condition.got, who, peer)];
    case "fqdn-never-matches-pods":
      return [rule, " admits ", values(condition.wanted, " or "), ", and DNS names do not match pods"];
    case "fqdn-never-matches-nodes":
      return [rule, " admits ", values(condition.wanted, " or "), ", and DNS names do not match nodes"];
    case "empty-item":
      return [rule, " has an empty entry, which admits nobody"];
    case "empty-list":
      return [rule, ` has an empty list ${shorten(condition.member)}, which admits nobody`];
    case "groups":
      return [rule, ` admits by ${shorten(condition.member)}, which another policy carries out`];
    case "no-service":
      return [rule, ` admits by ${shorten(condition.member)}, and there is no such Service`];
    case "port":
      return told.anyPort
        ? [rule, ` allows only ${list(condition.wanted, " and ")} (${shorten(condition.protocol)})`]
        : [
            `port ${condition.got} asked, `,
            rule,
            ` allows ${list(condition.wanted, " or ")} (${shorten(condition.protocol)})`,
          ];
    case "named-port":
      return condition.resolved === null
        ? [rule, ` allows the port called ${shorten(condition.wanted)}, and no pod gives that name one number`]
        : [
            `port ${condition.got} asked, `,
            rule,
            ` allows ${shorten(condition.wanted)}, which is ${condition.resolved}`,
          ];
    case "protocol":
      return [`${shorten(condition.got)} asked, `, rule, ` allows ${list([...new Set(condition.wanted)], " or ")}`];
    case "icmp-type":
      return [`ICMP type ${condition.got} asked, `, rule, ` allows type ${list(condition.wanted.map(String), " or ")}`];
    case "no-ports":
      return [rule, " has toPorts without any port, which admits nothing"];
    case "http":
      return condition.field === "header"
        ? [rule, ` admits requests with header ${shorten(condition.wanted)}; this one has ${condition.got ?? "none"}`]
        : [
            rule,
            ` admits ${condition.field} `,
            { code: shorten(condition.wanted) },
            "; the request has ",
            condition.got === null ? "none" : { code: shorten(condition.got) },
          ];
    case "dns":
      return [
        rule,
        " admits the DNS name ",
        values(condition.wanted, " or "),
        "; ",
        { code: shorten(condition.got) },
        " was asked for",
      ];
  }
}

function nameWords(got: readonly string[], who: Inline, peer: string): Inline[] {
  if (got.length === 0) return ["; ", who, " was judged by its address alone"];
  if (got.includes(peer)) return ["; ", who, " does not fit"];
  return ["; ", who, " is ", values(got, " or ")];
}

function labelWords(wanted: Requirement, got: string | null, { peer, hidden, isPod }: Told): Inline[] {
  const who: Inline = { code: shorten(peer) };
  const key = keyText(wanted.key);
  const isNamespace = wanted.key === namespaceKey;
  if (isNamespace && (wanted.operator === "In" || wanted.operator === "Exists")) {
    const where =
      wanted.operator === "Exists" ? " admits pods" : ` admits pods of namespace ${list(wanted.values, " or ")}`;
    if (hidden) return [`${where}; `, who, " is none"];
    return got === null
      ? [`${where}; `, who, " is no pod of this cluster"]
      : [`${where}; `, who, " is in namespace ", { code: shorten(got) }];
  }
  const has: Inline[] = hidden
    ? ["; ", who, " does not have that"]
    : got === null && !isPod && wanted.source !== "reserved"
      ? ["; ", who, " counts as no pod, so it has no such label"]
      : got === null
        ? ["; ", who, ` has no label ${key}`]
        : ["; ", who, " has ", { code: shorten(`${key}=${got}`) }];
  return [" admits ", { code: requirementText(wanted) }, ...has];
}

/** `org=empire`, without Kubernetes' own prefix. */
function requirementText(requirement: Requirement): string {
  const { source, key, values: wanted } = requirement;
  const more = wanted.length > maxValues ? [...wanted.slice(0, maxValues), "…"] : wanted;
  return shorten(
    selectorText([{ ...requirement, source: source === "k8s" ? "any" : source, key: keyText(key), values: more }]),
  );
}

function keyText(key: string): string {
  return shorten(
    key.startsWith(namespaceLabelsPrefix) ? `namespace's ${key.slice(namespaceLabelsPrefix.length)}` : key,
  );
}

function values(names: readonly string[], between: string): Inline {
  return { code: list(names, between) };
}

function list(names: readonly string[], between: string): string {
  const shown = names.slice(0, maxValues).map(shorten).join(between);
  return names.length > maxValues ? `${shown}${between}${names.length - maxValues} more` : shown;
}

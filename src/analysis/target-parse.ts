/**
 * TARGET, from what a person types. In this order, the first that fits:
 *
 *   -l SELECTOR, or anything with `=`, `!` or ` in (`     labels
 *   world, host, remote-node, kube-apiserver, health, …   reserved identity (also `reserved:world`); a workload of that name is `deploy/host`
 *   10.0.0.1, fd00::1, 10.0.0.0/8                         address, CIDR
 *   KIND/NAME, KIND/NAMESPACE/NAME                        pod, svc, deploy, sts, ds, rs, job, cronjob, rollout; ns/NAME; identity/NUMBER
 *   NAMESPACE/NAME                                        whatever has that name there; so a namespace called "pod" is only reachable as KIND/pod/NAME
 *   NAME.NAMESPACE.svc[.cluster.local]                    that service
 *   with a dot                                            FQDN; a pod with dots in its name is `pod/NAME`
 *   else                                                  a name in any namespace
 *
 * node/NAME and cnp/NAME, ccnp/NAME, netpol/NAME are refused with what to type instead: flows have ends, and neither a node nor a policy is one.
 */
import { parseLabelSelector, selectorText } from "./label-selector.ts";
import { quoted } from "./quoted.ts";
import type { Target } from "./target.ts";
import { readCidr, readIp } from "./target-ip.ts";
import { fqdnProblem, nameProblem, namespaceProblem, serviceProblem } from "./target-name.ts";
import { readKindWord, reservedIdentities, type TargetWord, workloadWord } from "./target-words.ts";

export type ParsedTarget =
  | { readonly ok: true; readonly target: Target }
  /** One sentence for people that says what to type. It quotes what was typed, shortened. */
  | { readonly ok: false; readonly say: string };

const maxTargetLength = 1_100;

export function parseTarget(typed: string): ParsedTarget {
  const text = typed.trim();
  if (text === "" || text.length > maxTargetLength)
    return refuse(text === "" ? examples : `The target is too long. ${examples}`);
  const dashed = /^(?:-l|--selector)(?:\s+|=|$)(.*)$/s.exec(text);
  if (dashed !== null) return parseLabelTarget(dashed[1] ?? "");
  const reserved = readReserved(text.toLowerCase().replace(/^reserved[:/]/, ""));
  if (reserved !== null) return accept(reserved);
  if (/[=!]|\s(?:not)?in\s*\(|^(?:k8s|any|cidr|fqdn|cidrgroup):/.test(text)) return parseLabelTarget(text);
  const ip = readIp(text);
  if (ip !== null) return accept({ kind: "ip", ip });
  // No name in Kubernetes or DNS has capitals, but phones begin words with them.
  const name = text.toLowerCase();
  return name.includes("/") ? parsePath(name) : parseWord(name);
}

/** The value of `-l`. */
export function parseLabelTarget(text: string): ParsedTarget {
  const parsed = parseLabelSelector(text.trim());
  return parsed.ok ? accept({ kind: "labels", selector: selectorText(parsed.selector) }) : parsed;
}

/** Canonical text, which parses back to the same target. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case "name":
      return join(target.namespace, target.name);
    case "pod":
      return join("pod", target.namespace, target.name);
    case "service":
      return join("svc", target.namespace, target.name);
    case "workload":
      return join(workloadWord(target.workload), target.namespace, target.name);
    case "namespace":
      return join("ns", target.name);
    case "labels":
      return `-l ${target.selector}`;
    case "ip":
      return target.ip;
    case "cidr":
      return target.cidr;
    case "fqdn":
    case "reserved":
      return target.name;
    case "identity":
      return join("identity", String(target.identity));
  }
}

const examples =
  "Type a name (deathstar, default/deathstar), pod/NAME, deploy/NAME, svc/NAME, ns/NAME, -l key=value, an IP or CIDR, a DNS name, identity/NUMBER or world.";

function parsePath(text: string): ParsedTarget {
  const cidr = readCidr(text);
  if (cidr !== null) return accept({ kind: "cidr", cidr });
  const [first = "", second = "", third, ...more] = text.split("/");
  if (/^[\d.]+$|:/.test(first))
    return refuse(`${quoted(text)} is no CIDR: write an address and a length, such as 10.0.0.0/8.`);
  const word = readKindWord(first);
  const elsewhere = word === undefined ? noTarget(first, [second, ...(third === undefined ? [] : [third])]) : undefined;
  if (elsewhere !== undefined) return refuse(elsewhere);
  if (more.length > 0)
    return refuse(`${quoted(text)} has too many parts: write KIND/NAMESPACE/NAME, such as deploy/default/deathstar.`);
  if (word !== undefined)
    return third === undefined ? parseKind(word, undefined, second) : parseKind(word, second, third);
  if (third !== undefined) return refuse(misplaced(first, second, third));
  if (second === "") return refuse(`No name stands behind ${quoted(text)}: for the whole namespace write ns/NAME.`);
  return checked(namespaceProblem(first) ?? nameProblem(second), { kind: "name", namespace: first, name: second });
}

/** Kinds that kubectl knows and flows do not have: what to type for them. */
function noTarget(kind: string, names: readonly string[]): string | undefined {
  const typed = names.every((name) => nameProblem(name) === null) ? names.join("/") : "NAME";
  if (/^nodes?$/i.test(kind))
    return `A node is no target, add it as a flag: --node ${typed}, for example drops --node ${typed}. How nodes are: status.`;
  if (policyKinds.test(kind))
    return `A policy is no target. Type policies ${typed} to see it, or drops with the name of a pod or workload.`;
  return undefined;
}

/** Also as `kubectl get -o name` writes them: with their group. */
const policyKinds =
  /^(c?cnps?|netpols?|(cilium(clusterwide)?)?networkpolic(y|ies)(\.cilium\.io|\.networking\.k8s\.io)?)$/i;

function parseKind(word: TargetWord, namespace: string | undefined, name: string): ParsedTarget {
  if (namespace !== undefined && (word.kind === "namespace" || word.kind === "identity" || word.kind === "reserved"))
    return refuse(
      `${quoted(`${namespace}/${name}`)} is one part too many: write ns/NAME, identity/NUMBER or a reserved name such as world.`,
    );
  if (word.kind === "identity") return parseIdentity(name);
  if (word.kind === "reserved")
    return refuse(`${quoted(name)} is no reserved identity: ${[...reservedIdentities.keys()].join(", ")}.`);
  if (word.kind === "namespace") return checked(namespaceProblem(name), { kind: "namespace", name });
  const where = namespace === undefined ? null : namespaceProblem(namespace);
  if (word.kind === "workload")
    return checked(where ?? nameProblem(name), { kind: "workload", workload: word.workload, namespace, name });
  const problem = where ?? (word.kind === "service" ? serviceProblem(name) : nameProblem(name));
  return checked(problem, { kind: word.kind, namespace, name });
}

function parseIdentity(text: string): ParsedTarget {
  const identity = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(identity <= 0xffff_ffff))
    return refuse(`${quoted(text)} is no identity: write its number, such as identity/55683.`);
  return accept({ kind: "identity", identity });
}

function parseWord(text: string): ParsedTarget {
  const port = /^[^:]+:(\d{1,5})$/.exec(text);
  const portName = /^([^:]+):[a-z][a-z0-9-]*$/i.exec(text);
  if (portName !== null) return refuse(`Ports are numbers here: write for example ${quoted(`${portName[1]}:80`)}.`);
  if (port !== null) return refuse(`Leave the port off the target and add it as a flag: --port ${port[1]}.`);
  if (!text.includes(".")) return checked(nameProblem(text), { kind: "name", namespace: undefined, name: text });
  if (/^[\d.]+$/.test(text))
    return refuse(`${quoted(text)} is no IP address: write four numbers up to 255, such as 10.0.0.1.`);
  const name = text.toLowerCase().replace(/\.$/, "");
  const service = /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?$/.exec(name);
  if (service?.[1] !== undefined) return parseKind({ kind: "service" }, service[2], service[1]);
  return checked(fqdnProblem(name), { kind: "fqdn", name });
}

function readReserved(text: string): Target | null {
  const identity = reservedIdentities.get(text);
  return identity === undefined ? null : { kind: "reserved", name: text, identity };
}

/** kubectl's order is kind first; people also write default/deploy/deathstar. */
function misplaced(first: string, second: string, third: string): string {
  const better =
    readKindWord(second) === undefined
      ? "KIND/NAMESPACE/NAME, such as deploy/default/deathstar"
      : quoted(`${second}/${first}/${third}`);
  return `${quoted([first, second, third].join("/"))} does not begin with a kind: write ${better}.`;
}

function checked(problem: string | null, target: Target): ParsedTarget {
  return problem === null ? accept(target) : refuse(problem);
}

function accept(target: Target): ParsedTarget {
  return { ok: true, target };
}

function refuse(say: string): ParsedTarget {
  return { ok: false, say };
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join("/");
}

/**
 * CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy → rules. Selectors are translated as Cilium's importer does it (pkg/k8s/apis/cilium.io/utils), refused
 * is what its schema and its validation refuse (pkg/policy/api); checked against what its own engine computed (test/fixtures/policy).
 */
import { namespaceKey } from "./labels.ts";
import type { Authentication, Direction, Item, Policy, PolicyObject, Rule, Section } from "./policy.ts";
import { memberNames, readPeers, readRequires } from "./read/peers.ts";
import { readIcmps, readPorts } from "./read/ports.ts";
import {
  createReader,
  type Fields,
  PolicyRefused,
  type Reader,
  readBoolean,
  readChoice,
  readFields,
  readList,
} from "./read/reader.ts";
import { hasKey, joined, readWritten, type WrittenSelector, withLabel } from "./read/selectors.ts";
import { lenientSettings, type Settings } from "./settings.ts";

/** One bad rule and Cilium loads nothing of the object. Never throws. */
export function readCiliumPolicy(object: PolicyObject, settings: Settings = lenientSettings): Policy {
  const { kind, namespace, name } = object;
  const reader = createReader(settings, namespace);
  try {
    const rules = readSpecs(reader, object).flatMap(({ spec, path }) => readRule(reader, spec, path));
    return { kind, namespace, name, rules, refused: null, unknown: reader.unknown };
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error;
    const { by, message } = error.refusal;
    const refused = by === "validation" ? { by, message: `Invalid ${kind} spec: ${message}` } : error.refusal;
    return { kind, namespace, name, rules: [], refused, unknown: reader.unknown };
  }
}

function readSpecs(reader: Reader, object: PolicyObject): { readonly spec: unknown; readonly path: string }[] {
  const specs = (readList(reader, object.specs, "specs") ?? []).map((spec, index) => ({
    spec,
    path: `specs[${index}]`,
  }));
  const all = [
    ...(object.spec === undefined || object.spec === null ? [] : [{ spec: object.spec, path: "spec" }]),
    ...specs,
  ];
  if (all.length === 0) throw new PolicyRefused("validation", "the policy has neither spec nor specs");
  return all;
}

const ruleFields = [
  ...["endpointSelector", "nodeSelector", "ingress", "ingressDeny", "egress", "egressDeny"],
  ...["enableDefaultDeny", "labels", "description", "log"],
];

function readRule(reader: Reader, spec: unknown, path: string): Rule[] {
  const fields = readFields(reader, spec, path, ruleFields) ?? {};
  const sections = (["ingress", "ingressDeny", "egress", "egressDeny"] as const).map((name) =>
    readList(reader, fields[name], `${path}.${name}`),
  );
  if (sections.every((section) => (section ?? []).length === 0)) {
    // Until 1.17 such a rule was taken and did nothing.
    if (reader.settings.minor < 18) return [];
    throw new PolicyRefused("validation", "rule must have at least one of Ingress, IngressDeny, Egress, EgressDeny");
  }
  const subject = readSubject(reader, fields, path);
  const init = hasKey(subject.written, isInit);
  const ingress = readSection(reader, fields, { path, direction: "ingress", init });
  const egress = readSection(reader, fields, { path, direction: "egress", init });
  if (subject.over === "nodes") checkHostPolicy([ingress, egress]);
  return [{ path, over: subject.over, subject: joined(subject.written), ingress, egress }];
}

function readSubject(
  reader: Reader,
  fields: Fields,
  path: string,
): { readonly over: Rule["over"]; readonly written: WrittenSelector } {
  const endpoints = readFields(reader, fields["endpointSelector"], `${path}.endpointSelector`);
  const nodes = readFields(reader, fields["nodeSelector"], `${path}.nodeSelector`);
  if (endpoints === undefined && nodes === undefined)
    throw new PolicyRefused("validation", "rule must have one of EndpointSelector or NodeSelector");
  if (endpoints !== undefined && nodes !== undefined)
    throw new PolicyRefused("validation", "rule cannot have both EndpointSelector and NodeSelector");
  if (reader.namespace === "") {
    if (nodes !== undefined) return { over: "nodes", written: readWritten(reader, nodes, `${path}.nodeSelector`) };
    return { over: "endpoints", written: readWritten(reader, endpoints, `${path}.endpointSelector`) };
  }
  if (nodes !== undefined) throw new PolicyRefused("validation", "rule cannot have NodeSelector");
  const written = readWritten(reader, endpoints, `${path}.endpointSelector`);
  if (hasKey(written, isInit))
    throw new PolicyRefused("validation", "reserved:init can only be selected by a CiliumClusterwideNetworkPolicy");
  // A namespaced policy selects in its own namespace only: the importer writes the namespace over what the user had at this key. The same key without source, or
  // in an expression, stays beside it; with another namespace the policy then selects nothing.
  return { over: "endpoints", written: withLabel(written, namespaceKey, reader.namespace) };
}

function isInit({ source, key }: { readonly source: string; readonly key: string }): boolean {
  return source === "reserved" && key === "init";
}

interface Place {
  readonly path: string;
  readonly direction: Direction;
  readonly init: boolean;
}

/** An empty list counts as absent. An entry that is empty itself (`ingress: [{}]`) allows nothing and still switches default deny on. */
function readSection(reader: Reader, fields: Fields, place: Place): Section | undefined {
  const items = (["allow", "deny"] as const).flatMap((verdict) => {
    const name = verdict === "allow" ? place.direction : `${place.direction}Deny`;
    const path = `${place.path}.${name}`;
    return (readList(reader, fields[name], path) ?? []).map((entry, index) =>
      readItem(reader, entry, { ...place, verdict, path: `${path}[${index}]` }),
    );
  });
  const path = `${place.path}.enableDefaultDeny`;
  const wanted = readFields(reader, fields["enableDefaultDeny"], path, ["ingress", "egress"]) ?? {};
  const defaultDeny = readBoolean(wanted[place.direction], `${path}.${place.direction}`) ?? true;
  if (items.length === 0) return undefined;
  return { defaultDeny, denies: items.some(({ verdict }) => verdict === "deny"), items };
}

const modes = ["disabled", "required", "test-always-fail"] as const;

function readItem(reader: Reader, entry: unknown, place: Place & Pick<Item, "verdict">): Item {
  const { path, direction, verdict } = place;
  const requires = reader.settings.minor < 19 ? [direction === "ingress" ? "fromRequires" : "toRequires"] : [];
  const known = [
    ...memberNames(place),
    "toPorts",
    "icmps",
    ...requires,
    ...(verdict === "allow" ? ["authentication"] : []),
  ];
  const fields = readFields(reader, entry, path, known) ?? {};
  const toPorts = readPorts(reader, fields["toPorts"], `${path}.toPorts`, place);
  const icmps = readIcmps(reader, fields["icmps"], `${path}.icmps`);
  const ports = toPorts ?? icmps;
  const peers = readPeers(reader, fields, { ...place, hasPorts: ports !== null });
  if (toPorts !== null && icmps !== null)
    throw new PolicyRefused(
      "validation",
      "the ICMPs block may only be present without ToPorts. Define a separate rule to use ToPorts",
    );
  const authentication =
    verdict === "allow" ? readAuthentication(reader, fields["authentication"], `${path}.authentication`) : null;
  return { path, verdict, peers, ports, authentication, requires: readRequires(reader, fields, place) };
}

function readAuthentication(reader: Reader, value: unknown, path: string): Authentication | null {
  const fields = readFields(reader, value, path, ["mode"]);
  if (fields === undefined) return null;
  return readChoice(reader, fields["mode"], { path: `${path}.mode`, choices: modes }) ?? null;
}

function checkHostPolicy(sections: readonly (Section | undefined)[]): void {
  const [ingress, egress] = sections.map((section) =>
    (section?.items ?? []).flatMap(({ ports }) => (ports ?? []).map(({ l7 }) => l7)).filter((l7) => l7 !== null),
  );
  if (ingress !== undefined && ingress.length > 0)
    throw new PolicyRefused("validation", "L7 policy is not supported on host ingress yet");
  const other = egress?.find(({ kind }) => kind !== "dns");
  if (other === undefined) return;
  const name = other.kind === "http" ? "HTTP" : "Kafka";
  throw new PolicyRefused("validation", `L7 protocol ${name} is not supported on host egress yet`);
}

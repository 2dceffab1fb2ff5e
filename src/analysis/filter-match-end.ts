/** The fields of a FlowFilter that speak about one end of a flow. */
import type { Endpoint, Flow, NamespacedName } from "./flow.ts";
import { fitsGlob } from "./glob.ts";
import { matchesLabels, parseLabelSelector } from "./label-selector.ts";
import type { FlowFilter } from "./select.ts";
import { readCidr } from "./target-ip.ts";

export type Matcher = (flow: Flow) => boolean;
export type Side = "source" | "destination";

/** The same fields for either end, without the prefix that names the end. */
export interface EndFields {
  readonly ip?: readonly string[] | undefined;
  readonly pod?: readonly string[] | undefined;
  readonly fqdn?: readonly string[] | undefined;
  readonly label?: readonly string[] | undefined;
  readonly service?: readonly string[] | undefined;
  readonly workload?: readonly { readonly name?: string; readonly kind?: string }[] | undefined;
  readonly identity?: readonly number[] | undefined;
  readonly port?: readonly string[] | undefined;
}

export function fieldsOf(filter: FlowFilter, side: Side): EndFields {
  return side === "source"
    ? {
        ip: filter.sourceIp,
        pod: filter.sourcePod,
        fqdn: filter.sourceFqdn,
        label: filter.sourceLabel,
        service: filter.sourceService,
        workload: filter.sourceWorkload,
        identity: filter.sourceIdentity,
        port: filter.sourcePort,
      }
    : {
        ip: filter.destinationIp,
        pod: filter.destinationPod,
        fqdn: filter.destinationFqdn,
        label: filter.destinationLabel,
        service: filter.destinationService,
        workload: filter.destinationWorkload,
        identity: filter.destinationIdentity,
        port: filter.destinationPort,
      };
}

/** One check per field that is set. */
export function endMatcher(fields: EndFields, side: Side): Matcher[] {
  const isSource = side === "source";
  const checks: Matcher[] = [];
  const onEndpoint = endpointCheck(fields);
  if (onEndpoint !== undefined) {
    const test = remembered(onEndpoint);
    checks.push(isSource ? (flow) => test(flow.source) : (flow) => test(flow.destination));
  }
  if (isSet(fields.ip)) {
    const test = remembered(ipCheck(fields.ip));
    checks.push(isSource ? (flow) => test(flow.sourceIp) : (flow) => test(flow.destinationIp));
  }
  if (isSet(fields.fqdn)) {
    const test = fqdnCheck(fields.fqdn);
    checks.push(isSource ? (flow) => flow.sourceNames.some(test) : (flow) => flow.destinationNames.some(test));
  }
  if (isSet(fields.service)) {
    const test = serviceCheck(fields.service);
    checks.push(isSource ? (flow) => test(flow.sourceService) : (flow) => test(flow.destinationService));
  }
  if (isSet(fields.port)) {
    const ports = new Set(fields.port.map(Number));
    checks.push(
      isSource
        ? (flow) => hasPorts(flow) && ports.has(flow.sourcePort)
        : (flow) => hasPorts(flow) && ports.has(flow.destinationPort),
    );
  }
  return checks;
}

/** `[namespace/]prefix`: without a namespace it means `default`, `/prefix` any, `namespace/` all names in it. */
export function readPrefix(text: string): { readonly namespace: string | undefined; readonly prefix: string } {
  const slash = text.indexOf("/");
  if (slash < 0) return { namespace: "default", prefix: text };
  return { namespace: slash === 0 ? undefined : text.slice(0, slash), prefix: text.slice(slash + 1) };
}

/** Pod, label, workload and identity hang on the endpoint alone. */
function endpointCheck(fields: EndFields): ((endpoint: Endpoint) => boolean) | undefined {
  const checks: ((endpoint: Endpoint) => boolean)[] = [];
  if (isSet(fields.pod)) {
    const pods = fields.pod.map(readPrefix);
    checks.push(
      ({ namespace, pod }) => (namespace !== "" || pod !== "") && pods.some((one) => fits(one, namespace, pod)),
    );
  }
  if (isSet(fields.label)) {
    const selectors = fields.label.flatMap((text) => {
      const parsed = parseLabelSelector(text);
      return parsed.ok ? [parsed.selector] : [];
    });
    checks.push(({ labels }) => selectors.some((selector) => matchesLabels(selector, labels)));
  }
  if (isSet(fields.workload)) {
    const wanted = fields.workload;
    checks.push(({ workload }) => workload !== undefined && wanted.some((one) => isWorkload(one, workload)));
  }
  if (isSet(fields.identity)) {
    const identities = new Set(fields.identity);
    checks.push(({ identity }) => identities.has(identity));
  }
  return checks.length === 0 ? undefined : (endpoint) => checks.every((check) => check(endpoint));
}

function fits(wanted: ReturnType<typeof readPrefix>, namespace: string, name: string): boolean {
  return (wanted.namespace === undefined || wanted.namespace === namespace) && name.startsWith(wanted.prefix);
}

function isWorkload(
  wanted: { readonly name?: string; readonly kind?: string },
  workload: { readonly name: string; readonly kind: string },
): boolean {
  return (
    (wanted.name === undefined || wanted.name === "" || wanted.name === workload.name) &&
    (wanted.kind === undefined || wanted.kind === "" || wanted.kind === workload.kind)
  );
}

function serviceCheck(values: readonly string[]): (service: NamespacedName | undefined) => boolean {
  const services = values.map(readPrefix);
  return (service) =>
    service !== undefined &&
    (service.namespace !== "" || service.name !== "") &&
    services.some((one) => fits(one, service.namespace, service.name));
}

/** Addresses are compared as text, exactly as the server does it; with a slash it is a CIDR. */
function ipCheck(values: readonly string[]): (ip: string) => boolean {
  const exact = new Set(values.filter((value) => !value.includes("/")));
  const ranges = values
    .filter((value) => value.includes("/"))
    .map((value) => ({ cidr: readCidr(value), length: value.slice(value.indexOf("/")) }));
  return (ip) =>
    exact.has(ip) ||
    ranges.some(({ cidr, length }) => cidr !== null && sameFamily(cidr, ip) && readCidr(ip + length) === cidr);
}

function sameFamily(cidr: string, ip: string): boolean {
  return cidr.includes(":") === ip.includes(":");
}

function fqdnCheck(values: readonly string[]): (name: string) => boolean {
  const patterns = values.map((value) => value.toLowerCase().replace(/\.$/, ""));
  return (name) => patterns.some((pattern) => fitsGlob(pattern, name));
}

function hasPorts(flow: Flow): boolean {
  return flow.protocol === "TCP" || flow.protocol === "UDP" || flow.protocol === "SCTP";
}

/** The answer per endpoint object or address, kept for the next flow that has the same one. */
export function remembered<Subject>(check: (subject: Subject) => boolean): (subject: Subject) => boolean {
  const known = new Map<Subject, boolean>();
  return (subject) => {
    const seen = known.get(subject);
    if (seen !== undefined) return seen;
    const result = check(subject);
    if (known.size >= 5_000) known.clear();
    known.set(subject, result);
    return result;
  };
}

function isSet<Value>(values: readonly Value[] | undefined): values is readonly Value[] {
  return values !== undefined && values.length > 0;
}

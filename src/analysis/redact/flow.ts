/**
 * A decoded flow without secrets. What comes from the wire of strangers (URLs, headers, DNS names, Kafka topics, texts) is redacted by what it is; what
 * Kubernetes and Cilium name (pods, labels, policies, nodes) stays, unless it shows the shape of a credential. Numbers stay.
 */
import type { Endpoint, Flow, FlowDetails, L7, NamespacedName, PolicyRef } from "../flow.ts";

export interface FieldRules {
  readonly url: (text: string) => string;
  readonly name: (text: string) => string;
  readonly header: (name: string, value: string) => string;
  readonly text: (text: string) => string;
  /** Names that Kubernetes or Cilium gave. */
  readonly given: (text: string) => string;
  /** HTTP methods, versions, DNS types, Kafka calls: a short word or nothing. */
  readonly keyword: (text: string) => string;
  readonly address: (text: string) => string;
}

/** A flow in which nothing was found comes back as it is, and endpoints that were one object stay one. */
export function createFlowRedaction(rules: FieldRules): (flow: Flow) => Flow {
  const endpoints = new WeakMap<Endpoint, Endpoint>();

  function endpoint(one: Endpoint): Endpoint {
    const known = endpoints.get(one);
    if (known !== undefined) return known;
    const made = redactEndpoint(one, rules);
    endpoints.set(one, made);
    return made;
  }

  return (flow) => {
    const source = endpoint(flow.source);
    const destination = endpoint(flow.destination);
    const { name, given, address, text } = rules;
    const clean: Partial<Flow> = {
      uuid: uuid.test(flow.uuid) ? flow.uuid : given(flow.uuid),
      node: given(flow.node),
      source,
      destination,
      sourceIp: address(flow.sourceIp),
      destinationIp: address(flow.destinationIp),
      sourceNames: each(flow.sourceNames, name),
      destinationNames: each(flow.destinationNames, name),
      sourceService: flow.sourceService && redactService(flow.sourceService, rules),
      destinationService: flow.destinationService && redactService(flow.destinationService, rules),
      summary: flow.summary === "" ? "" : text(flow.summary),
      l7: flow.l7 && redactL7(flow.l7, rules),
      deniedBy: each(flow.deniedBy, (policy) => redactPolicy(policy, rules)),
      allowedBy: each(flow.allowedBy, (policy) => redactPolicy(policy, rules)),
      policyLog: each(flow.policyLog, text),
    };
    const shown = flow.details && details(flow.details, rules);
    const isClean = shown === flow.details && isWithin(flow, clean);
    return isClean ? flow : { ...flow, ...clean, ...(shown !== undefined && { details: shown }) };
  };
}

/** Our own id, new with each flow. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function isWithin(flow: Flow, clean: Partial<Flow>): boolean {
  for (const key in clean) if (clean[key as keyof Flow] !== flow[key as keyof Flow]) return false;
  return true;
}

function details(known: FlowDetails, { address }: FieldRules): FlowDetails {
  const { ethernet, sourceXlated } = known;
  const xlated = sourceXlated === undefined ? {} : { sourceXlated: address(sourceXlated) };
  const isSame = xlated.sourceXlated === sourceXlated;
  if (ethernet === undefined) return isSame ? known : { ...known, ...xlated };
  const clean = kept(ethernet, { source: address(ethernet.source), destination: address(ethernet.destination) });
  return isSame && clean === ethernet ? known : { ...known, ethernet: clean, ...xlated };
}

/** The first of two when nothing in them differs. */
function kept<Whole extends object>(before: Whole, after: Whole): Whole {
  for (const key in before) if (before[key] !== after[key]) return after;
  return before;
}

/** The same list when no item changed. */
function each<Item>(items: readonly Item[], redact: (item: Item) => Item): readonly Item[] {
  if (items.length === 0) return items;
  const clean = items.map(redact);
  return clean.every((item, at) => item === items[at]) ? items : clean;
}

function redactEndpoint(endpoint: Endpoint, { given }: FieldRules): Endpoint {
  const { workload } = endpoint;
  return kept(endpoint, {
    ...endpoint,
    namespace: given(endpoint.namespace),
    pod: given(endpoint.pod),
    labels: each(endpoint.labels, given),
    workload: workload && kept(workload, { kind: given(workload.kind), name: given(workload.name) }),
    cluster: given(endpoint.cluster),
  });
}

function redactService(service: NamespacedName, { given }: FieldRules): NamespacedName {
  return kept(service, { namespace: given(service.namespace), name: given(service.name) });
}

function redactPolicy(policy: PolicyRef, { given }: FieldRules): PolicyRef {
  return kept(policy, { kind: given(policy.kind), namespace: given(policy.namespace), name: given(policy.name) });
}

function redactL7(l7: L7, rules: FieldRules): L7 {
  const { url, name, keyword, address } = rules;
  if (l7.protocol === "http")
    return kept(l7, {
      ...l7,
      method: keyword(l7.method),
      url: l7.url === "" ? "" : url(l7.url),
      version: keyword(l7.version),
      headers: each(l7.headers, (header) =>
        kept(header, { key: name(header.key), value: rules.header(header.key, header.value) }),
      ),
    });
  if (l7.protocol === "dns")
    return kept(l7, {
      ...l7,
      query: name(l7.query),
      ips: each(l7.ips, address),
      cnames: each(l7.cnames, name),
      qtypes: each(l7.qtypes, keyword),
      observationSource: keyword(l7.observationSource),
    });
  return l7.protocol === "kafka" ? kept(l7, { ...l7, apiKey: keyword(l7.apiKey), topic: name(l7.topic) }) : l7;
}

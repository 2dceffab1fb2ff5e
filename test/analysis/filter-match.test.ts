import { describe, expect, test } from "vitest";
import { compileFilters, matches } from "../../src/analysis/filter-match.ts";
import type { Endpoint, Flow } from "../../src/analysis/flow.ts";
import type { FlowFilter } from "../../src/analysis/select.ts";
import { createDice, deathstar, endpoint, http, makeFlow, world, xwing } from "../fixtures/flows/make.ts";

describe("a field of a filter", () => {
  const toWorld = makeFlow({
    destination: world,
    destinationIp: "203.0.113.7",
    destinationNames: ["api.example.com"],
    destinationService: { namespace: "shop", name: "checkout" },
    node: "prod/k8s-w1",
  });
  const cases: readonly [string, FlowFilter, Flow, boolean][] = [
    ["an address is compared as text", { sourceIp: ["172.20.1.61"] }, makeFlow(), true],
    ["a prefix of an address is another address", { sourceIp: ["172.20.1.6"] }, makeFlow(), false],
    ["a CIDR contains addresses", { sourceIp: ["172.20.0.0/16"] }, makeFlow(), true],
    ["a CIDR of the other family contains nothing", { sourceIp: ["::/0"] }, makeFlow(), false],
    ["an IPv6 CIDR contains addresses", { sourceIp: ["fe80::/10"] }, makeFlow({ sourceIp: "fe80::1" }), true],
    ["a pod without namespace is in default", { destinationPod: ["deathstar"] }, makeFlow(), true],
    ["a pod's name is a prefix", { destinationPod: ["default/death"] }, makeFlow(), true],
    ["another namespace does not match", { destinationPod: ["prod/deathstar"] }, makeFlow(), false],
    ["a slash in front means any namespace", { destinationPod: ["/deathstar"] }, makeFlow(), true],
    ["a slash behind means the whole namespace", { destinationPod: ["default/"] }, makeFlow(), true],
    ["an end without names matches no pod", { destinationPod: ["/"] }, toWorld, false],
    ["a DNS name matches whole", { destinationFqdn: ["example.com"] }, toWorld, false],
    ["a star stands for a part of a DNS name", { destinationFqdn: ["*.EXAMPLE.com."] }, toWorld, true],
    ["a service is matched as a pod is", { destinationService: ["shop/check"] }, toWorld, true],
    ["a flow without service matches none", { destinationService: ["shop/"] }, makeFlow(), false],
    ["labels are a selector", { sourceLabel: ["org in (alliance, empire),!legacy"] }, makeFlow(), true],
    ["a label's source counts when given", { destinationLabel: ["reserved:world"] }, toWorld, true],
    ["another source is another label", { sourceLabel: ["cidr:org=alliance"] }, makeFlow(), false],
    [
      "a workload's name and kind hold",
      { destinationWorkload: [{ kind: "Deployment", name: "deathstar" }] },
      makeFlow(),
      true,
    ],
    ["another kind does not", { destinationWorkload: [{ kind: "DaemonSet", name: "deathstar" }] }, makeFlow(), false],
    ["an end without workload matches none", { destinationWorkload: [{ name: "" }] }, toWorld, false],
    ["an identity is one of the list", { sourceIdentity: [1, 37711] }, makeFlow(), true],
    ["a port is the end's own", { destinationPort: ["80"] }, makeFlow(), true],
    ["a port of the other end is not", { sourcePort: ["80"] }, makeFlow(), false],
    [
      "protocols without ports match no port",
      { destinationPort: ["0"] },
      makeFlow({ protocol: "ICMPv4", destinationPort: 0 }),
      false,
    ],
    ["a reason implies a drop", { dropReasonDesc: [133] }, makeFlow({ verdict: 1 }), false],
    ["an event type of 0 is any", { eventType: [{ type: 0 }] }, makeFlow(), true],
    [
      "a sub type counts when asked for",
      { eventType: [{ type: 1, matchSubType: true, subType: 181 }] },
      makeFlow(),
      false,
    ],
    ["icmp is both kinds", { protocol: ["icmp"] }, makeFlow({ protocol: "ICMPv6" }), true],
    ["http is an L7 record", { protocol: ["HTTP"] }, makeFlow({ eventType: 129, l7: http() }), true],
    ["tcp is not http", { protocol: ["http"] }, makeFlow(), false],
    [
      "a code is compared whole",
      { httpStatusCode: ["403"] },
      makeFlow({ eventType: 129, l7: http({ code: 403 }) }),
      true,
    ],
    [
      "a code with plus is a prefix",
      { httpStatusCode: ["4+"] },
      makeFlow({ eventType: 129, l7: http({ code: 503 }) }),
      false,
    ],
    ["no code matches no code", { httpStatusCode: ["0+"] }, makeFlow({ eventType: 129, l7: http() }), false],
    ["a node without cluster fits all clusters", { nodeName: ["k8s-*"] }, toWorld, true],
    ["a node's cluster counts when given", { nodeName: ["default/k8s-w1"] }, toWorld, false],
    ["a flow without cluster is of default", { nodeName: ["default/k8s-w1"] }, makeFlow(), true],
  ];
  test.each(cases)("%s", (_, filter, flow, expected) => {
    expect(matches(filter, flow)).toBe(expected);
  });
});

test("an empty filter and an empty list let everything pass", () => {
  expect(matches({}, makeFlow())).toBe(true);
  expect(compileFilters([], [])(makeFlow())).toBe(true);
  expect(matches({ sourcePod: [] }, makeFlow())).toBe(true);
});

test("a pattern full of stars does not take time", () => {
  const flow = makeFlow({ destinationNames: ["a".repeat(250)] });
  const start = performance.now();
  expect(matches({ destinationFqdn: [`${"a*".repeat(100)}b`] }, flow)).toBe(false);
  expect(performance.now() - start).toBeLessThan(2_000);
});

describe("random filters over random flows", () => {
  const dice = createDice(7);
  const pick = <Value>(values: readonly Value[]): Value => values[dice(values.length)] as Value;
  const some = <Value>(values: readonly Value[]): Value[] | undefined =>
    dice(3) > 0 ? undefined : [pick(values), pick(values)].slice(dice(2));
  const ends = [
    xwing,
    deathstar,
    world,
    endpoint(),
    endpoint({ namespace: "prod", pod: "deathstar-proxy-1", identity: 9 }),
  ];
  const pods = ["deathstar", "default/", "/deathstar", "prod/deathstar-proxy", "xwing"];
  const ips = ["10.0.0.1", "10.0.1.1", "10.0.0.0/24", "fe80::/10", "fe80::1"];
  const services = [undefined, { namespace: "default", name: "deathstar" }, { namespace: "prod", name: "shop" }];

  const randomFlow = (): Flow =>
    makeFlow({
      verdict: dice(4),
      eventType: pick([1, 4, 5, 129]),
      dropReason: pick([0, 133, 139, 222]),
      direction: dice(3),
      source: pick(ends),
      destination: pick(ends),
      sourceIp: pick(["10.0.0.1", "10.0.1.1", "fe80::1", ""]),
      destinationIp: pick(["10.0.0.1", "10.0.1.1", "fe80::1", ""]),
      sourceService: pick(services),
      destinationService: pick(services),
      protocol: pick(["TCP", "UDP", "ICMPv4", "ICMPv6", ""] as const),
      sourcePort: pick([0, 80, 53]),
      destinationPort: pick([0, 80, 53]),
    });
  const randomFilter = (): FlowFilter => {
    const filter = {
      verdict: some([1, 2]),
      eventType: some([{ type: 1 }, { type: 129 }, { type: 0 }]),
      dropReasonDesc: some([133, 222]),
      trafficDirection: some([1, 2]),
      protocol: some(["tcp", "udp", "icmp", "icmpv6"]),
      sourcePod: some(pods),
      destinationPod: some(pods),
      sourceIp: some(ips),
      destinationIp: some(ips),
      sourceIdentity: some([2, 9, 37711]),
      sourceService: some(["deathstar", "prod/"]),
      destinationWorkload: some([{ name: "deathstar" }, { kind: "Pod" }]),
      destinationPort: some(["80", "53", "0"]),
    };
    return Object.fromEntries(Object.entries(filter).filter(([, values]) => values !== undefined)) as FlowFilter;
  };

  test("are judged as a plain reading of the server's rules judges them", () => {
    let passed = 0;
    for (let round = 0; round < 20_000; round++) {
      const flow = randomFlow();
      const filter = randomFilter();
      const expected = bruteForce(filter, flow);
      expect({ filter, flow, passes: matches(filter, flow) }).toEqual({ filter, flow, passes: expected });
      if (expected) passed += 1;
    }
    expect(passed).toBeGreaterThan(500);
  });

  test("a blacklist takes away what a whitelist lets through", () => {
    for (let round = 0; round < 2_000; round++) {
      const flow = randomFlow();
      const white = [randomFilter(), randomFilter()];
      const black = [randomFilter()];
      const expected =
        white.some((filter) => bruteForce(filter, flow)) && !black.some((filter) => bruteForce(filter, flow));
      expect(compileFilters(white, black)(flow)).toBe(expected);
    }
  });
});

/** The rules one by one, with no thought for speed. */
function bruteForce(filter: FlowFilter, flow: Flow): boolean {
  const any = <Value>(values: readonly Value[] | undefined, test: (value: Value) => boolean) =>
    values === undefined || values.some(test);
  const inIp = (ip: string) => (value: string) =>
    value.includes("/") ? (value === "10.0.0.0/24" ? ip.startsWith("10.0.0.") : ip.startsWith("fe80:")) : value === ip;
  const prefix = (namespace: string, name: string) => (value: string) => {
    const text = value.includes("/") ? value : `default/${value}`;
    const [wantedNamespace, wantedName = ""] = text.split("/");
    return (wantedNamespace === "" || wantedNamespace === namespace) && name.startsWith(wantedName);
  };
  const pod = (end: Endpoint) => (value: string) =>
    `${end.namespace}${end.pod}` !== "" && prefix(end.namespace, end.pod)(value);
  const protocol = (value: string) =>
    value === "icmp" ? flow.protocol.startsWith("ICMP") : flow.protocol.toLowerCase() === value;
  const ports = ["TCP", "UDP", "SCTP"].includes(flow.protocol);
  const service = flow.sourceService;
  const { workload } = flow.destination;
  return (
    any(filter.verdict, (value) => value === flow.verdict) &&
    any(filter.eventType, ({ type }) => type === 0 || type === flow.eventType) &&
    any(filter.dropReasonDesc, (value) => flow.verdict === 2 && value === flow.dropReason) &&
    any(filter.trafficDirection, (value) => value === flow.direction) &&
    any(filter.protocol, protocol) &&
    any(filter.sourcePod, pod(flow.source)) &&
    any(filter.destinationPod, pod(flow.destination)) &&
    any(filter.sourceIp, inIp(flow.sourceIp)) &&
    any(filter.destinationIp, inIp(flow.destinationIp)) &&
    any(filter.sourceIdentity, (value) => value === flow.source.identity) &&
    any(filter.sourceService, (value) => service !== undefined && prefix(service.namespace, service.name)(value)) &&
    any(
      filter.destinationWorkload,
      ({ name, kind }) =>
        workload !== undefined &&
        (name ?? workload.name) === workload.name &&
        (kind ?? workload.kind) === workload.kind,
    ) &&
    any(filter.destinationPort, (value) => ports && Number(value) === flow.destinationPort)
  );
}

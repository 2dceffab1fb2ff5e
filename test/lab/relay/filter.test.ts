import { describe, expect, test } from "vitest";
import { compileFilters } from "../../../src/lab/relay/filter.ts";
import type { WireFilter, WireFlow } from "../../../src/sources/hubble/wire.ts";
import { begin, everywhere, l7Begin, minute, now, starWars } from "../world/worlds.ts";

const world = starWars();
const flows: WireFlow[] = [
  ...everywhere(world, begin, begin + minute),
  ...everywhere(world, l7Begin - minute, l7Begin + minute),
  ...everywhere(world, now - minute, now),
].map(({ flow }) => flow);
const [someUuid, otherUuid] = [flows[10]?.uuid ?? "", flows[500]?.uuid ?? ""];

/** Each field with what it means, said once more without the filter's own code. */
const cases: readonly (readonly [string, WireFilter, (flow: WireFlow) => boolean])[] = [
  ["verdict", { verdict: [2, 5] }, ({ verdict }) => verdict === 2 || verdict === 5],
  [
    "pod by prefix",
    { destinationPod: ["deathstar"] },
    ({ destination }) => destination?.podName?.startsWith("deathstar-") ?? false,
  ],
  ["pod of a namespace", { sourcePod: ["kube-system/"] }, ({ source }) => source?.namespace === "kube-system"],
  [
    "pod of any namespace",
    { sourcePod: ["/hubble-"] },
    ({ source }) => source?.podName?.startsWith("hubble-") ?? false,
  ],
  ["pod of another namespace", { sourcePod: ["kube-system/xwing"] }, () => false],
  [
    "two pods",
    { sourcePod: ["xwing", "default/tiefighter"] },
    ({ source }) => ["xwing", "tiefighter"].includes(source?.podName ?? ""),
  ],
  [
    "service",
    { destinationService: ["deathstar"] },
    ({ destinationService }) => destinationService?.name === "deathstar",
  ],
  [
    "name",
    { destinationFqdn: ["example.COM."] },
    ({ destinationNames }) => destinationNames?.includes("example.com") ?? false,
  ],
  [
    "name with a star",
    { sourceFqdn: ["*.example.net"] },
    ({ sourceNames }) => sourceNames?.includes("swapi.example.net") ?? false,
  ],
  ["label", { sourceLabel: ["k8s:org=empire"] }, ({ source }) => source?.labels?.includes("k8s:org=empire") ?? false],
  [
    "label without source",
    { sourceLabel: ["org=empire"] },
    ({ source }) => source?.labels?.includes("k8s:org=empire") ?? false,
  ],
  ["label of another source", { sourceLabel: ["reserved:org=empire"] }, () => false],
  ["reserved label", { destinationLabel: ["reserved:world"] }, ({ destination }) => destination?.identity === 2],
  [
    "label not equal",
    { destinationLabel: ["org!=empire"] },
    ({ destination }) => !(destination?.labels ?? []).includes("k8s:org=empire"),
  ],
  ["labels joined", { sourceLabel: ["class in (xwing, ywing),org"] }, ({ source }) => source?.podName === "xwing"],
  [
    "label notin",
    { sourceLabel: ["class,class notin (xwing,tiefighter)"] },
    ({ source }) => source?.podName?.startsWith("deathstar") ?? false,
  ],
  [
    "label absent",
    { sourceLabel: ["!class"] },
    ({ source }) => !(source?.labels ?? []).some((label) => label.startsWith("k8s:class=")),
  ],
  ["node label", { nodeLabels: ["kubernetes.io/hostname=k8s-w2"] }, ({ nodeName }) => nodeName === "k8s-w2"],
  [
    "workload",
    { destinationWorkload: [{ name: "deathstar" }] },
    ({ destination }) => destination?.workloads?.[0]?.name === "deathstar",
  ],
  [
    "workload of a kind",
    { sourceWorkload: [{ name: "xwing", kind: "Pod" }] },
    ({ source }) => source?.workloads?.[0]?.name === "xwing",
  ],
  ["workload of another kind", { sourceWorkload: [{ name: "xwing", kind: "Deployment" }] }, () => false],
  ["identity", { sourceIdentity: [37711] }, ({ source }) => source?.podName === "xwing"],
  [
    "identities",
    { destinationIdentity: [37697, 55683] },
    ({ destination }) => destination?.podName?.startsWith("deathstar-") ?? false,
  ],
  ["address", { sourceIp: ["172.20.1.61"] }, ({ IP }) => IP?.source === "172.20.1.61"],
  ["network", { destinationIp: ["172.20.1.0/24"] }, ({ IP }) => IP?.destination?.startsWith("172.20.1.") ?? false],
  ["IPv6 network", { sourceIp: ["fe80::/10"] }, ({ IP }) => IP?.source?.startsWith("fe80:") ?? false],
  ["port", { destinationPort: ["80"] }, ({ l4 }) => l4?.TCP?.destinationPort === 80],
  ["ports", { sourcePort: ["53", "80"] }, ({ l4 }) => l4?.TCP?.sourcePort === 80 || l4?.UDP?.sourcePort === 53],
  ["protocol", { protocol: ["udp"] }, ({ l4 }) => l4?.UDP !== undefined],
  ["ICMP of both kinds", { protocol: ["ICMP"] }, ({ l4 }) => l4?.ICMPv6 !== undefined],
  ["HTTP", { protocol: ["http", "dns"] }, ({ l7 }) => l7 !== undefined],
  ["event type", { eventType: [{ type: 5 }] }, ({ eventType }) => eventType?.type === 5],
  [
    "event type with its sub type",
    { eventType: [{ type: 4, matchSubType: true, subType: 11 }] },
    ({ traceObservationPoint }) => traceObservationPoint === 11,
  ],
  [
    "sub type 0",
    { eventType: [{ type: 4, matchSubType: true }] },
    ({ traceObservationPoint }) => traceObservationPoint === 101,
  ],
  ["drop reason", { dropReasonDesc: [133] }, ({ dropReasonDesc }) => dropReasonDesc === 133],
  [
    "no drop reason on a drop",
    { dropReasonDesc: [0] },
    ({ verdict, dropReasonDesc }) => verdict === 2 && dropReasonDesc === undefined,
  ],
  ["direction", { trafficDirection: [2] }, ({ trafficDirection }) => trafficDirection === 2],
  ["direction unknown", { trafficDirection: [0] }, ({ trafficDirection = 0 }) => trafficDirection === 0],
  ["node", { nodeName: ["k8s-w1"] }, ({ nodeName }) => nodeName === "k8s-w1"],
  ["node of a cluster", { nodeName: ["default/k8s-w*"] }, ({ nodeName }) => nodeName !== "k8s-ctr"],
  ["all nodes of another cluster", { nodeName: ["tatooine/"] }, () => false],
  ["status code", { httpStatusCode: ["403"] }, ({ l7 }) => l7?.http?.code === 403],
  ["status codes by prefix", { httpStatusCode: ["4+", "20+"] }, ({ l7 }) => (l7?.http?.code ?? 0) > 0],
  ["method", { httpMethod: ["put"] }, ({ l7 }) => l7?.http?.method === "PUT"],
  ["path", { httpPath: ["^/v1/exhaust-port$"] }, ({ l7 }) => l7?.http?.url?.includes("/v1/exhaust-port") ?? false],
  ["path anywhere", { httpPath: ["landing"] }, ({ l7 }) => l7?.http?.url?.includes("landing") ?? false],
  ["URL", { httpUrl: ["user_id=\\d+"] }, ({ l7 }) => l7?.http?.url?.includes("user_id=") ?? false],
  [
    "header",
    { httpHeader: [{ key: "User-Agent", value: "curl/7.88.1" }] },
    ({ l7 }) => l7?.http !== undefined && l7.type === 1,
  ],
  ["request", { reply: [false] }, ({ isReply, verdict }) => (isReply ? isReply.value === false : verdict === 2)],
  ["reply", { reply: [true] }, ({ isReply }) => isReply?.value === true],
  ["DNS query", { dnsQuery: ["^deathstar\\."] }, ({ l7 }) => l7?.dns?.query?.startsWith("deathstar.") ?? false],
  ["UUID", { uuid: [someUuid, otherUuid] }, ({ uuid }) => uuid === someUuid || uuid === otherUuid],
  ["IP version", { ipVersion: [2] }, ({ IP }) => IP?.ipVersion === 2],
  [
    "TCP flags",
    { tcpFlags: [{ SYN: true }] },
    ({ Summary }) => Summary === "TCP Flags: SYN" || Summary === "TCP Flags: SYN, ACK",
  ],
  [
    "TCP flags together",
    { tcpFlags: [{ SYN: true, ACK: true }, { FIN: true }] },
    ({ Summary }) => Summary === "TCP Flags: SYN, ACK" || Summary === "TCP Flags: ACK, FIN",
  ],
  ["cluster", { sourceClusterName: ["default"] }, ({ source }) => source?.podName !== undefined],
  ["interface", { interface: [{ name: "eth0" }] }, (flow) => flow.interface?.index === 2],
];

/** What never occurs among the flows on purpose. */
const empty = [
  "pod of another namespace",
  "label of another source",
  "workload of another kind",
  "all nodes of another cluster",
];

function uuids(matches: (flow: WireFlow) => boolean): string[] {
  return flows.filter(matches).map(({ uuid }) => uuid ?? "");
}

test.each(cases)("%s", (name, filter, means) => {
  const expected = uuids(means);
  expect(uuids(compileFilters([filter], []))).toEqual(expected);
  expect(uuids(compileFilters([], [filter]))).toEqual(uuids((flow) => !means(flow)));
  expect(expected.length > 0).toBe(!empty.includes(name));
  expect(expected.length).toBeLessThan(flows.length);
});

test("any two fields of one filter must both hold, any two filters need one, and a blacklist takes away", () => {
  for (const [index, [, one, meansOne]] of cases.entries()) {
    for (const [, other, meansOther] of cases.slice(index + 1).filter((_, distance) => distance % 7 === index % 7)) {
      if (Object.keys(one).some((field) => field in other) || isHttpBesideEvents(one, other)) {
        continue;
      }
      expect(uuids(compileFilters([{ ...one, ...other }], []))).toEqual(
        uuids((flow) => meansOne(flow) && meansOther(flow)),
      );
      expect(uuids(compileFilters([one, other], []))).toEqual(uuids((flow) => meansOne(flow) || meansOther(flow)));
      expect(uuids(compileFilters([one], [other]))).toEqual(uuids((flow) => meansOne(flow) && !meansOther(flow)));
    }
  }
});

/** Refused, see below. */
function isHttpBesideEvents(...filters: readonly WireFilter[]): boolean {
  const fields = filters.flatMap((filter) => Object.keys(filter));
  return fields.includes("eventType") && fields.some((field) => field.startsWith("http"));
}

test("no filter passes everything, and an empty one too", () => {
  expect(uuids(compileFilters([], []))).toHaveLength(flows.length);
  expect(uuids(compileFilters([{}], []))).toHaveLength(flows.length);
});

test("HTTP fields beside an event type need L7 among the types", () => {
  expect(() => compileFilters([{ httpMethod: ["PUT"], eventType: [{ type: 1 }] }], [])).toThrow(
    /requires the event type filter/,
  );
  const matches = compileFilters([{ httpMethod: ["PUT"], eventType: [{ type: 129 }] }], []);
  expect(uuids(matches)).toEqual(uuids(({ l7 }) => l7?.http?.method === "PUT"));
});

describe("is refused", () => {
  test.each<readonly [string, WireFilter]>([
    ["an empty pod", { sourcePod: [""] }],
    ["a slash alone", { destinationPod: ["/"] }],
    ["an address that is none", { destinationIp: ["172.20.1"] }],
    ["a network that is none", { sourceIp: ["172.20.1.0/33"] }],
    ["a port that is none", { destinationPort: ["65536"] }],
    ["a port by name", { destinationPort: ["http"] }],
    ["a protocol that is none", { protocol: ["constructor"] }],
    ["a name with other characters", { destinationFqdn: ["exa mple.com"] }],
    ["a node with two slashes", { nodeName: ["a/b/c"] }],
    ["an empty node", { nodeName: [""] }],
    ["a status code that is none", { httpStatusCode: ["4xx"] }],
    ["an open bracket", { httpPath: ["(/v1"] }],
    ["an endless expression", { dnsQuery: ["a".repeat(1001)] }],
    ["a selector that is none", { sourceLabel: ["org in empire"] }],
    ["a selector with two operators", { sourceLabel: ["org==empire=alliance"] }],
    ["an empty cluster", { sourceClusterName: [""] }],
    ["a CEL expression", { experimental: { celExpression: ["_flow.verdict == 2"] } }],
  ])("%s", (_, filter) => {
    expect(() => compileFilters([filter], [])).toThrow(Error);
    expect(() => compileFilters([], [filter])).toThrow(Error);
  });
});

import { expect, test } from "vitest";
import { flowCodec, type WireEndpoint } from "../../../src/sources/hubble/wire.ts";
import {
  begin,
  connectionOf,
  everywhere,
  groupBy,
  isHttp,
  isVerdict,
  l4Begin,
  l7Begin,
  minute,
  now,
  type Seen,
  starWars,
} from "./worlds.ts";

const world = starWars();
const flows = everywhere(world, begin, now);
const connections = groupBy(flows, connectionOf);
const deathstars = world.pods.filter(({ owner }) => owner?.name === "deathstar");

const pointOf = ({ flow }: Seen) => (flow.eventType?.type === 4 ? flow.traceObservationPoint : undefined);
const isSyn = ({ flow }: Seen) => flow.Summary === "TCP Flags: SYN";
const [toProxy, toNetwork, toEndpoint] = [1, 11, 101];

/** The other records of a packet's connection within a second. */
function around(seen: Seen): Seen[] {
  return (connections.get(connectionOf(seen)) ?? []).filter(({ time }) => Math.abs(time - seen.time) < 1000);
}

test("only an endpoint of the reporting node has its ID and its workload", () => {
  const pods = new Map(world.pods.filter(({ hostNetwork }) => !hostNetwork).map((pod) => [pod.name, pod]));
  const wrong = flows.flatMap(({ node, flow }) =>
    [flow.source, flow.destination].filter((end) => {
      const pod = pods.get(end?.podName ?? "");
      const id = pod?.node === node ? pod.endpointId : 0;
      return pod && end && !(isDescribed(end, id) && end.identity === pod.identity);
    }),
  );
  expect(wrong).toEqual([]);
});

function isDescribed(end: WireEndpoint, id: number): boolean {
  return (end.ID ?? 0) === id && (end.workloads?.length ?? 0) === (id === 0 ? 0 : 1);
}

test("a pod's labels are its identity's, sorted, with their source", () => {
  const xwing = flows.find(({ flow }) => flow.source?.podName === "xwing")?.flow.source;
  expect(xwing?.labels).toEqual([
    "k8s:app.kubernetes.io/name=xwing",
    "k8s:class=xwing",
    "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=default",
    "k8s:io.cilium.k8s.policy.cluster=default",
    "k8s:io.cilium.k8s.policy.serviceaccount=default",
    "k8s:io.kubernetes.pod.namespace=default",
    "k8s:org=alliance",
  ]);
});

test("a packet from one node to another is seen on both, leaving before it arrives", () => {
  const one = deathstars.find(({ node }) => node === "k8s-w1");
  const arrivals = flows.filter(
    (seen) => isSyn(seen) && pointOf(seen) === toEndpoint && seen.flow.destination?.podName === one?.name,
  );
  const fromTie = arrivals.filter(({ flow }) => flow.source?.podName === "tiefighter");
  const pairs = fromTie.map((arrival) => {
    const departures = around(arrival).filter((seen) => isSyn(seen) && pointOf(seen) === toNetwork);
    const [departure] = departures;
    const directions = [departure?.flow.trafficDirection, arrival.flow.trafficDirection];
    return [
      departures.length,
      departure?.node,
      arrival.node,
      ...directions,
      arrival.time > (departure?.time ?? 0),
    ].join();
  });
  expect(new Set(pairs)).toEqual(new Set(["1,k8s-w2,k8s-w1,2,1,true"]));
  expect(pairs.length).toBeGreaterThan(50);
});

test("a denied packet from another node leaves its own node all the same", () => {
  const drops = flows.filter(({ node, flow }) => node === "k8s-w2" && flow.dropReasonDesc === 133);
  const left = drops.filter((drop) =>
    around(drop).some((seen) => seen.node === "k8s-w1" && pointOf(seen) === toNetwork),
  );
  expect(left.length).toBe(drops.length);
  expect(drops.length).toBeGreaterThan(100);
});

test("replies have the direction of their connection and are marked", () => {
  const replies = flows.filter(
    ({ flow }) => flow.Summary === "TCP Flags: SYN, ACK" && flow.destination?.podName === "tiefighter",
  );
  const kinds = replies.map(({ node, flow }) => [node, flow.trafficDirection, flow.isReply?.value, flow.reply].join());
  expect(new Set(kinds)).toEqual(new Set(["k8s-w2,2,true,true", "k8s-w1,1,true,true"]));
});

test("an allowed connection names rule1 and its match", () => {
  const verdicts = flows.filter((seen) => isVerdict(seen) && seen.flow.verdict !== 2);
  const kinds = verdicts.map(({ time, flow }) =>
    [world.stepAt(time), flow.verdict, flow.policyMatchType, flow.isReply?.value, flow.source?.podName].join(),
  );
  expect(new Set(kinds)).toEqual(new Set(["l3-l4,1,2,false,tiefighter", "l7,5,2,false,tiefighter"]));
  const policies = new Set(
    verdicts
      .flatMap(({ flow }) => flow.ingressAllowedBy ?? [])
      .map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
  );
  expect(policies).toEqual(new Set(["CiliumNetworkPolicy default/rule1"]));
});

test("no policy is asked while there is none", () => {
  expect(flows.filter((seen) => isVerdict(seen) && seen.time < l4Begin)).toEqual([]);
});

test("HTTP is seen in step l7 only, on the server's node, as a request and its answer", () => {
  const http = flows.filter(isHttp);
  expect(Math.min(...http.map(({ time }) => time))).toBeGreaterThan(l7Begin);
  const exchanges = groupBy(http, connectionOf);
  const told = [...exchanges.values()].map((records) =>
    records
      .map(({ node, flow }) => {
        const server = flow.isReply?.value ? flow.source : flow.destination;
        const onServer = deathstars.some((pod) => pod.name === server?.podName && pod.node === node);
        const { method, code = "no code" } = flow.l7?.http ?? {};
        return [method, flow.l7?.type, flow.verdict, code, flow.dropReasonDesc ?? 0, onServer].join();
      })
      .join(" then "),
  );
  expect(new Set(told)).toEqual(
    new Set(["POST,1,1,no code,0,true then POST,2,1,200,0,true", "PUT,1,2,no code,0,true then PUT,2,1,403,0,true"]),
  );
});

test("a redirected connection goes to the proxy and not to the endpoint", () => {
  const redirected = flows.filter((seen) => isVerdict(seen) && seen.flow.verdict === 5);
  const arrivals = redirected
    .flatMap(around)
    .filter((seen) => seen.flow.isReply?.value === false && [toProxy, toEndpoint].includes(pointOf(seen) ?? 0));
  expect(new Set(arrivals.map((seen) => `${pointOf(seen)} ${seen.flow.proxyPort}`))).toEqual(new Set(["1 13407"]));
});

test("names are looked up before they are called, and outside hosts keep theirs", () => {
  const outside = flows.filter(({ flow }) => flow.destinationNames?.[0] === "example.com");
  expect(outside.length).toBeGreaterThan(50);
  expect(new Set(outside.map(({ flow }) => `${flow.source?.podName} ${flow.destination?.identity}`))).toEqual(
    new Set(["tiefighter 2"]),
  );
  const answer = flows.find(({ flow }) => flow.l7?.dns?.query === "example.com." && flow.l7.type === 2);
  expect(answer?.flow.l7?.dns?.ips).toEqual([outside[0]?.flow.IP?.destination]);
  expect(answer?.time).toBeLessThan(outside[0]?.time ?? 0);
});

test("an IPv6 router solicitation is dropped at its pod, with nobody at the other end", () => {
  const noise = flows.filter(({ flow }) => flow.dropReasonDesc === 139).map(({ flow }) => flow);
  expect(noise.length).toBeGreaterThan(100);
  const kinds = noise.map(({ trafficDirection, l4, IP, destination }) =>
    JSON.stringify([trafficDirection, l4, IP?.destination, IP?.ipVersion, destination]),
  );
  expect(new Set(kinds)).toEqual(new Set(['[2,{"ICMPv6":{"type":133}},"ff02::2",2,{}]']));
});

test("a node is the host to itself and a remote node to the others", () => {
  const identities = new Map<string, number | undefined>();
  for (const { node, flow } of flows) {
    identities.set(`${node} sees ${flow.IP?.source}`, flow.source?.identity);
    identities.set(`${node} sees ${flow.IP?.destination}`, flow.destination?.identity);
  }
  expect(Object.fromEntries(identities)).toMatchObject({
    "k8s-w1 sees 192.168.10.101": 1,
    "k8s-w1 sees 192.168.10.100": 7,
    "k8s-w1 sees 192.168.10.102": 6,
    "k8s-w2 sees 192.168.10.102": 1,
    "k8s-ctr sees 192.168.10.100": 1,
  });
});

test("the events are of the kinds that a cluster shows", () => {
  const kinds = new Set(flows.map(({ flow }) => `${flow.eventType?.type}/${flow.verdict}`));
  expect([...kinds].sort()).toEqual(["1/2", "129/1", "129/2", "4/1", "5/1", "5/2", "5/5", "7/6", "7/7"]);
});

test("every flow goes through the wire unchanged", () => {
  const changed = flows.filter(({ flow }) => {
    const bytes = flowCodec.encode(flow);
    const decoded = flowCodec.decode(bytes);
    return decoded.uuid !== flow.uuid || !flowCodec.encode(decoded).equals(bytes);
  });
  expect(changed).toEqual([]);
});

test("a cluster with a name of its own has it in node names, endpoints and labels", () => {
  const [seen] = everywhere(starWars({ clusterName: "tatooine" }), now - minute, now).filter(
    ({ node, flow }) => node === "k8s-w1" && flow.source?.podName === "xwing",
  );
  expect(seen?.flow.nodeName).toBe("tatooine/k8s-w1");
  expect(seen?.flow.source?.clusterName).toBe("tatooine");
  expect(seen?.flow.source?.labels).toContain("k8s:io.cilium.k8s.policy.cluster=tatooine");
});

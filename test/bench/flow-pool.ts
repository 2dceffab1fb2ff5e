/** Encoded flows for the bench: 300 endpoints on three nodes, traces, drops with their verdicts, L7, about 590 bytes each; or a scan, where every drop has its own source. */
import { getFlowsResponse, msTimestamp, type WireEndpoint, type WireFlow } from "../../src/sources/hubble/wire.ts";

export const poolFrom = Date.UTC(2026, 10, 20, 12);
export const poolTo = poolFrom + 600_000;

export function mixedPool(size: number): Buffer[] {
  return Array.from({ length: size }, (_, index) => encode(index, size, mixed(index)));
}

export function scanPool(size: number): Buffer[] {
  return Array.from({ length: size }, (_, index) => {
    const source = `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
    return encode(index, size, drop(index, { identity: 2, labels: ["reserved:world"] }, source));
  });
}

export const connected = getFlowsResponse.encode({
  nodeStatus: { stateChange: 1, nodeNames: ["node-0", "node-1", "node-2"] },
  nodeName: "hubble-relay",
  time: msTimestamp(poolFrom),
});

function encode(index: number, size: number, flow: WireFlow): Buffer {
  const time = msTimestamp(poolFrom + (index / size) * (poolTo - poolFrom));
  const nodeName = `node-${index % 3}`;
  const rest = { time, nodeName, uuid: "5db59e3d-0a5c-40c2-b8a5-257f84b18e45" };
  return getFlowsResponse.encode({ flow: { ...flow, ...rest }, nodeName, time });
}

/** Of twenty: eleven traces, three packets with a drop and a verdict each, one refused request, two L7 records. */
function mixed(index: number): WireFlow {
  const kind = index % 20;
  if (kind < 11) return trace(index);
  if (kind < 14) return drop(index, endpoints[(index * 7) % endpoints.length] ?? {}, ipOf(index * 7));
  if (kind < 17)
    return {
      ...drop(index - 3, endpoints[((index - 3) * 7) % endpoints.length] ?? {}, ipOf((index - 3) * 7)),
      eventType: { type: 5 },
    };
  return request(index, kind === 17 ? 2 : 1);
}

const endpoints: readonly WireEndpoint[] = Array.from({ length: 300 }, (_, index) => {
  const name = `service-${index >> 2}`;
  const namespace = `team-${index % 12}`;
  return {
    ...(index % 2 === 0 && { ID: 100 + index }),
    identity: 20_000 + (index >> 2),
    namespace,
    labels: [
      `k8s:app=${name}`,
      "k8s:io.cilium.k8s.policy.cluster=default",
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ],
    podName: `${name}-7d9c5b8f6-x${String(index).padStart(4, "k")}`,
    ...(index % 2 === 0 && { workloads: [{ name, kind: "Deployment" }] }),
    clusterName: "default",
  };
});

function ends(index: number, source: WireEndpoint, sourceIp: string): WireFlow {
  const target = (index * 11 + 3) % endpoints.length;
  return {
    source,
    destination: endpoints[target] ?? {},
    IP: { source: sourceIp, destination: ipOf(target), ipVersion: 1 },
    ethernet: { source: "28:cb:36:df:8e:05", destination: "2a:24:7e:b4:f7:b5" },
    l4: { TCP: { sourcePort: 32_768 + (index % 28_000), destinationPort: 8_000 + (index % 5), flags: { SYN: true } } },
    trafficDirection: 1,
    Summary: "TCP Flags: SYN",
  };
}

function trace(index: number): WireFlow {
  return {
    verdict: 1,
    ...ends(index, endpoints[(index * 7) % endpoints.length] ?? {}, ipOf(index * 7)),
    Type: 1,
    eventType: { type: 4, subType: 0 },
    isReply: { value: index % 2 === 0 },
    traceObservationPoint: 101,
  };
}

function drop(index: number, source: WireEndpoint, sourceIp: string): WireFlow {
  return {
    verdict: 2,
    dropReason: 133,
    dropReasonDesc: 133,
    ...ends(index, source, sourceIp),
    Type: 1,
    eventType: { type: 1, subType: 133 },
    file: { name: "bpf_lxc.c", line: 2_042 },
  };
}

function request(index: number, verdict: number): WireFlow {
  return {
    verdict,
    ...ends(index, endpoints[(index * 7) % endpoints.length] ?? {}, ipOf(index * 7)),
    Type: 2,
    eventType: { type: 129 },
    l7: { type: 1, http: { method: "PUT", url: `http://shop/v1/orders/${index % 50}?user=1`, protocol: "HTTP/1.1" } },
    isReply: { value: false },
  };
}

function ipOf(index: number): string {
  const at = index % endpoints.length;
  return `10.0.${at % 3}.${at % 250}`;
}

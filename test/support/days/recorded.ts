/** Refused flows of scripted hours as Hubble's exporter writes them. */
import { type Endpoint, EventType, type Flow } from "../../../src/analysis/flow.ts";
import type { Hour } from "../../sources/edges/days.ts";

export function recordedText(hours: readonly Hour[]): string {
  return hours
    .flatMap(({ hour, flows }) =>
      flows.filter(({ verdict }) => verdict === 2).map((flow, at) => lineOf(flow, hour + 60_000 + at)),
    )
    .join("\n");
}

function lineOf(flow: Flow, time: number): string {
  const { dropReason, eventType, source, destination, destinationPort, node, l7 } = flow;
  const request = l7?.protocol === "http" ? { method: l7.method, url: l7.url, protocol: l7.version } : undefined;
  return JSON.stringify({
    flow: {
      ...{ time: new Date(time).toISOString(), verdict: "DROPPED", node_name: node, traffic_direction: "INGRESS" },
      ...{ source: endOf(source), destination: endOf(destination) },
      l4: { TCP: { source_port: 33_141, destination_port: destinationPort } },
      ...(eventType === EventType.l7
        ? { Type: "L7", event_type: { type: eventType }, l7: { type: "REQUEST", http: request } }
        : { Type: "L3_L4", event_type: { type: eventType, sub_type: dropReason }, drop_reason: dropReason }),
    },
  });
}

function endOf({ identity, namespace, pod, labels, workload }: Endpoint) {
  return { identity, namespace, pod_name: pod, labels, workloads: workload ? [workload] : [] };
}

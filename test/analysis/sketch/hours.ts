/** Hours of traffic as tests plan them: who opens connections to whom, and what is dropped. */
import type { Flow } from "../../../src/analysis/flow.ts";
import { createEdgeReader } from "../../../src/analysis/sketch/edge-of.ts";
import { createEdgeSketch, type EdgeCapacity } from "../../../src/analysis/sketch/edge-sketch.ts";
import type { HourObserved, HourSketch } from "../../../src/analysis/sketch/hour.ts";
import { endpoint, makeFlow } from "../../fixtures/flows/make.ts";

export const wholeHour: Partial<HourObserved> = {
  ...{ dropSeconds: 3_600, openingSeconds: 3_600, connected: 3, total: 3 },
};

/** `shop/cart`, or `world`. */
export function end(name: string) {
  const [namespace = "", workload = ""] = name.split("/");
  if (workload === "") return endpoint({ identity: 2, labels: ["reserved:world"] });
  const pod = `${workload}-5d9c7b9f6d-abcde`;
  return endpoint({ identity: 4_711, namespace, pod, workload: { kind: "Deployment", name: workload } });
}

/** The first packet of a connection, as the sender's node traces it. */
export function opening(source: string, destination: string, port: number, fields: Partial<Flow> = {}): Flow {
  return makeFlow({
    ...{ verdict: 1, dropReason: 0, eventType: 4, eventSubType: 0, isReply: false, direction: 2 },
    ...{ source: end(source), destination: end(destination), destinationPort: port, ...fields },
  });
}

export function drop(source: string, destination: string, port: number, fields: Partial<Flow> = {}): Flow {
  return makeFlow({ source: end(source), destination: end(destination), destinationPort: port, ...fields });
}

/** What an agent says of a connection that a policy allows. */
export function allowed(name: string, fields: Partial<Flow> = {}): Flow {
  const allowedBy = [{ kind: "CiliumNetworkPolicy", namespace: "shop", name }];
  return opening("shop/web", "shop/cart", 80, { eventType: 5, eventSubType: 0, allowedBy, ...fields });
}

export function sketchOf(
  hour: number,
  flows: readonly Flow[],
  observed: Partial<HourObserved> = wholeHour,
  capacity?: EdgeCapacity,
): HourSketch {
  const live = createEdgeSketch(hour, createEdgeReader(), capacity);
  for (const flow of flows) {
    const at = { ...flow, time: hour + 60_000 };
    live.add(at);
    live.policies(at);
  }
  live.observed(observed);
  return live.sketch();
}

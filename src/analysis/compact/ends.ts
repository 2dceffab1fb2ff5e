/** The two ends of a flow as Hubble's printer names them: pod, else service, else DNS names, else address; with the port where there is one. */
import type { Flow } from "../flow.ts";

export interface EndTexts {
  readonly source: string;
  readonly destination: string;
}

/** `numeric`: addresses only, never names. */
export function endTexts(flow: Flow, numeric: boolean): EndTexts {
  const { details } = flow;
  if (details !== undefined && !details.hasIp)
    return { source: details.ethernet?.source ?? "", destination: details.ethernet?.destination ?? "" };
  return {
    source: withPort(host(flow, "source", numeric), flow, flow.sourcePort),
    destination: withPort(host(flow, "destination", numeric), flow, flow.destinationPort),
  };
}

function host(flow: Flow, side: "source" | "destination", numeric: boolean): string {
  const ip = flow[`${side}Ip`];
  if (numeric) return ip;
  const { pod, namespace } = flow[side];
  const service = flow[`${side}Service`];
  const names = flow[`${side}Names`];
  // The service's namespace counts for the pod too.
  const where = service?.namespace ?? namespace;
  if (pod !== "") return qualified(where, pod);
  if (service !== undefined && service.name !== "") return qualified(where, service.name);
  return names.length > 0 ? names.join(",") : ip;
}

function qualified(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function withPort(host: string, { protocol }: Flow, port: number): string {
  const hasPort = (protocol === "TCP" || protocol === "UDP" || protocol === "SCTP") && port !== 0;
  if (!hasPort) return host;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

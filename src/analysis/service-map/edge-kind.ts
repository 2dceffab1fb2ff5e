/**
 * Traffic that every cluster has and nobody looks for on a map. What was dropped is never hidden but as noise: a probe that does not arrive is a restart.
 * Cilium cannot tell the kubelet from other processes in the host's network: what a node sends to its own pods counts as probes.
 */
import { remembered } from "../filter-match-end.ts";
import type { Endpoint, Flow } from "../flow.ts";
import { isNoise } from "../noise.ts";
import type { EdgeKind } from "./service-map.ts";

const host = 1;
const health = 4;
/** cilium-health, between nodes. */
const healthPort = 4240;
const dnsPort = 53;
/** What a metrics collector also talks to: DNS, the API server and remote storage, Alertmanager and its gossip. */
const noScrape: ReadonlySet<number> = new Set([dnsPort, 443, 6443, 8443, 9093, 9094]);
const nameLabels: ReadonlySet<string> = new Set(["app.kubernetes.io/name", "app", "k8s-app"]);
const collector =
  /^(prometheus|vmagent|vmsingle|victoria-metrics|grafana-agent|alloy|otel-collector|opentelemetry-collector)/;
/** Named after Prometheus, but asked by it. */
const noCollector = /adapter|operator|exporter|alertmanager|pushgateway/;

export interface Connection {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly port: number;
}

/** One for each reading of flows: it remembers ends. */
export function createEdgeKinds(): (flow: Flow, connection: Connection, isDropped: boolean) => EdgeKind {
  const isCollector = remembered(collects);
  return (flow, { client, server, port }, isDropped) => {
    if (isDropped && isNoise(flow)) return "noise";
    if (!isDropped) {
      if (client.identity === health || server.identity === health || port === healthPort) return "probe";
      if (client.identity === host && server.pod !== "") return "probe";
      if (flow.protocol === "TCP" && !noScrape.has(port) && isCollector(client)) return "scrape";
    }
    return port === dnsPort ? "dns" : "service";
  };
}

function collects({ pod, workload, labels }: Endpoint): boolean {
  const named = labels.flatMap((label) => {
    const [key = "", value = ""] = label.replace(/^[^:]*:/, "").split("=");
    return nameLabels.has(key) ? [value] : [];
  });
  return [workload?.name ?? pod, ...named].some((name) => collector.test(name) && !noCollector.test(name));
}

/** The questions of the dashboards that come with Cilium (1.14 to 1.20), as data: one entry may stand for several panels, and a panel for two entries. */
import { agentEndpoints } from "./agent-endpoints.ts";
import { agentMaps } from "./agent-maps.ts";
import { agentNetwork } from "./agent-network.ts";
import { agentPolicy } from "./agent-policy.ts";
import { agentProcess } from "./agent-process.ts";
import { hubbleFlows } from "./hubble-flows.ts";
import { hubbleHttp } from "./hubble-http.ts";
import { hubbleL7 } from "./hubble-l7.ts";
import { hubbleNamespace } from "./hubble-namespace.ts";
import { operator } from "./operator.ts";
import type { Panel } from "./panel.ts";

export const catalogue: readonly Panel[] = [
  ...agentProcess,
  ...agentNetwork,
  ...agentPolicy,
  ...agentMaps,
  ...agentEndpoints,
  ...operator,
  ...hubbleFlows,
  ...hubbleL7,
  ...hubbleHttp,
  ...hubbleNamespace,
];

const byName: ReadonlyMap<string, Panel> = new Map(catalogue.map((panel) => [panel.name, panel]));

/** `map-ops`. */
export function panelNamed(name: string): Panel | undefined {
  return byName.get(name);
}

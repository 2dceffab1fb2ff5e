/** The objects of the scripted cluster, and what is done to them on the last day: each with who wrote what when. */
import { dayMs, hourMs } from "../../../src/analysis/sketch/hour.ts";
import { nine } from "../../sources/edges/days.ts";
import type { startApiServer, TestObject } from "../../sources/kubernetes/api-server.ts";
import { paths } from "../../sources/kubernetes/objects.ts";
import { nodes } from "./metrics.ts";

type ApiServer = Awaited<ReturnType<typeof startApiServer>>;

const longAgo = nine - 40 * dayMs;
/** An hour of the last day. */
const hourOf = (at: number) => nine - dayMs + at * hourMs;
const stamp = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

interface Written {
  readonly by?: string;
  readonly at?: number;
  readonly createdAt?: number;
}

/** As an API server has it. */
function written(
  [namespace, name]: readonly [string, string],
  parts: Readonly<Record<string, unknown>>,
  { by = "helm", at = longAgo, createdAt = longAgo }: Written = {},
  labels?: Readonly<Record<string, string>>,
): TestObject {
  const fieldsV1 = labels
    ? { "f:metadata": { "f:labels": {} } }
    : Object.fromEntries(Object.keys(parts).map((part) => [`f:${part}`, {}]));
  return {
    metadata: {
      ...{ name, uid: `${namespace}-${name}`, creationTimestamp: stamp(createdAt) },
      ...(namespace !== "" && { namespace }),
      ...(labels && { labels }),
      managedFields: [{ manager: by, operation: "Update", time: stamp(at), fieldsType: "FieldsV1", fieldsV1 }],
    },
    ...parts,
  };
}

function policy(name: string, ports: readonly string[], more?: Written, valid: "True" | "False" = "True"): TestObject {
  const message = valid === "True" ? "Policy validation succeeded" : "invalid port 99999";
  return {
    ...written(["shop", name], { spec: specOf(ports) }, more),
    status: { conditions: [{ type: "Valid", status: valid, message }] },
  };
}

function specOf(ports: readonly string[]) {
  const toPorts = [{ ports: ports.map((port) => ({ port, protocol: "TCP" })) }];
  return {
    endpointSelector: { matchLabels: { app: "cart" } },
    ingress: [{ fromEndpoints: [{ matchLabels: { app: "web" } }], toPorts }],
  };
}

function node(name: string, ready: string, since = longAgo): TestObject {
  const conditions = [{ type: "Ready", status: ready, lastTransitionTime: stamp(since) }];
  return written(["", name], { spec: {}, status: { conditions } });
}

function settings(enforcement: string, more?: Written): TestObject {
  return written(["kube-system", "cilium-config"], { data: { "enable-policy": enforcement } }, more);
}

/** As it is before the last day. */
export function fill(api: ApiServer): void {
  for (const name of ["web", "ledger", "retired", "forgotten"])
    api.upsert(paths.cnp, policy(name, name === "ledger" ? ["5432", "5433"] : ["80"]));
  for (const name of ["shop", "bank", "billing", "crm"])
    api.upsert(paths.namespaces, written(["", name], {}, {}, { tier: "usual" }));
  for (const name of nodes) api.upsert(paths.nodes, node(name, "True"));
  api.upsert(paths.config, settings("default"));
}

/** On the last day, in this order: when, and what. */
export const deeds: readonly (readonly [at: number, doIt: (api: ApiServer) => void])[] = [
  [hourOf(1), (api) => api.upsert(paths.nodes, node("k8s-w10", "Unknown", hourOf(1)))],
  [
    hourOf(2),
    (api) => api.upsert(paths.cnp, policy("ledger", ["5432"], { by: "kustomize-controller", at: hourOf(2) })),
  ],
  [hourOf(4), (api) => api.upsert(paths.cnp, policy("quota", ["99999"], fresh(hourOf(4)), "False"))],
  [hourOf(6), (api) => api.remove(paths.cnp, "shop", "retired")],
  [hourOf(8), (api) => api.upsert(paths.config, settings("always", { at: hourOf(8) }))],
  [
    hourOf(9),
    (api) => api.upsert(paths.namespaces, written(["", "crm"], {}, { by: "argocd", at: hourOf(9) }, { tier: "gold" })),
  ],
];

function fresh(at: number): Written {
  return { by: "kubectl-client-side-apply", at, createdAt: at };
}

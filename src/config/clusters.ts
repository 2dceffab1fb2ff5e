/** `clusters`: where each cluster's facts come from. Every source may be left out. */
import { z } from "zod";
import { Alertmanager } from "./alertmanager.ts";
import { url } from "./scalars.ts";

const name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/,
    "must be lower-case letters, digits, '-' and '.', at most 63 characters",
  );

const Hubble = z.strictObject({
  address: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, "must be host:port, for example hubble-relay.kube-system:80")
    .meta({ doc: "Hubble Relay's host:port (the Service listens on 80, or 443 with TLS)" }),
  tls: z
    .strictObject({
      enabled: z.boolean().default(false).meta({ doc: "Relay's client-facing TLS; off in Cilium's defaults" }),
      caFile: z.string().optional().meta({ doc: "CA that signed Relay's certificate; default: the system's" }),
      certFile: z.string().optional().meta({ doc: "Client certificate, where Relay asks for one" }),
      keyFile: z.string().optional().meta({ doc: "Its key" }),
      serverName: z.string().optional().meta({ doc: "Name to expect, for example ui.hubble-relay.cilium.io" }),
    })
    .prefault({}),
});

const Prometheus = z.strictObject({
  url: url.meta({
    doc: "Prometheus, or what speaks its HTTP API, with the path in front of `/api/v1` (Mimir's is `/prometheus`)",
  }),
  caFile: z.string().optional().meta({ doc: "CA that signed its certificate; default: the system's" }),
  bearerTokenFile: z.string().optional().meta({ doc: "File with the bearer token; read again for each query" }),
  username: z.string().optional().meta({ doc: "For basic authentication" }),
  passwordFile: z.string().optional().meta({ doc: "File with its password; read again for each query" }),
  headers: z
    .record(z.string(), z.string())
    .default({})
    .meta({ doc: "Headers to send with each query, such as `X-Scope-OrgID` for a tenant" }),
});
const OneAuthentication = Prometheus.refine(
  ({ bearerTokenFile, username }) => !bearerTokenFile || username === undefined,
  "set bearerTokenFile, or username and passwordFile, not both",
).refine(
  ({ username, passwordFile }) => username !== undefined || passwordFile === undefined,
  "passwordFile needs username",
);

const Kubernetes = z.strictObject({
  kubeconfig: z.string().optional().meta({ doc: "kubeconfig file; default: $KUBECONFIG or ~/.kube/config" }),
  context: z.string().optional().meta({ doc: "Context in it; default: the current one" }),
  inCluster: z.boolean().default(false).meta({ doc: "Use the pod's service account instead of a kubeconfig" }),
});

const Cluster = z.strictObject({
  name: name.meta({ doc: "What people type after --cluster" }),
  hubble: Hubble.optional(),
  prometheus: OneAuthentication.optional(),
  alertmanager: Alertmanager.optional(),
  kubernetes: Kubernetes.optional(),
});

export const Clusters = z
  .array(Cluster)
  .min(1, "name at least one cluster")
  .refine(
    (clusters) => new Set(clusters.map((cluster) => cluster.name)).size === clusters.length,
    "each cluster needs its own name",
  );

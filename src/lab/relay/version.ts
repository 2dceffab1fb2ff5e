/** What an older server does not have yet: filter fields and mask are then unknown fields on the wire, which it ignores; flow fields it leaves out. */
import type { GetFlowsRequest, WireFilter, WireFlow } from "../../sources/hubble/wire.ts";

/** Minor version of Cilium 1.x from which a field exists. */
const filterFields: Partial<Record<keyof WireFilter, number>> = {
  httpUrl: 15,
  httpHeader: 15,
  dropReasonDesc: 16,
  interface: 16,
  nodeLabels: 16,
  sourceIpXlated: 16,
  experimental: 16,
  sourceClusterName: 17,
  destinationClusterName: 17,
  ipTraceId: 19,
  encrypted: 19,
};
const flowFields: Readonly<Record<string, number>> = {
  egressAllowedBy: 15,
  ingressAllowedBy: 15,
  extensions: 15,
  traceReason: 16,
  nodeLabels: 16,
  egressDeniedBy: 16,
  ingressDeniedBy: 16,
  file: 17,
  tunnel: 18,
  policyLog: 18,
  ipTraceId: 19,
  emitter: 19,
  aggregate: 19,
};

export interface Version {
  readonly text: string;
  readonly minor: number;
}

/** `1.17.6` → 17. Throws on anything that is no version of Cilium 1. */
export function parseVersion(text: string): Version {
  const minor = /^1\.(\d{1,3})(?:\.\d{1,3})?$/.exec(text)?.[1];
  if (minor === undefined) {
    throw new RangeError(`no version of Cilium: ${text}; write one like 1.17.6`);
  }
  return { text, minor: Number(minor) };
}

export function lacksFlowField({ minor }: Version, field: string): boolean {
  return (flowFields[field] ?? 0) > minor;
}

/** The filter as the version reads it. */
export function knownFilter({ minor }: Version, filter: WireFilter): WireFilter {
  const fields = Object.entries(filter) as [keyof WireFilter, unknown][];
  return Object.fromEntries(fields.filter(([field]) => (filterFields[field] ?? 0) <= minor));
}

/** The mask that counts: the top-level one since 1.16, the experimental one until 1.18. */
export function maskPaths({ minor }: Version, request: GetFlowsRequest): readonly string[] {
  const top = minor >= 16 ? (request.fieldMask?.paths ?? []) : [];
  const experimental = minor < 19 ? (request.experimental?.fieldMask?.paths ?? []) : [];
  return top.length > 0 ? top : experimental;
}

/** The flow as an agent of the version would have written it. */
export function knownFlow(version: Version, flow: WireFlow): WireFlow {
  const fields = Object.entries(flow).filter(([field]) => !lacksFlowField(version, field));
  const known: WireFlow = Object.fromEntries(fields);
  if (version.minor >= 16) {
    return known;
  }
  const withoutCluster = (endpoint: WireFlow["source"]) => (endpoint ? { ...endpoint, clusterName: "" } : null);
  return { ...known, source: withoutCluster(flow.source), destination: withoutCluster(flow.destination) };
}

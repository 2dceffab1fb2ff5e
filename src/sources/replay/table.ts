/** Flows of a window as the engine takes them, each different one once: small enough to be handed to a thread as JSON. */
import type { HttpRequest } from "../../policy/http-rule.ts";
import type { NamedEnd, Observed } from "../../policy/replay/observed.ts";

export interface FlowTable {
  readonly ends: readonly NamedEnd[];
  readonly requests: readonly TableRequest[];
  readonly rows: readonly TableRow[];
  /**
   * For each row the first and the last time that it was seen, epoch milliseconds, and on which side: 1 ingress, 2 egress, 0 unknown. Rows are then kept apart by
   * side. Absent where nobody asked for it.
   */
  readonly dates?: readonly (readonly [first: number, last: number, side: number])[];
  /** Records that there was no room for. */
  readonly shed: number;
}

export interface TableRequest {
  readonly http?: Pick<HttpRequest, "method" | "path" | "host">;
  readonly dns?: string;
  readonly secret: boolean;
}

/** Numbers of ends, protocol and request are places in lists; request -1 is none. */
export type TableRow = readonly [
  from: number,
  to: number,
  protocol: number,
  port: number,
  seen: number,
  request: number,
  count: number,
];

export const tableProtocols = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP", "unknown"] as const;
export const tableSeen = ["passed", "audited", "dropped"] as const satisfies readonly Observed["seen"][];

export function readTable({ ends, requests, rows }: FlowTable): Observed[] {
  return rows.flatMap(([fromAt, toAt, protocol, port, seen, requestAt, count]): Observed[] => {
    const from = ends[fromAt];
    const to = ends[toAt];
    const request = requests[requestAt];
    if (from === undefined || to === undefined) return [];
    return [
      {
        ...{
          from,
          to,
          port,
          count,
          protocol: tableProtocols[protocol] ?? "unknown",
          seen: tableSeen[seen] ?? "passed",
        },
        ...{ secret: request?.secret === true },
        ...(request?.http !== undefined && { http: request.http }),
        ...(request?.dns !== undefined && { dns: request.dns }),
      },
    ];
  });
}

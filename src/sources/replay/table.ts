/** Flows of a window as the engine takes them, each different one once: small enough to be handed to a thread as JSON. */
import type { HttpRequest } from "../../policy/http-rule.ts";
import type { Denial, NamedEnd, Observed } from "../../policy/replay/observed.ts";

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
  /** Records of what left its node and was refused where it arrived: it is counted there, once. */
  readonly halves?: number;
  /** Packets that were dropped for reasons that no policy has to do with. */
  readonly otherDrops?: number;
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
  /** Of what was dropped: the place in `tableDenials`. */
  denial?: number,
];

export const tableProtocols = ["TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", "VRRP", "IGMP", "unknown"] as const;
export const tableSeen = ["passed", "audited", "dropped"] as const satisfies readonly Observed["seen"][];

const sides = [null, "ingress", "egress"] as const;
const reasons = ["default-deny", "explicit-deny", "l7", "authentication"] as const;
export const tableDenials: readonly Denial[] = sides.flatMap((side) => reasons.map((reason) => ({ side, reason })));

export function denialAt({ side, reason }: Denial): number {
  return sides.indexOf(side) * reasons.length + reasons.indexOf(reason);
}

export function readTable({ ends, requests, rows }: FlowTable): Observed[] {
  return rows.flatMap(([fromAt, toAt, protocol, port, seen, requestAt, count, denialPlace]): Observed[] => {
    const from = ends[fromAt];
    const to = ends[toAt];
    const request = requests[requestAt];
    const denial = denialPlace === undefined ? undefined : tableDenials[denialPlace];
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
        ...(denial !== undefined && { denial }),
      },
    ];
  });
}

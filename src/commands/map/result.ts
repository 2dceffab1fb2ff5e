/** The structured result of `map` (`--format json`): stable, additions only. */
import type { EdgeKind, HiddenKind } from "../../analysis/service-map/service-map.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { candidatesOf } from "../drops/result.ts";
import type { MapPicture, RatedEdge } from "./picture.ts";

export interface MapResult {
  /** TARGET as it was understood; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** Those with drops first, then those without an answer, then by flows. Null when no cluster's flows could be read. */
  readonly edges: readonly MapResultEdge[] | null;
  /** What stands behind the edges that are not listed. */
  readonly folded: { readonly edges: number; readonly flows: number; readonly dropped: number };
  readonly hidden: Readonly<Record<HiddenKind, { readonly edges: number; readonly flows: number }>>;
}

interface MapResultEdge {
  readonly cluster: string;
  readonly source: string;
  readonly destination: string;
  /** 0 where the protocol has no ports. */
  readonly port: number;
  readonly protocol: string;
  readonly kind: EdgeKind;
  /**
   * `dropped`: nothing passed. `unanswered`: nothing was dropped, and of what left nothing was seen to arrive or to come back. `partly`: some passed, some did
   * not. `audited`: passed, and would not if the policy were enforced.
   */
  readonly verdict: "forwarded" | "dropped" | "unanswered" | "partly" | "audited";
  /** Hubble's records of what the client sent, of the side that saw more. */
  readonly flows: number;
  readonly requests: number;
  readonly dropped: number;
  readonly refused: number;
  readonly audited: number;
  /** Records of TCP that left and has no answer; not among `flows`. */
  readonly unanswered: number;
  /** Per second, over the part of the window that its flows reach back to. */
  readonly rate: number;
  readonly lostRate: number;
  readonly unansweredRate: number;
  /** The part of what was seen that a proxy read, 0 to 1. */
  readonly l7Share: number;
  readonly first: string;
  readonly last: string;
}

export function resultOf({ args, views, edges, folded, hidden }: MapPicture): MapResult {
  const of = (kind: HiddenKind) => {
    const found = hidden.find((one) => one.kind === kind);
    return { edges: found?.edges ?? 0, flows: found?.flows ?? 0 };
  };
  return {
    target: args.select.target === undefined ? null : targetText(args.select.target),
    candidates: candidatesOf(views),
    edges: views.every(({ map }) => map === undefined)
      ? null
      : edges.map(({ lost, l7, unheard, isSure: _, ...edge }) => ({
          ...edge,
          unanswered: edge.unanswered ?? 0,
          verdict: verdictOf(edge),
          lostRate: lost,
          unansweredRate: unheard,
          l7Share: l7,
        })),
    folded,
    hidden: { probe: of("probe"), scrape: of("scrape"), noise: of("noise") },
  };
}

function verdictOf(
  edge: Pick<RatedEdge, "flows" | "requests" | "dropped" | "refused" | "audited" | "unanswered">,
): MapResultEdge["verdict"] {
  const passed = edge.flows + edge.requests > 0;
  if (edge.dropped + edge.refused > 0) return passed ? "partly" : "dropped";
  if ((edge.unanswered ?? 0) > 0) return passed ? "partly" : "unanswered";
  return edge.audited > 0 ? "audited" : "forwarded";
}

/** A service map as data: who talks to whom, drawn from clients on the left to servers on the right. */
import { plain } from "./plain.ts";
import { quantity } from "./quantity.ts";

export interface MapChart {
  readonly kind: "map";
  readonly title: string;
  /** Epoch milliseconds. */
  readonly window: { readonly from: number; readonly to: number };
  /** IANA name; its clock stands beside UTC. */
  readonly zone?: string;
  /** Names that begin with this and a slash are written without it. */
  readonly home?: string;
  /** The most important first: where there is no room for all, the last ones are counted only. */
  readonly edges: readonly MapLine[];
  /** What is not among the edges: "37 more edges, 1,204 flows". */
  readonly folded?: string;
}

export interface MapLine {
  /** `namespace/workload`, or anything else. */
  readonly from: string;
  readonly to: string;
  /** `80/TCP`; "" where the protocol is not known. */
  readonly port: string;
  /** Per second: what passed, requests that a proxy read included. */
  readonly rate: number;
  /** Per second: what was dropped or refused. */
  readonly lost: number;
  /** Per second: what left its node and of which nothing was seen to arrive or to come back; absent for none. */
  readonly unanswered?: number;
  /** The part that a proxy read, 0 to 1. */
  readonly l7: number;
  /** `audit`: passed, and would not if the policy were enforced. `quiet`: probes, scrapes, lookups, normal noise. */
  readonly look?: "audit" | "quiet";
}

const mostLost = 4;

/** What a map shows, in few words: its edges stand in a table beside it. */
export function mapLines({ edges, folded }: MapChart): string[] {
  if (edges.length === 0) return ["no traffic", ...(folded === undefined ? [] : [plain(folded)])];
  const nodes = new Set(edges.flatMap(({ from, to }) => [from, to])).size;
  // Noise is quiet too.
  const lost = edges.filter((edge) => edge.lost > 0 && edge.look !== "quiet");
  const more = lost.length - mostLost;
  const unanswered = edges.filter((edge) => (edge.unanswered ?? 0) > 0);
  const moreUnanswered = unanswered.length - mostLost;
  return [
    `${nodes} ends, ${edges.length} ${edges.length === 1 ? "edge" : "edges"}, ${lost.length === 0 ? "none" : lost.length} with drops${unanswered.length === 0 ? "" : `, ${unanswered.length} without an answer`}`,
    ...lost.slice(0, mostLost).map((edge) => `${edgeText(edge)}: dropped ${rateText(edge.lost)}`),
    ...(more > 0 ? [`and ${more} more with drops`] : []),
    ...unanswered
      .slice(0, mostLost)
      .map((edge) => `${edgeText(edge)}: leaves, no answer seen, ${rateText(edge.unanswered ?? 0)}`),
    ...(moreUnanswered > 0 ? [`and ${moreUnanswered} more without an answer`] : []),
    ...(folded === undefined ? [] : [plain(folded)]),
  ];
}

/** `12/s`, `0.3/s`, `4/min`, `2/h`; two digits. "" for nothing. */
export function rateText(rate: number): string {
  if (!(rate > 0)) return "";
  const [factor, unit] = rate >= 0.095 ? [1, "s"] : rate * 60 >= 0.95 ? [60, "min"] : [3_600, "h"];
  return `${quantity(Number((rate * factor).toPrecision(2)), "")}/${unit}`;
}

/** `a → b:80/TCP`, `a → b ICMPv4`. */
function edgeText({ from, to, port }: MapLine): string {
  const at = port === "" ? "" : /^\d/.test(port) ? `:${port}` : ` ${port}`;
  return `${plain(from)} → ${plain(to)}${plain(at)}`;
}

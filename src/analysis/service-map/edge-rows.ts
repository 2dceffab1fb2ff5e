/** The rows behind a service map: what they count, which of them are shown, and in which order. */
import type { EndpointNames } from "../endpoint-name.ts";
import { settleRows } from "../settle.ts";
import { emptyRow, type Row, timeText } from "../tally.ts";
import { type EdgeKind, type HiddenKind, hiddenKinds, type MapEdge, type ServiceMap } from "./service-map.ts";

export interface EdgeRow extends Row {
  kind: EdgeKind;
  protocol: string;
  port: number;
  /** Seen by the client's node, by the server's, and where the direction is not known. */
  passedOut: number;
  passedIn: number;
  passedElsewhere: number;
  requestsOut: number;
  requestsIn: number;
  dropped: number;
  /** Those of them that the server's node dropped: the client's node saw them leave. */
  droppedIn: number;
  refused: number;
  audited: number;
  /** What passed out of its node and was not seen to arrive, nor answered: of the client's node, and of no direction. */
  unheardOut: number;
  unheardElsewhere: number;
}

const counters = [
  ...(["passedOut", "passedIn", "passedElsewhere", "requestsOut", "requestsIn"] as const),
  ...(["dropped", "droppedIn", "refused", "audited", "unheardOut", "unheardElsewhere"] as const),
];

export function newEdgeRow(source: string, destination: string): EdgeRow {
  const passed = { passedOut: 0, passedIn: 0, passedElsewhere: 0, requestsOut: 0, requestsIn: 0 };
  return { source, destination, ...emptyRow, kind: "service", protocol: "", port: 0, ...passed, ...stopped };
}

const stopped = { dropped: 0, droppedIn: 0, refused: 0, audited: 0, unheardOut: 0, unheardElsewhere: 0 } as const;

const mostEdges = 200;
/** Characters of JSON: with three bytes for each it is still a finding. */
const mostCharacters = 80_000;

export function finishMap(
  rows: readonly EdgeRow[],
  folded: { readonly rows: number; readonly count: number },
  names: EndpointNames,
  { top, all }: { readonly top: number; readonly all: boolean },
): ServiceMap {
  const settled = wholeWhereDropped(settleRows(rows, names, thirdOf, absorb));
  const isHidden = ({ kind, ...row }: EdgeRow) =>
    !all && unheardOf(row) === 0 && hiddenKinds.some((hidden) => hidden === kind);
  const edges = settled
    .filter((row) => !isHidden(row))
    .map(show)
    .sort(byRank);
  const listed = fitting(edges.slice(0, Math.min(top, mostEdges)));
  const rest = edges.slice(listed.length);
  const sum = (pick: (edge: MapEdge) => number) => rest.reduce((total, edge) => total + pick(edge), 0);
  const ofKind = (kind: HiddenKind) => {
    const of = settled.filter((row) => isHidden(row) && row.kind === kind).map(show);
    return { edges: of.length, flows: of.reduce((total, edge) => total + edge.flows + edge.dropped, 0) };
  };
  return {
    edges: listed,
    folded: {
      edges: folded.rows + rest.length,
      flows: folded.count + sum(({ flows }) => flows),
      dropped: sum(({ dropped, refused }) => dropped + refused),
    },
    hidden: { probe: ofKind("probe"), scrape: ofKind("scrape"), noise: ofKind("noise") },
  };
}

/** An edge with drops is shown with all that passed on it, be it a probe. */
function wholeWhereDropped(rows: readonly EdgeRow[]): EdgeRow[] {
  const keyOf = ({ source, destination, port, protocol }: EdgeRow) =>
    JSON.stringify([source, destination, port, protocol]);
  const failing = new Map(
    rows.filter((row) => row.kind !== "noise" && row.dropped + row.refused > 0).map((row) => [keyOf(row), row]),
  );
  return rows.filter((row) => {
    const whole = row.kind === "noise" ? undefined : failing.get(keyOf(row));
    if (whole === undefined || whole === row) return true;
    absorb(whole, row);
    whole.first = Math.min(whole.first, row.first);
    whole.last = Math.max(whole.last, row.last);
    return false;
  });
}

function thirdOf({ kind, protocol, port }: EdgeRow): string {
  return `${port}\n${protocol}\n${kind}`;
}

function absorb(into: EdgeRow, from: EdgeRow): void {
  for (const counter of counters) into[counter] += from[counter];
}

function show(row: EdgeRow): MapEdge {
  const { source, destination, port, protocol, kind, dropped, refused, audited, unheardOut, unheardElsewhere } = row;
  const unanswered = unheardOf(row);
  return {
    ...{ source, destination, port, protocol, kind },
    flows: Math.max(row.passedOut - row.droppedIn - unheardOut, row.passedIn, row.passedElsewhere - unheardElsewhere),
    requests: Math.max(row.requestsOut, row.requestsIn),
    ...{ dropped, refused, audited },
    ...(unanswered > 0 && { unanswered }),
    first: timeText(row.first),
    last: timeText(row.last),
  };
}

function unheardOf({ unheardOut, unheardElsewhere }: Pick<EdgeRow, "unheardOut" | "unheardElsewhere">): number {
  return Math.max(unheardOut, unheardElsewhere);
}

function byRank(one: MapEdge, other: MapEdge): number {
  return (
    Number(isStopped(other)) - Number(isStopped(one)) ||
    Number(other.unanswered !== undefined) - Number(one.unanswered !== undefined) ||
    Number(one.kind !== "service") - Number(other.kind !== "service") ||
    sizeOf(other) - sizeOf(one) ||
    compare(one.source, other.source) ||
    compare(one.destination, other.destination) ||
    one.port - other.port ||
    compare(one.protocol + one.kind, other.protocol + other.kind)
  );
}

function isStopped({ dropped, refused, kind }: MapEdge): boolean {
  return kind !== "noise" && dropped + refused > 0;
}

function sizeOf({ flows, requests, dropped, refused, audited, unanswered = 0 }: MapEdge): number {
  return flows + requests + dropped + refused + audited + unanswered;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function fitting(edges: readonly MapEdge[]): MapEdge[] {
  let left = mostCharacters;
  const first = edges.findIndex((edge) => {
    left -= JSON.stringify(edge).length;
    return left < 0;
  });
  return first < 0 ? [...edges] : edges.slice(0, first);
}

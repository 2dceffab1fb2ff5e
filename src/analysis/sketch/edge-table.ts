/** Rows by edge without a text for each: names become small numbers, and an edge one number. Two million edges are looked up for one answer. */
import type { Edge } from "./edge.ts";

export interface EdgeTable<Row> {
  find(edge: Edge): Row | undefined;
  /** Of an edge that is not there. */
  add(edge: Edge, row: Row): void;
  size(): number;
  all(): readonly Row[];
}

/** Two ends and a port are one whole number: 18 + 18 + 16 bits. There are fewer than half as many rows. */
const places = 2 ** 18;
const ports = 65_536;

export function createEdgeTable<Row>(): EdgeTable<Row> {
  const names = new Map<string, number>();
  /** By reason, then by protocol and verdict, then by ends and port. */
  const kinds = new Map<string, Map<string, Map<number, Row>>>();
  const rows: Row[] = [];

  function numberOf(name: string): number {
    const known = names.get(name) ?? names.size;
    names.set(name, known);
    return known;
  }

  return {
    find({ source, destination, port, protocol, verdict, reason }) {
      const kind = kinds.get(reason)?.get(kindOf(protocol, verdict));
      const [from, to] = [names.get(source), names.get(destination)];
      return from === undefined || to === undefined ? undefined : kind?.get((from * places + to) * ports + port);
    },
    add({ source, destination, port, protocol, verdict, reason }, row) {
      const ofReason = kinds.get(reason) ?? new Map<string, Map<number, Row>>();
      const kind = ofReason.get(kindOf(protocol, verdict)) ?? new Map<number, Row>();
      kinds.set(reason, ofReason.set(kindOf(protocol, verdict), kind));
      kind.set((numberOf(source) * places + numberOf(destination)) * ports + port, row);
      rows.push(row);
    },
    size: () => rows.length,
    all: () => rows,
  };
}

function kindOf(protocol: string, verdict: Edge["verdict"]): string {
  return verdict === "forwarded" ? protocol : `${protocol} ${verdict}`;
}

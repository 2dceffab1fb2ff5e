/** Requests that a proxy refused: FlowType L7, verdict DROPPED, no drop reason. The 403 that answers one is a forwarded response and only lends its code. */
import type { L7Denial } from "./drops.ts";
import type { EndpointNames } from "./endpoint-name.ts";
import { EventType, type Flow, type L7, Verdict } from "./flow.ts";
import { defaultRedaction, type Redaction } from "./redact.ts";
import { settleRows } from "./settle.ts";
import { countAt, createTally, emptyRow, type Row, timeText, topRows } from "./tally.ts";

export interface Denials {
  /** Takes refused requests and 403 responses, ignores the rest. */
  add(flow: Flow): void;
  finish(top: number): {
    readonly listed: L7Denial[];
    readonly folded: { readonly denials: number; readonly count: number };
  };
}

export function isDenial(flow: Flow): boolean {
  return flow.verdict === Verdict.dropped && flow.eventType === EventType.l7 && flow.l7?.kind !== "response";
}

export function createDenials(names: EndpointNames, redaction: Redaction = defaultRedaction): Denials {
  const rows = createTally<Denial>(newDenial, maxDenials);
  const answers = new Map<string, { readonly client: string; readonly server: string; readonly request: string }>();

  /** URL, DNS name or Kafka topic. */
  function pathOf(l7: L7): string {
    if (l7.protocol === "http") return redaction.path(l7.url);
    if (l7.protocol === "dns") return redaction.name(l7.query);
    return l7.protocol === "kafka" ? redaction.name(l7.topic) : "";
  }

  /** HTTP method, DNS record types or Kafka API. */
  function methodOf(l7: L7): string {
    if (l7.protocol === "http") return redaction.text(l7.method).slice(0, maxMethod);
    if (l7.protocol === "dns") return redaction.text(l7.qtypes.slice(0, 5).join(",")).slice(0, maxMethod);
    return l7.protocol === "kafka" ? redaction.text(l7.apiKey).slice(0, maxMethod) : "";
  }

  function addRefusal(flow: Flow, l7: L7): void {
    const { protocol } = l7;
    const method = methodOf(l7);
    const path = pathOf(l7);
    const row = rows.row(names.source(flow), names.destination(flow), `${protocol}\n${method}\n${path}`);
    if (row === undefined) {
      rows.fold();
      return;
    }
    row.protocol = protocol;
    row.method = method;
    row.path = path;
    countAt(row, flow.time);
  }

  /** The answer travels from the server to the client. */
  function addAnswer(flow: Flow, l7: L7): void {
    const client = names.destination(flow);
    const server = names.source(flow);
    const request = `${methodOf(l7)}\n${pathOf(l7)}`;
    const key = `${client}\n${server}\n${request}`;
    if (answers.size < maxDenials) answers.set(key, { client, server, request });
  }

  return {
    add(flow) {
      const l7 = flow.l7 ?? noRecord;
      if (isDenial(flow)) addRefusal(flow, l7);
      else if (l7.kind === "response" && l7.protocol === "http" && l7.code === forbidden) addAnswer(flow, l7);
    },
    finish(top) {
      const settled = settleRows(rows.rows(), names, thirdText, () => undefined);
      const answered = new Set(
        [...answers.values()].map(
          ({ client, server, request }) => `${names.settled(client)}\n${names.settled(server)}\n${request}`,
        ),
      );
      const { top: listed, rest } = topRows(settled, rows.folded(), top);
      return {
        listed: listed.map((row) => show(row, answered)),
        folded: { denials: rest.rows, count: rest.count },
      };
    },
  };
}

interface Denial extends Row {
  protocol: string;
  method: string;
  path: string;
}

const forbidden = 403;
const maxDenials = 2_000;
const maxMethod = 30;
const noRecord: L7 = { kind: "unknown", latencyNs: 0, protocol: "" };

function newDenial(source: string, destination: string): Denial {
  return { source, destination, ...emptyRow, protocol: "", method: "", path: "" };
}

function thirdText(row: Denial): string {
  return `${row.protocol}\n${row.method}\n${row.path}`;
}

function show(row: Denial, answered: ReadonlySet<string>): L7Denial {
  const { source, destination, protocol, method, path, count } = row;
  const wasAnswered = protocol === "http" && answered.has(`${source}\n${destination}\n${method}\n${path}`);
  return {
    source,
    destination,
    protocol,
    method,
    path,
    code: wasAnswered ? forbidden : 0,
    count,
    first: timeText(row.first),
    last: timeText(row.last),
  };
}

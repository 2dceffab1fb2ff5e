/** HTTP flows → HttpSummary, while they stream, in bounded memory: 1,000 kinds of request, 5 KB each. */
import { createEndpointNames } from "../endpoint-name.ts";
import { Direction, EventType, type Flow, type L7, Verdict } from "../flow.ts";
import { remembering } from "../redact/memo.ts";
import { defaultRedaction } from "../redact.ts";
import type { Reducer } from "../reduce.ts";
import { settleRows } from "../settle.ts";
import { maxListed } from "../summary-names.ts";
import { countAt, createTally, emptyRow, type Row, timeText } from "../tally.ts";
import {
  askedOf,
  countAnswered,
  countAsked,
  createExchange,
  createParts,
  type Exchange,
  type ExchangeOptions,
  kindTimeline,
  kindTotal,
  mergeExchange,
  type Parts,
  unansweredOf,
  unansweredTimeline,
} from "./exchange.ts";
import {
  type HttpCounts,
  type HttpRow,
  type HttpSummary,
  type HttpUpstream,
  statusClasses,
  worstHttpFirst,
} from "./http.ts";
import { latencySummary } from "./latency.ts";
import { pathTemplate } from "./path-template.ts";

const maxRows = 1_000;
const maxMethod = 30;

export function createHttpReducer(options: ExchangeOptions): Reducer<HttpSummary> {
  const { window, buckets, workloadOf, redaction = defaultRedaction } = options;
  const top = Math.min(options.top, maxListed);
  const names = createEndpointNames(workloadOf, redaction);
  const parts = createParts(window, buckets, statusClasses.length);
  const rows = createTally<Request>((source, destination) => newRequest(source, destination, parts), maxRows);
  const templateOf = remembering((url) => pathTemplate(redaction.path(url)));
  const methodOf = remembering((method) => redaction.text(method).slice(0, maxMethod));
  const folded = { [Direction.ingress]: 0, [Direction.egress]: 0 };

  function rowOf(client: string, server: string, flow: Flow, l7: Http): Request | undefined {
    const method = methodOf(l7.method);
    const path = templateOf(l7.url);
    const row = rows.row(client, server, `${flow.direction} ${method} ${path}`);
    if (row === undefined) return undefined;
    row.direction = flow.direction;
    row.method = method;
    row.path = path;
    return row;
  }

  function addRequest(flow: Flow, l7: Http): void {
    const row = rowOf(names.source(flow), names.destination(flow), flow, l7);
    if (row === undefined) {
      rows.fold();
      folded[flow.direction === Direction.egress ? Direction.egress : Direction.ingress] += 1;
      return;
    }
    countAt(row, flow.time);
    countAsked(row.exchange, parts, flow.time);
    if (flow.verdict === Verdict.dropped) row.exchange.refused += 1;
    if (flow.verdict === Verdict.error) row.exchange.errors += 1;
  }

  /** It travels from the server to the client. */
  function addAnswer(flow: Flow, l7: Http): void {
    const row = rowOf(names.destination(flow), names.source(flow), flow, l7);
    if (row === undefined) return;
    row.last = Math.max(row.last, flow.time);
    countAnswered(row.exchange, parts, { kind: classOf(l7.code), time: flow.time, latencyNs: l7.latencyNs });
  }

  /** Requests without a row, and those of rows that made room: about, because both may have been seen twice. */
  function beyondRows(): number {
    const { [Direction.ingress]: ingress, [Direction.egress]: egress } = folded;
    return Math.max(ingress, egress) + Math.max(0, rows.folded().count - ingress - egress);
  }

  return {
    add(flow) {
      const { l7, time } = flow;
      if (l7?.protocol !== "http" || flow.eventType !== EventType.l7) return;
      if (!(time >= window.from && time < window.to)) return;
      if (l7.kind === "request") addRequest(flow, l7);
      else if (l7.kind === "response") addAnswer(flow, l7);
    },
    finish() {
      const settled = settleRows(rows.rows(), names, thirdText, (into, from) =>
        mergeExchange(into.exchange, from.exchange),
      );
      const { once, seenTwice } = seenOnce(settled);
      const whole = createExchange(parts);
      for (const { exchange } of once) mergeExchange(whole, exchange);
      const all = once.map((row) => showRow(row, parts)).sort(worstFirst);
      const sum = (pick: (row: HttpRow) => number) => all.reduce((total, row) => total + pick(row), 0);
      const unanswered = sum((row) => row.unanswered);
      const shown = all.slice(0, top);
      const beyond = beyondRows();
      const left = all.slice(top).reduce((total, { requests }) => total + requests, 0);
      return {
        ...countsOf(whole, parts),
        // Row by row: an answer too many here makes no request there answered.
        requests: sum(({ requests }) => requests) + beyond,
        unanswered,
        rows: shown,
        folded: { rows: all.length - shown.length + rows.folded().rows, requests: left + beyond },
        upstreams: upstreamsOf(once, parts).slice(0, top),
        seenTwice,
        timeline: timelineOf(whole, parts, unanswered),
      };
    },
  };
}

type Http = Extract<L7, { protocol: "http" }>;

interface Request extends Row {
  direction: number;
  method: string;
  path: string;
  readonly exchange: Exchange;
}

function newRequest(source: string, destination: string, parts: Parts): Request {
  return { source, destination, ...emptyRow, direction: 0, method: "", path: "", exchange: createExchange(parts) };
}

function thirdText({ direction, method, path }: Request): string {
  return `${method}\n${path}\n${direction}`;
}

/** `201` is of the class at 1, `2xx`. */
function classOf(code: number): number {
  return code >= 100 && code < 600 ? Math.floor(code / 100) - 1 : statusClasses.length - 1;
}

/**
 * A request that leaves through a proxy and arrives through another is recorded at both: the side that saw more stands for it, ingress among equals. What
 * ingress refused left the client as an ordinary request, so that it is added to what egress refused.
 */
function seenOnce(rows: readonly Request[]): { readonly once: Request[]; readonly seenTwice: number } {
  const best = new Map<string, Request>();
  let seenTwice = 0;
  for (const row of rows) {
    const key = `${row.source}\n${row.destination}\n${row.method}\n${row.path}`;
    const other = best.get(key);
    if (other === undefined) {
      best.set(key, row);
      continue;
    }
    const [winner, loser] = isBetter(row, other) ? [row, other] : [other, row];
    seenTwice += askedOf(loser.exchange);
    if (winner.direction === Direction.egress) winner.exchange.refused += loser.exchange.refused;
    winner.last = Math.max(winner.last, loser.last);
    best.set(key, winner);
  }
  return { once: [...best.values()], seenTwice };
}

function isBetter(one: Request, other: Request): boolean {
  const more = askedOf(one.exchange) - askedOf(other.exchange);
  return more > 0 || (more === 0 && one.direction === Direction.ingress);
}

function countsOf(exchange: Exchange, parts: Parts): HttpCounts {
  const classes = statusClasses.map((name, kind) => [name, kindTotal(exchange, parts, kind)] as const);
  const statuses: HttpCounts["statuses"] = Object.fromEntries(classes.filter(([, count]) => count > 0));
  return {
    requests: askedOf(exchange),
    statuses,
    refused: exchange.refused,
    errors: exchange.errors,
    unanswered: unansweredOf(exchange, statuses["4xx"] ?? 0),
    latency: latencySummary(exchange.latencies),
  };
}

function showRow(row: Request, parts: Parts): HttpRow {
  const { source, destination, method, path, last, exchange } = row;
  return { source, destination, method, path, last: timeText(last), ...countsOf(exchange, parts) };
}

function upstreamsOf(rows: readonly Request[], parts: Parts): HttpUpstream[] {
  const upstreams = new Map<string, Exchange>();
  for (const { destination, exchange } of rows) {
    const whole = upstreams.get(destination) ?? createExchange(parts);
    mergeExchange(whole, exchange);
    upstreams.set(destination, whole);
  }
  return [...upstreams].map(([destination, whole]) => ({ destination, ...countsOf(whole, parts) })).sort(worstFirst);
}

/** In the end by name, so that equal flows give equal answers. */
function worstFirst(one: HttpRow | HttpUpstream, other: HttpRow | HttpUpstream): number {
  return worstHttpFirst(one, other) || (nameOf(one) < nameOf(other) ? -1 : 1);
}

function nameOf(row: HttpRow | HttpUpstream): string {
  return "path" in row ? `${row.destination}\n${row.path}\n${row.method}\n${row.source}` : row.destination;
}

function timelineOf(whole: Exchange, parts: Parts, unanswered: number): HttpSummary["timeline"] {
  const rows = [
    ...statusClasses.map((name, kind) => [name, kindTimeline(whole, parts, kind)] as const),
    ["none", unansweredTimeline(whole, parts, unanswered)] as const,
  ];
  return Object.fromEntries(rows.filter(([, row]) => row.some((count) => count > 0)));
}

/** DNS flows → DnsSummary, while they stream, in bounded memory: 1,000 names by client and type, 5 KB each. */
import { createEndpointNames } from "../endpoint-name.ts";
import { EventType, type Flow, type L7, Verdict } from "../flow.ts";
import { remembering } from "../redact/memo.ts";
import { defaultRedaction } from "../redact.ts";
import type { Reducer } from "../reduce.ts";
import { settleRows } from "../settle.ts";
import { addTo, maxListed } from "../summary-names.ts";
import { countAt, createTally, emptyRow, type Tally } from "../tally.ts";
import { type Asked, absorb, notFound } from "./asked.ts";
import { type DnsSummary, dnsParts, rcodeName } from "./dns.ts";
import { dnsSummary } from "./dns-summary.ts";
import { countAnswered, countAsked, createExchange, createParts, type ExchangeOptions } from "./exchange.ts";
import { createPending } from "./pending.ts";

const maxRows = 1_000;
const maxServers = 200;

export function createDnsReducer(options: ExchangeOptions): Reducer<DnsSummary> {
  const { window, buckets, workloadOf, redaction = defaultRedaction } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const parts = createParts(window, buckets, dnsParts.length);
  const create = (source: string, destination: string): Asked => ({
    ...{ source, destination, ...emptyRow, type: "" },
    exchange: createExchange(parts),
    answers: new Map(),
    found: notFound,
  });
  const asked = createTally<Asked>(create, maxRows);
  const servers = createTally<Asked>(create, maxServers);
  const pending = createPending();
  const nameOf = remembering((query) => {
    const name = redaction.name(query).toLowerCase();
    return name.endsWith(".") && name.length > 1 ? name.slice(0, -1) : name;
  });
  const typeOf = remembering((types) => redaction.text(types).slice(0, maxType));

  function rowsOf(client: string, server: string, l7: Dns): readonly (Asked | undefined)[] {
    const type = typeOf(l7.qtypes.slice(0, 5).join(","));
    const row = asked.row(client, nameOf(l7.query), type);
    if (row !== undefined) row.type = type;
    return [row, servers.row("", server, "")];
  }

  function addQuery(flow: Flow, l7: Dns): void {
    pending.ask(flow, l7);
    const rows = rowsOf(names.source(flow), names.destination(flow), l7);
    if (rows[0] === undefined) asked.fold();
    for (const row of rows) {
      if (row === undefined) continue;
      countAt(row, flow.time);
      countAsked(row.exchange, parts, flow.time);
      if (flow.verdict === Verdict.dropped) row.exchange.refused += 1;
    }
  }

  /** It travels from the server to the client. */
  function addAnswer(flow: Flow, l7: Dns): void {
    const latencyNs = pending.answer(flow, l7) || l7.latencyNs;
    const answer = answerOf(l7);
    const kind = dnsParts.indexOf(partOf(answer));
    for (const row of rowsOf(names.destination(flow), names.source(flow), l7)) {
      if (row === undefined) continue;
      row.last = Math.max(row.last, flow.time);
      if (l7.ips.length > 0 && flow.time > row.found.at) row.found = { at: flow.time, ttl: l7.ttl };
      addTo(row.answers, answer, mostAnswers);
      countAnswered(row.exchange, parts, { kind, time: flow.time, latencyNs });
    }
  }

  return {
    add(flow) {
      const { l7, time } = flow;
      if (l7?.protocol !== "dns" || flow.eventType !== EventType.l7) return;
      if (!(time >= window.from && time < window.to)) return;
      if (l7.kind === "request") addQuery(flow, l7);
      else if (l7.kind === "response") addAnswer(flow, l7);
    },
    finish() {
      const rows = settled(asked, ({ type }) => type);
      const top = Math.min(options.top, maxListed);
      return dnsSummary({ rows, servers: settled(servers, () => ""), parts, folded: asked.folded(), top });
    },
  };

  function settled(tally: Tally<Asked>, third: (row: Asked) => string): Asked[] {
    return settleRows(tally.rows(), names, third, absorb);
  }
}

type Dns = Extract<L7, { protocol: "dns" }>;

const maxType = 30;
const mostAnswers = 20;

/** Only addresses and aliases are in the flow: whether a question for something else was answered with something is not known. */
function answerOf({ rcode, qtypes, ips, cnames }: Dns): string {
  const isEmpty = rcode === 0 && ips.length === 0 && cnames.length === 0;
  return isEmpty && qtypes.length > 0 && qtypes.every((type) => type === "A" || type === "AAAA")
    ? "EMPTY"
    : rcodeName(rcode);
}

function partOf(answer: string): (typeof dnsParts)[number] {
  if (answer === "NXDOMAIN") return "missing";
  return answer === "NOERROR" || answer === "EMPTY" ? "found" : "failed";
}

/** The Prometheus source: PromQL for whoever asks, and the drop counters of the agents as a finding. Holds no connection; nothing to close. */
import { BotError } from "../../errors.ts";
import { isRecord } from "../../policy/record.ts";
import type { Question, Source } from "../question.ts";
import { createDiscovery } from "./discovery.ts";
import { readDropTotals } from "./drop-totals.ts";
import { readPanel } from "./panel.ts";
import { readPromql } from "./promql-query.ts";
import { readRanking } from "./ranking.ts";
import { ask, type PrometheusAddress } from "./request.ts";
import { type QueryResult, readResult } from "./result.ts";
import type { MetricTools } from "./tools.ts";

type PrometheusQuestion = Extract<Question, { source: "prometheus" }>;

export interface PrometheusOptions extends PrometheusAddress {
  /** The cluster's name in our configuration. */
  readonly name: string;
  /** Deadline for one request, also sent to the server so that it stops working on it. */
  readonly timeoutMs?: number;
}

export interface Prometheus {
  answer<Q extends PrometheusQuestion>(question: Q, signal: AbortSignal): ReturnType<Source<Q>>;
  /** `time`: epoch milliseconds. Rejects with a BotError, as all of these. */
  instant(query: string, time: number, signal: AbortSignal): Promise<QueryResult>;
  /** Both ends included. More than 11,000 points per series are refused. */
  range(query: string, span: RangeSpan, signal: AbortSignal): Promise<QueryResult>;
  /** Asks for the version; "" where the server does not tell (Thanos, Mimir), which shows that it answers queries. */
  status(signal: AbortSignal): Promise<{ readonly version: string }>;
}

/** Epoch milliseconds. */
export interface RangeSpan {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

type Readers = {
  readonly [Q in PrometheusQuestion as Q["ask"]]: (question: Q, tools: MetricTools) => ReturnType<Source<Q>>;
};
const readers: Readers = {
  dropTotals: ({ window }, { instant }) => readDropTotals(instant, window),
  ranking: readRanking,
  panel: readPanel,
  promql: readPromql,
};

/** Prometheus' own limit. */
const maxPoints = 11_000;

export function createPrometheus(options: PrometheusOptions): Prometheus {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const timeout = `${timeoutMs / 1000}s`;

  async function instant(query: string, time: number, signal: AbortSignal): Promise<QueryResult> {
    const form = { query, time: String(time / 1000), timeout };
    return readResult(await ask(options, "/api/v1/query", form, within(signal)));
  }

  async function range(query: string, { from, to, stepMs }: RangeSpan, signal: AbortSignal): Promise<QueryResult> {
    if (!(stepMs > 0) || (to - from) / stepMs > maxPoints)
      throw new BotError("TOO_MUCH", "too many points", {
        say: `A range may have ${maxPoints} points per series: ask for a shorter time or a larger step.`,
      });
    const form = { query, start: String(from / 1000), end: String(to / 1000), step: String(stepMs / 1000), timeout };
    return readResult(await ask(options, "/api/v1/query_range", form, within(signal)));
  }

  const discovery = createDiscovery(instant, (path, form, signal) => ask(options, path, form, within(signal)));

  return {
    instant,
    range,
    async status(signal) {
      try {
        const { data } = await ask(options, "/api/v1/status/buildinfo", undefined, within(signal));
        return { version: isRecord(data) && typeof data["version"] === "string" ? data["version"] : "" };
      } catch (thrown) {
        if (!(thrown instanceof BotError) || thrown.code !== "REFUSED") throw thrown;
        await instant("1", Date.now(), signal);
        return { version: "" };
      }
    },
    answer: (question, signal) => {
      const tools: MetricTools = {
        instant: (query, time) => instant(query, time, signal),
        range: (query, window, stepMs) => range(query, { ...window, stepMs }, signal),
        discovery: discovery(signal),
      };
      return readers[question.ask](question as never, tools) as ReturnType<Source<typeof question>>;
    },
  };
}

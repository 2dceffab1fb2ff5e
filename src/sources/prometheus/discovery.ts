/**
 * What a Prometheus has: which metrics, labels and values. By its metadata endpoints, which Thanos and Mimir have too and which look into the index alone. They
 * know time only roughly (a block, two hours and more): what is said to be there may have no sample in a short window, what is said to be missing is missing.
 */
import type { Window } from "../../analysis/select.ts";
import { gaveUp } from "./failures.ts";
import { oneOf, textLiteral } from "./promql.ts";
import type { Answer } from "./request.ts";
import type { Labels, QueryResult, Sample } from "./result.ts";
import { createSharedCache } from "./shared-cache.ts";
import type { Discovery } from "./tools.ts";

type Instant = (query: string, time: number, signal: AbortSignal) => Promise<QueryResult>;
type Ask = (path: string, form: Form | undefined, signal: AbortSignal) => Promise<Answer>;
type Form = Readonly<Record<string, string>>;

interface Found {
  readonly values: readonly string[];
  /** A part of the servers did not answer, or not everything fitted. */
  readonly isPart: boolean;
}

const minute = 60_000;
/** Windows that differ by less are one. */
const step = 5 * minute;
const maxValues = 1_000;
/** Names in one request: its address stays far below the 8 kB that proxies take. */
const maxNames = 60;
/** What is missing may have been switched on since, because we said so. */
const holdsMs = { found: 5 * minute, missing: 30_000 };
/** Long enough for some scrapes, five minutes apart. */
const scrapeRange = "20m";

/** One for each Prometheus; what it returns belongs to one question and gives up with its signal. `now`: milliseconds, never backwards. */
export function createDiscovery(instant: Instant, ask: Ask, now: () => number = () => performance.now()) {
  const found = createSharedCache<Found>({
    most: 200,
    holdsMs: ({ values, isPart }) => (values.length === 0 || isPart ? holdsMs.missing : holdsMs.found),
    now,
  });
  const intervals = createSharedCache<number | undefined>({
    most: 20,
    holdsMs: (value) => (value === undefined ? holdsMs.missing : holdsMs.found),
    now,
  });
  /** Whoever asked first may leave: each request has the client's own deadline. */
  const nobody = new AbortController().signal;

  return (signal: AbortSignal): Discovery => {
    async function valuesOf(selector: string, label: string, window: Window): Promise<readonly string[]> {
      const query = new URLSearchParams({ "match[]": selector, ...span(window), limit: String(maxValues) });
      return await read(`/api/v1/label/${encodeURIComponent(label)}/values?${query}`, undefined);
    }

    async function labels(metric: string, window: Window): Promise<ReadonlySet<string>> {
      return new Set(await read("/api/v1/labels", { "match[]": metric, ...span(window) }));
    }

    async function metrics(names: readonly string[], window: Window): Promise<ReadonlySet<string>> {
      const sorted = [...new Set(names)].sort();
      const parts = Array.from({ length: Math.ceil(sorted.length / maxNames) }, (_, at) =>
        sorted.slice(at * maxNames, (at + 1) * maxNames),
      );
      const there = await Promise.all(
        parts.map((part) => valuesOf(`{__name__=~${textLiteral(oneOf(part))}}`, "__name__", window)),
      );
      return new Set(there.flat());
    }

    async function agentMatcher(window: Window): Promise<string> {
      const own = 'k8s_app="cilium"';
      const [apps, others] = await Promise.all([
        valuesOf("cilium_version", "k8s_app", window),
        valuesOf(`cilium_version{k8s_app!="cilium"}`, "__name__", window),
      ]);
      return apps.includes("cilium") && others.length === 0 ? own : "";
    }

    async function scrapeMs({ to }: Window): Promise<number> {
      const key = String(Math.ceil(to / step));
      return (await shared(() => intervals.get(key, () => measure(to), signal))) ?? minute;
    }

    /** From the times of one agent's samples, the one with the most. */
    async function measure(time: number): Promise<number | undefined> {
      const most = await instant(`topk(1, count_over_time(cilium_version[${scrapeRange}]))`, time, nobody);
      const labelsOfOne = most.type === "vector" ? most.series[0]?.labels : undefined;
      if (labelsOfOne === undefined) return undefined;
      const raw = await instant(`cilium_version${matchers(labelsOfOne)}[${scrapeRange}]`, time, nobody);
      return medianGap(raw.type === "matrix" ? (raw.series[0]?.samples ?? []) : []);
    }

    async function read(path: string, form: Form | undefined): Promise<readonly string[]> {
      const load = async () => readFound(await ask(path, form, nobody));
      return (await shared(() => found.get(JSON.stringify([path, form]), load, signal))).values;
    }

    /** Giving up with the signal is told as anywhere else. */
    async function shared<T>(get: () => Promise<T>): Promise<T> {
      try {
        return await get();
      } catch (thrown) {
        throw signal.aborted ? gaveUp(thrown, "Prometheus", signal) : thrown;
      }
    }

    return {
      metrics,
      labels,
      values: (metric, label, window) => valuesOf(metric, label, window),
      agentMatcher,
      scrapeMs,
    };
  };
}

/** Windows end at the moment somebody asks: rounded outwards, so that who asks a minute later asks the same. */
function span({ from, to }: Window): Form {
  return { start: String((Math.floor(from / step) * step) / 1000), end: String((Math.ceil(to / step) * step) / 1000) };
}

function readFound({ data, warnings, infos }: Answer): Found {
  const all = Array.isArray(data) ? data.filter((one): one is string => typeof one === "string") : [];
  return {
    values: all.slice(0, maxValues),
    isPart: all.length > maxValues || warnings.length + infos.length > 0,
  };
}

function matchers(labels: Labels): string {
  const each = Object.entries(labels).flatMap(([name, value]) =>
    name === "__name__" || !/^\w+$/.test(name) ? [] : [`${name}=${textLiteral(value ?? "")}`],
  );
  return `{${each.join(",")}}`;
}

/** Milliseconds; undefined for fewer than two samples. */
function medianGap(samples: readonly Sample[]): number | undefined {
  const gaps = samples.slice(1).map(({ time }, at) => time - (samples[at]?.time ?? time));
  gaps.sort((left, right) => left - right);
  const gap = gaps[gaps.length >> 1];
  return gap === undefined ? undefined : Math.max(1_000, Math.round(gap / 1_000) * 1_000);
}

/** HTTP flows → the requests that come most often, by method, path template and destination, in fixed memory. */
import { createEndpointNames, type EndpointNames } from "../endpoint-name.ts";
import { EventType, type Flow } from "../flow.ts";
import { pathTemplate } from "../l7/path-template.ts";
import { remembering } from "../redact/memo.ts";
import { defaultRedaction } from "../redact.ts";
import type { Reducer } from "../reduce.ts";
import { type Counted, createSpaceSaving } from "../sketch/space-saving.ts";
import { maxListed } from "../summary-names.ts";
import { type AnswerCounts, addedUp, countHttp, noAnswers } from "./answers.ts";
import { type FlowRanking, type TopOptions, usualCapacity } from "./ranking.ts";

interface Request {
  readonly direction: number;
  readonly method: string;
  readonly path: string;
  readonly destination: string;
  readonly answers: AnswerCounts;
}

const maxMethod = 30;
const maxPath = 300;

export function createTopHttpReducer(options: TopOptions): Reducer<FlowRanking> {
  const { window, workloadOf, redaction = defaultRedaction, capacity = usualCapacity } = options;
  const names = createEndpointNames(workloadOf, redaction);
  const counted = createSpaceSaving<Request>(capacity);
  const templateOf = remembering((url) => pathTemplate(redaction.path(url)).slice(0, maxPath));
  const methodOf = remembering((method) => redaction.text(method).slice(0, maxMethod));
  /** Of the flow at hand: no object for each. */
  let direction = 0;
  let method = "";
  let path = "";
  let destination = "";

  const make = (): Request => ({ direction, method, path, destination, answers: noAnswers() });

  function keyAt(server: string, flow: Flow, l7: { readonly method: string; readonly url: string }): string {
    direction = flow.direction;
    method = methodOf(l7.method);
    path = templateOf(l7.url);
    destination = server;
    return keyOf(direction, method, path, destination);
  }

  return {
    add(flow) {
      const { l7, time } = flow;
      if (l7?.protocol !== "http" || flow.eventType !== EventType.l7) return;
      if (!(time >= window.from && time < window.to)) return;
      if (l7.kind === "request") counted.add(keyAt(names.destination(flow), flow, l7), 1, make);
      else if (l7.kind === "response") {
        // It travels from the server to the client. One without a row gets none: it is no request.
        const key = keyAt(names.source(flow), flow, l7);
        if (counted.has(key)) countHttp(counted.add(key, 0, make).answers, l7.code);
      }
    },
    finish() {
      const { entries, floor, total } = counted.summary();
      const { rows, seenTwice } = seenOnce(floor === 0 ? settled(entries, names) : entries);
      const shown = rows.slice(0, Math.min(options.top, maxListed));
      return {
        of: "http",
        rows: shown.map(({ count, error, value: { method, path, destination, answers } }) => ({
          ...{ labels: { method, path, destination }, count, error, answers },
        })),
        total: Math.max(0, total - seenTwice),
        others: floor === 0 ? rows.length - shown.length : null,
        bound: floor,
        capacity,
        noise: 0,
        search: null,
      };
    },
  };
}

function keyOf(direction: number, method: string, path: string, destination: string): string {
  return `${direction}\n${method}\n${path}\n${destination}`;
}

/** Pods that turned out to belong to a workload; only while everything is exact, as in pairs.ts. */
function settled(rows: readonly Counted<Request>[], names: EndpointNames): Counted<Request>[] {
  const merged = new Map<string, Counted<Request>>();
  for (const row of rows) {
    const destination = names.settled(row.value.destination);
    const { direction, method, path } = row.value;
    const key = keyOf(direction, method, path, destination);
    const twin = merged.get(key);
    const answers = twin === undefined ? row.value.answers : addedUp(twin.value.answers, row.value.answers);
    merged.set(key, {
      key,
      count: row.count + (twin?.count ?? 0),
      error: 0,
      value: { ...row.value, destination, answers },
    });
  }
  return [...merged.values()];
}

/**
 * A request that leaves through a proxy and arrives through another is recorded at both: the side that saw more stands for it. A side without a row has fewer
 * than any row, so that the bound holds for the larger one.
 */
function seenOnce(rows: readonly Counted<Request>[]): {
  readonly rows: Counted<Request>[];
  readonly seenTwice: number;
} {
  const best = new Map<string, Counted<Request>>();
  let seenTwice = 0;
  for (const row of rows) {
    const { method, path, destination } = row.value;
    const key = keyOf(0, method, path, destination);
    const other = best.get(key);
    const [more, less] = other !== undefined && other.count >= row.count ? [other, row] : [row, other];
    seenTwice += less === undefined ? 0 : less.count - less.error;
    best.set(key, more);
  }
  const byCount = [...best].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1));
  return { rows: byCount.map(([, row]) => row), seenTwice };
}

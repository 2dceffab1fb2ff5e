/** A real Prometheus whose past was made here: series with known values, a sample every so often. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findProgram } from "../../../src/lab/programs/find.ts";
import { startPrometheus } from "../../../src/lab/programs/prometheus.ts";

export interface Made {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the seconds since the beginning; null where there is no sample. */
  readonly value: (seconds: number) => number | null;
}

/** A metric under several sets of labels. Counters are given by how fast they grow, per second. */
export function made(
  name: string,
  kind: "gauge" | "counter",
  all: readonly (readonly [labels: Made["labels"], value: number])[],
): Made[] {
  return all.map(([labels, value]) => ({
    name,
    labels,
    value: (seconds) => (kind === "gauge" ? value : value * seconds),
  }));
}

/** Buckets, sum and count of a histogram that sees so many values a second, all of one size. */
export function histogram(name: string, labels: Made["labels"], perSecond: number, size: number): Made[] {
  const bounds = [0.005, 0.01, 0.1, 1, 10];
  const bucket = (le: string, rate: number) => made(`${name}_bucket`, "counter", [[{ ...labels, le }, rate]]);
  return [
    ...bounds.flatMap((bound) => bucket(String(bound), size <= bound ? perSecond : 0)),
    ...bucket("+Inf", perSecond),
    ...made(`${name}_sum`, "counter", [[labels, perSecond * size]]),
    ...made(`${name}_count`, "counter", [[labels, perSecond]]),
  ];
}

/** Samples from `to` - `lengthMs` up to `to`. Whole seconds, epoch milliseconds. */
export async function startBackfilled(series: readonly Made[], to: number, lengthMs: number, everyMs: number) {
  const say = () => undefined;
  const [prometheus, promtool] = await Promise.all([
    findProgram("prometheus", { say }),
    findProgram("promtool", { say }),
  ]);
  return await startPrometheus({
    prometheus,
    promtool,
    targets: [],
    history: function* () {
      for (let at = to - lengthMs; at <= to; at += everyMs) {
        yield series.map((one) => lineOf(one, at, (at - to + lengthMs) / 1_000)).join("");
      }
      yield "# EOF\n";
    },
  });
}

function lineOf({ name, labels, value }: Made, at: number, seconds: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const sample = value(seconds);
  return sample === null ? "" : `${name}{${pairs.join(",")}} ${sample} ${at / 1_000}\n`;
}

/** Stands before a Prometheus and remembers the forms that pass. */
export async function startListener(url: string) {
  const forms: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    forms.push(new URLSearchParams(body));
    const { method = "GET" } = request;
    const headers = { "content-type": request.headers["content-type"] ?? "text/plain" };
    const answer = await fetch(`${url}${request.url}`, { method, headers, ...(method === "POST" && { body }) });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forms,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

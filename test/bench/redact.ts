/** What redaction costs alone, per flow: packets, of which nothing is to hide, beside reading over them, and requests whose URL was never seen before. */
import type { Flow } from "../../src/analysis/flow.ts";
import { createRedaction } from "../../src/analysis/redact.ts";
import { createDecoder } from "../../src/sources/hubble/decode.ts";
import { quantile } from "../support/quantile.ts";
import { mixedPool } from "./flow-pool.ts";
import type { Row } from "./row.ts";

const poolSize = 20_000;
const rounds = 9;

export async function benchRedact(): Promise<Row[]> {
  const flows = decoded();
  const packets = flows.filter(({ l7 }) => l7 === undefined);
  const requests = flows.filter(({ l7 }) => l7 !== undefined);
  const asIs = (flow: Flow) => flow;
  return [
    {
      name: "redaction of a packet",
      value: perFlow(packets, createRedaction().flow),
      unit: "µs",
      floor: perFlow(packets, asIs),
      goal: "≤ 2",
    },
    {
      name: "redaction of a request, new URL each",
      value: median(() => time(requests.map(withNewUrl), createRedaction().flow)),
      unit: "µs",
      goal: "≤ 40",
    },
    { name: "redaction of a mixed stream", value: perFlow(flows, createRedaction().flow), unit: "µs", goal: "≤ 2.5" },
  ];
}

function decoded(): Flow[] {
  const flows: Flow[] = [];
  const decoder = createDecoder({ everything: true });
  const sink = { flow: (flow: Flow) => void flows.push(flow), nodes: () => undefined, lost: () => undefined };
  for (const bytes of mixedPool(poolSize)) decoder.read(bytes, sink);
  return flows;
}

let fresh = 0;

function withNewUrl(flow: Flow): Flow {
  if (flow.l7?.protocol !== "http") return flow;
  const url = `http://shop/v1/orders/${fresh++}/items?user=${fresh}`;
  return { ...flow, l7: { ...flow.l7, url }, summary: `HTTP/1.1 PUT ${url}` };
}

function perFlow(flows: readonly Flow[], redact: (flow: Flow) => Flow): number {
  return median(() => time(flows, redact));
}

function median(measure: () => number): number {
  return quantile(
    Array.from({ length: rounds }, () => measure()),
    50,
  );
}

/** Microseconds per flow. The verdicts are added up, so that nothing can be left out. */
function time(flows: readonly Flow[], redact: (flow: Flow) => Flow): number {
  let verdicts = 0;
  const start = performance.now();
  for (const flow of flows) verdicts += redact(flow).verdict;
  const ms = performance.now() - start;
  if (verdicts === 0) throw new Error("there were no flows");
  return (ms * 1000) / flows.length;
}

/** A service map: what its reducer costs for each flow beside going through the flows alone, and what its picture costs. */
import type { Flow } from "../../src/analysis/flow.ts";
import { createServiceMapReducer } from "../../src/analysis/service-map/reducer.ts";
import { createPainter } from "../../src/charts/painter.ts";
import type { MapChart, MapLine } from "../../src/message/service-map.ts";
import { createDecoder } from "../../src/sources/hubble/decode.ts";
import { randomFrom } from "../fixtures/random.ts";
import { quantile } from "../support/quantile.ts";
import { mixedPool, poolFrom, poolTo } from "./flow-pool.ts";
import type { Row } from "./row.ts";

const pool = 20_000;
const rounds = 30;
const pictures = 30;

export async function benchMap(): Promise<Row[]> {
  const flows: Flow[] = [];
  const decoder = createDecoder();
  const sink = { flow: (flow: Flow) => void flows.push(flow), nodes: () => undefined, lost: () => undefined };
  for (const bytes of mixedPool(pool)) decoder.read(bytes, sink);
  const costs = Array.from({ length: rounds }, () => {
    const reducer = createServiceMapReducer({ window: { from: poolFrom, to: poolTo }, top: 60, all: false });
    const start = performance.now();
    for (const flow of flows) reducer.add(flow);
    reducer.finish();
    return ((performance.now() - start) / flows.length) * 1_000;
  });
  const painter = createPainter();
  try {
    const times: number[] = [];
    for (let n = 0; n < pictures; n++) {
      const start = performance.now();
      await painter.paint(chart(50, 62, n));
      times.push(performance.now() - start);
    }
    return [
      { name: "service map, CPU of the reducer, p50", value: quantile(costs, 50), unit: "µs per flow" },
      { name: "map of 50 workloads as a picture, p50", value: quantile(times, 50), unit: "ms" },
      { name: "map of 50 workloads as a picture, worst", value: Math.max(...times), unit: "ms", goal: "< 5,000" },
    ];
  } finally {
    await painter.close();
  }
}

function chart(count: number, edges: number, seed: number): MapChart {
  const random = randomFrom(seed);
  const line = (from: number, to: number): MapLine => ({
    ...{ from: `shop/service-${from}`, to: `shop/service-${to}`, port: "8080/TCP", rate: 1 + random.below(900) },
    ...{ lost: random.chance(0.1) ? 0.4 : 0, l7: random.chance(0.2) ? 0.4 : 0 },
  });
  const window = { from: poolFrom, to: poolTo };
  const lines = Array.from({ length: edges }, (_, n) => {
    const to = n < count - 1 ? n + 1 : 1 + random.below(count - 1);
    return line(random.below(Math.ceil(to * 0.6)), to);
  });
  return { kind: "map", title: "ns/shop: who talks to whom in 5m", window, home: "shop", edges: lines };
}

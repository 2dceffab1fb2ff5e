/** A large cluster's flows held against its policies as `whatif` does it: before and after, in the thread, handed over and back. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { NamedEnd } from "../../src/policy/replay/observed.ts";
import { createReplayer } from "../../src/sources/replay/replayer.ts";
import { type TableRow, tableProtocols } from "../../src/sources/replay/table.ts";
import type { ReplayTask } from "../../src/sources/replay/task.ts";
import { endpoints, policies, tuples } from "./policy.ts";
import type { Row } from "./row.ts";

export async function benchReplay(): Promise<Row[]> {
  const task = largeTask();
  const replayer = createReplayer();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  global.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  try {
    delay.enable();
    const start = performance.now();
    const { whatif } = await replayer.run(task, AbortSignal.timeout(60_000));
    const seconds = (performance.now() - start) / 1_000;
    delay.disable();
    const change = whatif?.change;
    if (!change || change.flows < task.table.rows.length) throw new Error("not every flow was replayed");
    const number = (value: number) => value.toLocaleString("en");
    const said = `${number(change.stillAllowed)} allowed, ${number(change.stillDenied)} denied, ${number(change.newlyDenied.flows + change.newlyAllowed.flows)} changed`;
    return [
      {
        ...{ name: `whatif: 1,000 policies × 5,000 endpoints × 100,000 flows (${said})`, value: seconds, unit: "s" },
        goal: "< 10 s",
      },
      {
        name: "memory grown meanwhile, thread and process",
        value: (most - before) / 2 ** 20,
        unit: "MB",
        goal: "< 300 MB",
      },
      { name: "longest stop of the process beside it", value: delay.max / 1e6, unit: "ms", goal: "< 100 ms" },
    ];
  } finally {
    clearInterval(watching);
    await replayer.close();
  }
}

function largeTask(): ReplayTask {
  const ends = endpoints();
  const flows = tuples(ends);
  const all = [...new Set([...ends, ...flows.flatMap(({ from, to }) => [from, to])])];
  const at = new Map(all.map((end, index) => [end, index]));
  const rows = flows.map(({ from, to, protocol, port }): TableRow => {
    const name = tableProtocols.indexOf(protocol as (typeof tableProtocols)[number]);
    return [at.get(from) ?? 0, at.get(to) ?? 0, name, port, 0, -1, 1];
  });
  const named = all.map((end, index): NamedEnd => ({ ...end, name: `ns/w${index % 2_000}`, target: false }));
  const spec = { endpointSelector: {}, egressDeny: [{ toEntities: ["world"] }] };
  const proposed = { kind: "CiliumNetworkPolicy", namespace: "ns-1", name: "proposed", spec, specs: undefined };
  return {
    kind: "whatif",
    table: { ends: named, requests: [], rows, shed: 0 },
    world: { objects: policies(), settings: {}, known: named },
    policies: [proposed],
  };
}

import { afterEach, expect, test } from "vitest";
import { createReplayer, type Replayer } from "../../../src/sources/replay/replayer.ts";
import type { TableRow } from "../../../src/sources/replay/table.ts";
import { type ReplayTask, runTask } from "../../../src/sources/replay/task.ts";
import { named } from "../../policy/suggest/seen.ts";
import { cnp, pod } from "../../support/policies.ts";

const open: Replayer[] = [];
afterEach(async () => {
  for (const replayer of open.splice(0)) await replayer.close();
});

function replayerHere(): Replayer {
  const replayer = createReplayer();
  open.push(replayer);
  return replayer;
}

/** `rows` different flows, each seen twice, half of them to a pod that the policy closes. */
function taskOf(rows: number): ReplayTask {
  const ends = [
    named("shop/web", pod({ app: "web" }, "shop")),
    named("shop/db", pod({ app: "db" }, "shop")),
    named("shop/cache", pod({ app: "cache" }, "shop")),
  ];
  return {
    kind: "whatif",
    table: {
      ...{ ends, requests: [], shed: 0 },
      rows: Array.from({ length: rows }, (_, at): TableRow => [0, 1 + (at % 2), 0, 1 + at, 0, -1, 2]),
    },
    world: { objects: [], settings: {}, known: ends },
    policies: [cnp("closed", { endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] }, "shop")],
  };
}

test("a thread gives the same as the work itself", async () => {
  const task = taskOf(4_000);
  const result = await replayerHere().run(task, AbortSignal.timeout(20_000));
  expect(result).toEqual(JSON.parse(JSON.stringify(runTask(task))));
  expect(result.whatif?.change).toMatchObject({ flows: 8_000, stillAllowed: 4_000, newlyDenied: { flows: 4_000 } });
  expect(result.whatif?.change?.newlyDenied).toMatchObject({ folded: 1_990, bySeen: { passed: 4_000 } });
});

test("several wait for each other, and all are answered", async () => {
  const replayer = replayerHere();
  const signal = AbortSignal.timeout(20_000);
  const results = await Promise.all([3_000, 2_000, 10].map((rows) => replayer.run(taskOf(rows), signal)));
  expect(results.map(({ whatif }) => whatif?.change?.flows)).toEqual([6_000, 4_000, 20]);
});

test("one that is given up ends its thread, and the next gets one of its own", async () => {
  const replayer = replayerHere();
  const given = new AbortController();
  const first = replayer.run(taskOf(50_000), given.signal);
  given.abort();
  await expect(first).rejects.toMatchObject({ code: "TIMEOUT" });
  const next = await replayer.run(taskOf(2_000), AbortSignal.timeout(20_000));
  expect(next.whatif?.change?.flows).toBe(4_000);
});

test("closing refuses what runs and what waits", async () => {
  const replayer = createReplayer();
  const signal = AbortSignal.timeout(20_000);
  const waiting = [replayer.run(taskOf(50_000), signal), replayer.run(taskOf(50_000), signal)].map((one) =>
    one.catch((error: unknown) => error),
  );
  await replayer.close();
  for (const one of await Promise.all(waiting)) expect(one).toMatchObject({ code: "TIMEOUT" });
});

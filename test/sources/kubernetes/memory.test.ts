import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createKubernetes } from "../../../src/sources/kubernetes/kubernetes.ts";
import { startApiServer, until } from "./api-server.ts";
import { named, paths, pod, resourceCount } from "./objects.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

test("memory is flat over lists and holds the fields alone", async () => {
  await using server = await startApiServer();
  const ballast = { containers: Array.from({ length: 4 }, (_, at) => ({ name: `c${at}`, env: "x".repeat(1_000) })) };
  for (let at = 0; at < 3_000; at++) {
    const name = `app-${at % 100}`;
    const owner = ["ReplicaSet", `${name}-5d4f`] as const;
    const labels = { app: name, "pod-template-hash": "5d4f" };
    server.upsert(
      paths.pods,
      pod({ name: `${name}-5d4f-${at}`, labels, owner, spec: ballast, ip: `10.0.${at >> 8}.${at & 255}` }),
    );
    server.upsert(paths.replicaSets, named("default", `${name}-5d4f`, ["Deployment", name]));
  }
  const before = heap();
  const kubernetes = createKubernetes({
    name: "test",
    kubeconfig: server.kubeconfig,
    timing: { backoffMs: 5, maxBackoffMs: 10 },
  });
  await kubernetes.ready(AbortSignal.timeout(30_000));
  await until(() => server.openWatches() === resourceCount, 20_000);
  const first = heap();
  const lists = () => server.seen.filter(({ path, query }) => path === paths.pods && !query.has("watch")).length;
  for (let round = 0; round < 8; round++) {
    const wanted = lists() + 6;
    server.expire();
    await until(() => lists() >= wanted && server.openWatches() === resourceCount, 20_000);
  }
  const last = heap();
  server.seen.length = 0;
  await kubernetes.close();
  // The library (some 20 MB), the index (3,000 pods of 5 kB each on the wire), and no growth from list to list.
  expect(first - before).toBeLessThan(45);
  expect(last - first).toBeLessThan(5);
}, 120_000);

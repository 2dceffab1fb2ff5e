import { expect, test } from "vitest";
import { createDropsReducer } from "../../src/analysis/drops-reducer.ts";
import { endpoint, http, makeFlow, world } from "../fixtures/flows/make.ts";
import { reduce, request, verdict, window } from "./reducing.ts";

test("beyond the rows asked for, pairs are folded and their packets counted", () => {
  const flows = Array.from({ length: 30 }, (_, index) => makeFlow({ destinationPort: 1_000 + (index % 20) }));
  const summary = reduce(flows, { top: 10 });
  expect(summary.pairs).toHaveLength(10);
  expect(summary.folded).toEqual({ pairs: 10, packets: 10 });
  expect(summary.pairs.map(({ port, packets }) => [port, packets])[0]).toEqual([1_000, 2]);
});

test("totals are exact over a scan of a hundred thousand sources", () => {
  const reducer = createDropsReducer({ window, top: 10, buckets: 10 });
  for (let index = 0; index < 100_000; index++)
    reducer.add(
      makeFlow({ source: world, sourceIp: `100.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}` }),
    );
  const { packets, byReason, pairs, folded } = reducer.finish();
  expect(packets).toBe(100_000);
  expect(byReason).toEqual({ POLICY_DENIED: 100_000 });
  expect(pairs.reduce((sum, pair) => sum + pair.packets, 0) + folded.packets).toBe(100_000);
});

test("hostile names, labels and logs do not make a finding large", () => {
  const long = "x".repeat(100_000);
  const labels = Array.from({ length: 500 }, (_, index) => `k8s:${"k".repeat(200)}${index}=v`);
  const flows = Array.from({ length: 200 }, (_, index) => [
    makeFlow({
      source: endpoint({ namespace: long, pod: `${index}${long}`, labels }),
      destination: endpoint({ labels }),
      destinationIp: long,
      dropReason: index,
    }),
    verdict({ policyLog: [long], deniedBy: [{ kind: long, namespace: long, name: `${index}${long}` }] }),
    request({ l7: http({ method: long, url: `http://d/${index}/${long}?${long}` }) }),
  ]).flat();
  const summary = reduce(flows, { top: 10_000 });
  expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThan(256 * 1024);
});

test("more reasons than there are do not make more keys", () => {
  const flows = Array.from({ length: 2_000 }, (_, index) => makeFlow({ dropReason: 1_000 + index }));
  const { byReason } = reduce(flows);
  expect(Object.keys(byReason).length).toBeLessThan(310);
  expect(Object.values(byReason).reduce((sum, count) => sum + count, 0)).toBe(2_000);
});

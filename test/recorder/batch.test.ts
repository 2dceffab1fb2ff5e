import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Flow } from "../../src/analysis/flow.ts";
import { createBatch, readBatch } from "../../src/recorder/batch.ts";
import { createSeen } from "../../src/recorder/seen.ts";
import { createDecoder } from "../../src/sources/hubble/decode.ts";
import { mixedPool } from "../bench/flow-pool.ts";
import { endpoint, makeFlow, noon } from "../fixtures/flows/make.ts";

const compress = (text: string) => deflateRawSync(Buffer.from(text));

async function thereAndBack(flows: readonly Flow[]): Promise<Flow[]> {
  const batch = createBatch();
  for (const flow of flows) batch.add(flow);
  return await readBatch(batch.payload());
}

const everything = makeFlow({
  time: noon + 0.25,
  uuid: "5db59e3d-0a5c-40c2-b8a5-257f84b18e45",
  source: endpoint({ cluster: "a", labels: ['k8s:a=\u0000\u2028"\\', "__proto__"] }),
  sourceNames: ["one.example"],
  destinationNames: ["two.example"],
  sourceService: { namespace: "a", name: "b" },
  destinationService: { namespace: "c", name: "d" },
  isReply: false,
  policyMatchType: 3,
  summary: "TCP Flags: SYN",
  l7: {
    ...{ kind: "request", latencyNs: 5, protocol: "http", code: 403, method: "PUT", url: "/…", version: "HTTP/1.1" },
    headers: [{ key: "host", value: "…" }],
  },
  deniedBy: [{ kind: "NetworkPolicy", namespace: "default", name: "deny" }],
  allowedBy: [{ kind: "", namespace: "", name: "allow" }],
  policyLog: ["text"],
  details: {
    ...{ stamp: { seconds: 1_763_640_000, nanos: 250_001 }, hasIp: true, authType: 1, socketPoint: 2, capturePoint: 3 },
    ethernet: { source: "00:00:00:00:00:01", destination: "00:00:00:00:00:02" },
    ...{ sourceXlated: "192.168.10.101", tcpFlags: 18 },
  },
});

test("a flow comes back as it was, with all its fields and with none", async () => {
  const bare = makeFlow({
    ...{ time: noon, source: endpoint(), destination: endpoint(), sourceIp: "", destinationIp: "", protocol: "" },
    details: { stamp: null, hasIp: false, ethernet: undefined, authType: 0, socketPoint: 0, capturePoint: 0 },
  });
  const back = await thereAndBack([bare, everything]);
  expect(back).toEqual([bare, everything]);
});

test("what Hubble's wire gives comes back as it was, in the order of time, in a tenth of its bytes", async () => {
  const flows: Flow[] = [];
  const decoder = createDecoder({ everything: true });
  const pool = mixedPool(1_000);
  for (const bytes of pool)
    decoder.read(bytes, { flow: (flow) => flows.push(flow), nodes: () => undefined, lost: () => undefined });
  expect(await thereAndBack([...flows].reverse())).toEqual(flows);
  const batch = createBatch();
  for (const flow of flows) batch.add(flow);
  const payload = batch.payload();
  expect(payload.length * 10).toBeLessThan(pool.reduce((sum, { length }) => sum + length, 0));
  expect({ from: batch.from, to: batch.to, count: batch.count }).toEqual({
    from: flows[0]?.time,
    to: flows.at(-1)?.time,
    count: 1_000,
  });
});

test("bytes that are no batch are refused", async () => {
  await expect(readBatch(Buffer.from("no"))).rejects.toThrow();
  await expect(readBatch(compress("[]"))).rejects.toThrow();
  await expect(readBatch(compress('{"v":2,"e":[],"f":[]}'))).rejects.toThrow("version 2");
  await expect(readBatch(compress("0".repeat(40 * 1024 * 1024)))).rejects.toThrow();
});

test("flows are known again by id, or by what they say where they have none, as far as memory reaches", () => {
  const seen = createSeen(10);
  const ids = Array.from({ length: 25 }, (_, index) => makeFlow({ uuid: `id-${index}` }));
  expect(ids.every((flow) => seen.add(flow))).toBe(true);
  expect(ids.slice(-10).some((flow) => seen.add(flow))).toBe(false);
  expect(seen.add(makeFlow({ time: noon + 1 }))).toBe(true);
  expect(seen.add(makeFlow({ time: noon + 1 }))).toBe(false);
  expect(seen.add(makeFlow({ time: noon + 2 }))).toBe(true);
});

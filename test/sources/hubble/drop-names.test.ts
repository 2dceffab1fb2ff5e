import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRedaction } from "../../../src/analysis/redact.ts";
import { createRelay, type Relay } from "../../../src/lab/relay/create.ts";
import type { Faults } from "../../../src/lab/relay/faults.ts";
import { createWorld } from "../../../src/lab/world/create.ts";
import { createHubble, type Hubble } from "../../../src/sources/hubble/client.ts";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import type { DropsFinding, FlowsQuestion } from "../../../src/sources/question.ts";
import { packet, play, startRelay } from "../../fixtures/flows/relay.ts";
import { connected, window as noonMinute, select } from "./asking.ts";

const now = Date.UTC(2026, 10, 20, 12);
const window = { from: now - 300_000, to: now };
const world = createWorld({ seed: 7, now, steps: [], scenarios: ["paths", "webpod"] });
const address = "198.51.100.7";
const toName = { name: "holonet.example.org" };

let relay: Relay;
let hubble: Hubble;
beforeAll(async () => {
  relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: false } });
});
afterAll(async () => {
  await hubble.close();
  await relay.close();
});

async function ask(more: Partial<FlowsQuestion> = {}): Promise<DropsFinding> {
  const question = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 20, ...more } as const;
  return (await hubble.answer(question, AbortSignal.timeout(20_000))) as DropsFinding;
}

const outsideOf = ({ drops }: DropsFinding, source: string, destination = address) =>
  drops?.pairs.find((pair) => pair.source === source && pair.destination === destination)?.outside;

async function withFault<Result>(faults: Partial<Faults>, use: () => Promise<Result>): Promise<Result> {
  const before = relay.faults();
  await relay.setFaults(faults);
  try {
    return await use();
  } finally {
    await relay.setFaults(before);
  }
}

/** The last lookup and the last drop, in the world's own records. */
function lastOnes(): { readonly answered: number; readonly dropped: number } {
  let [answered, dropped] = [0, 0];
  for (const { flow } of world.flows("k8s-w1", window.from, window.to)) {
    const { seconds = 0, nanos = 0 } = (flow?.time ?? {}) as { seconds?: number | string; nanos?: number };
    const time = Number(seconds) * 1_000 + nanos / 1e6;
    if (flow?.destination?.podName === "droid" && flow.l7?.dns?.ips?.includes(address))
      answered = Math.max(answered, time);
    if (flow?.verdict === 2 && flow.eventType?.type === 1 && flow.IP?.destination === address)
      dropped = Math.max(dropped, time);
  }
  return { answered, dropped };
}

test("an address that the agent has forgotten: its name, and when the last answer before the drop ran out", async () => {
  const finding = await ask();
  const outside = outsideOf(finding, "hoth/droid");
  expect(outside).toMatchObject({ ...toName, answer: { ttl: 5 } });
  // It tries the address again twenty seconds after each lookup, and the answer held five.
  expect(outside?.answer?.lateMs).toBeGreaterThanOrEqual(14_900);
  expect(outside?.answer?.lateMs).toBeLessThanOrEqual(16_500);
  const { dropped } = lastOnes();
  expect(Date.parse(outside?.answer?.at ?? "")).toBeLessThanOrEqual(dropped - 19_900);
  expect(
    finding.drops?.pairs.filter(({ destination }) => destination.includes("/")).every((pair) => !pair.outside),
  ).toBe(true);
});

test("where one name is of interest, addresses are held against that one alone", async () => {
  expect(outsideOf(await ask({ named: toName.name }), "hoth/droid")).toMatchObject(toName);
  expect((await ask({ named: "www.example.org" })).drops?.pairs.every(({ outside }) => !outside)).toBe(true);
});

test("nothing is asked for where nothing was dropped on its way out", async () => {
  await using scripted = await startRelay({ flows: play(connected) });
  const other = createHubble({ name: "lab", address: scripted.address, tls: { enabled: false } });
  await other.answer(
    { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 5 },
    AbortSignal.timeout(20_000),
  );
  await other.close();
  expect(scripted.requests).toHaveLength(1);
});

test("a place that may see one namespace learns names from its own flows alone", async () => {
  expect(outsideOf(await ask({ visible: ["hoth"] }), "hoth/droid")).toMatchObject(toName);
  expect((await ask({ visible: ["default"] })).drops?.pairs.some(({ outside }) => outside?.name === toName.name)).toBe(
    false,
  );
});

test("where answers may be missing, none is called expired", async () => {
  const losses = [{ node: "k8s-w2", count: 12, source: "HUBBLE_RING_BUFFER" as const }];
  expect(outsideOf(await withFault({ losses }, () => ask()), "hoth/droid")).toEqual({ ...toName, answer: null });
  const missing = await withFault({ unavailableNodes: ["k8s-w2"] }, () => ask());
  expect(outsideOf(missing, "hoth/droid")).toEqual({ ...toName, answer: null });
});

describe("of drops to one name", () => {
  const name = "api.example.com";
  const to = (destination: string, destinationNames: readonly string[]): GetFlowsResponse => {
    const { flow, ...rest } = packet(1_000);
    const world = { identity: 2, labels: ["reserved:world"] };
    return {
      ...rest,
      flow: { ...flow, IP: { source: "172.20.1.61", destination }, destination: world, destinationNames },
    };
  };
  const drops = play(
    connected,
    to("203.0.113.1", ["cdn.example.net", `${name}.`]),
    to("203.0.113.2", ["other.example.com"]),
    to("203.0.113.3", []),
  );

  test.each([
    ["as it is", undefined, name],
    ["hidden like others", ["name:*.example.com"], "….example.com"],
  ])(
    "it is told of those that go by it, also beside another, and the rest are addresses: %s",
    async (_, deny, shown) => {
      await using scripted = await startRelay({ flows: drops });
      const other = createHubble({
        ...{ name: "lab", address: scripted.address, tls: { enabled: false } },
        ...(deny && { redaction: createRedaction({ deny }) }),
      });
      const question = { source: "hubble", ask: "drops", cluster: "lab", select, window: noonMinute, top: 5 } as const;
      const finding = (await other.answer({ ...question, named: name }, AbortSignal.timeout(20_000))) as DropsFinding;
      await other.close();
      const pairs = (finding.drops?.pairs ?? []).map(({ destination, outside }) => [destination, outside?.name]);
      expect(pairs.toSorted()).toEqual([
        ["203.0.113.2", undefined],
        ["203.0.113.3", undefined],
        [shown, shown],
      ]);
    },
  );
});

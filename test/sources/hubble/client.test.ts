import { describe, expect, test } from "vitest";
import type { Target } from "../../../src/analysis/target.ts";
import { BotError } from "../../../src/errors.ts";
import { type GetFlowsResponse, msTimestamp } from "../../../src/sources/hubble/wire.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { fail, nodes, packet, play, type RelayScript, stall, startRelay, status } from "../../fixtures/flows/relay.ts";
import { answerOf, ask, connected, failureOf, hubbleAt, select, window } from "./asking.ts";

describe("the request", () => {
  test("has the window, a mask with time and node, filters, and no number", async () => {
    await using relay = await startRelay({ flows: play(connected) });
    await ask(hubbleAt(relay.address), { last: 5 });
    const [request] = relay.requests;
    expect(request).toMatchObject({
      number: 0,
      follow: false,
      first: false,
      since: msTimestamp(window.from),
      until: msTimestamp(window.to),
      fieldMask: { paths: expect.arrayContaining(["time", "node_name", "drop_reason_desc", "policy_log"]) },
    });
    expect(request?.whitelist?.length).toBeGreaterThan(0);
  });

  test("is not sent for a target that the cluster does not know", async () => {
    await using relay = await startRelay({ flows: play(connected) });
    const target: Target = { kind: "name", namespace: undefined, name: "deathstar" };
    for (const resolution of [
      { status: "ambiguous", text: "deathstar", candidates: ["deploy/a/deathstar", "deploy/b/deathstar"] },
      { status: "unknown", text: "deathstar", near: [] },
    ] as const) {
      const finding = await ask(hubbleAt(relay.address, { resolve: async () => resolution }), {
        select: { ...select, target },
      });
      expect(finding).toEqual({ ask: "drops", resolution, drops: null, coverage: null });
    }
    expect(relay.requests).toEqual([]);
  });

  test("goes by the target's text when the cluster cannot be asked", async () => {
    await using relay = await startRelay({ flows: play(connected, packet()) });
    const target: Target = { kind: "name", namespace: undefined, name: "deathstar" };
    const resolve = async () => {
      throw new BotError("UNREACHABLE", "no", { say: "The API server is away." });
    };
    const finding = await ask(hubbleAt(relay.address, { resolve }), { select: { ...select, target } });
    expect(finding.resolution).toEqual({ status: "unresolved", target, because: "The API server is away." });
    expect(finding.drops?.packets).toBe(1);
  });
});

describe("an answer", () => {
  test("counts what the server should have left out only when it belongs", async () => {
    const other: GetFlowsResponse = { flow: { ...packet().flow, verdict: 1, eventType: { type: 4 } } };
    const { drops } = await answerOf({ flows: play(connected, packet(-1), packet(0), other, packet(60_000)) });
    expect(drops?.packets).toBe(1);
  });

  test("names workloads of far ends as Kubernetes knows them", async () => {
    await using relay = await startRelay({ flows: play(connected, packet()) });
    const workloadOf = (_: string, pod: string) =>
      pod === "xwing" ? undefined : { kind: "Deployment", name: "deathstar" };
    const { drops } = await ask(hubbleAt(relay.address, { workloadOf }));
    expect(drops?.pairs[0]).toMatchObject({ source: "default/xwing", destination: "default/deathstar" });
  });

  test("has nodes that are away and lost events in its coverage", async () => {
    const lost = { lostEvents: { source: 1, numEventsLost: 7 }, nodeName: "a" };
    const { coverage, drops } = await answerOf({
      flows: play(connected, nodes("unavailable", ["c"]), lost, packet(), lost),
    });
    expect(coverage).toMatchObject({
      nodes: { answered: 2, total: 3, missing: ["c"] },
      lost: { PERF_EVENT_RING_BUFFER: 14 },
      shed: 0,
      truncated: false,
    });
    expect(drops?.packets).toBe(1);
  });

  test("counts broken messages as shed and goes on", async () => {
    const broken = Buffer.from([10, 200, 1, 2]);
    const { coverage, drops } = await answerOf({ flows: play(connected, packet(), broken, packet(1), broken) });
    expect([drops?.packets, coverage?.shed, coverage?.truncated]).toEqual([2, 2, false]);
  });

  test("says from where on every node has its flows", async () => {
    const oldest = play(connected, packet(-90_000, "a"), packet(-30_000, "b"));
    const { coverage } = await answerOf({ flows: play(connected, packet()), oldest });
    expect(coverage?.oldest).toBe(new Date(noon - 30_000).toISOString());
  });

  test("does not wait for oldest flows that do not come", async () => {
    const start = performance.now();
    const { coverage } = await answerOf({
      flows: play(connected, packet(5_000, "a"), packet(9_000, "b")),
      oldest: stall(),
    });
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(coverage?.oldest).toBe(new Date(noon + 9_000).toISOString());
  });

  test("to the newest N is the newest over all nodes", async () => {
    const flows = [0, 3_000, 1_000, 5_000, 4_000].map((after, index) => packet(after, index % 2 === 0 ? "a" : "b"));
    const { drops } = await answerOf({ flows: play(connected, ...flows) }, { last: 2 });
    expect([drops?.packets, drops?.pairs[0]?.first]).toEqual([2, new Date(noon + 4_000).toISOString()]);
  });

  test("is the same for questions that run at the same time", async () => {
    await using relay = await startRelay({
      flows: play(connected, ...Array.from({ length: 500 }, (_, at) => packet(at))),
    });
    const hubble = hubbleAt(relay.address);
    const findings = await Promise.all(Array.from({ length: 8 }, () => ask(hubble)));
    expect(findings.map(({ drops }) => drops?.packets)).toEqual(new Array(8).fill(500));
  });
});

describe("a mask that an agent does not know", () => {
  const message = 'invalid fieldmask: proto: "policy_log" not found';
  const refusesLog = (call: Parameters<RelayScript["flows"]>[0]) => {
    const isRefused = call.request.fieldMask?.paths?.includes("policy_log") === true;
    play(connected, ...(isRefused ? [packet(), nodes("error", ["b"], message)] : [packet(), packet(1)]))(call);
  };

  test("is asked again without the newest fields, and nothing counts twice", async () => {
    await using relay = await startRelay({ flows: refusesLog });
    const hubble = hubbleAt(relay.address);
    expect((await ask(hubble)).drops?.packets).toBe(2);
    expect(relay.requests).toHaveLength(2);
    expect(relay.requests[1]?.fieldMask?.paths).toEqual(
      expect.arrayContaining(["time", "node_name", "egress_denied_by"]),
    );
    expect((await ask(hubble)).coverage?.nodes.missing).toEqual([]);
    expect(relay.requests).toHaveLength(3);
  });

  test("leads to no mask at all when every mask is refused", async () => {
    const refusesAny: RelayScript["flows"] = (call) =>
      call.request.fieldMask === null
        ? play(connected, packet())(call)
        : fail(status.INVALID_ARGUMENT, "invalid fieldmask")(call);
    await using relay = await startRelay({ flows: refusesAny });
    expect((await ask(hubbleAt(relay.address))).drops?.packets).toBe(1);
    expect(relay.requests.map(({ fieldMask }) => fieldMask?.paths?.length ?? 0)).toEqual([21, 20, 0]);
  });

  test("is not asked for ever", async () => {
    const failure = await failureOf({ flows: fail(status.INVALID_ARGUMENT, "invalid fieldmask") });
    expect(failure.code).toBe("REFUSED");
  });
});

test("Relay's status is read", async () => {
  const serverStatus = {
    version: "hubble-relay v1.19.4",
    numFlows: 12_285,
    maxFlows: 12_285,
    seenFlows: 2 ** 40,
    uptimeNs: 3.6e12,
    numConnectedNodes: { value: 2 },
    numUnavailableNodes: { value: 1 },
    unavailableNodes: ["k8s-w1"],
    flowsRate: 35.77,
  };
  await using relay = await startRelay({ flows: play(), serverStatus });
  expect(await hubbleAt(relay.address).status(AbortSignal.timeout(20_000))).toEqual({
    version: "hubble-relay v1.19.4",
    connectedNodes: 2,
    unavailableNodes: 1,
    unavailable: ["k8s-w1"],
    flows: 12_285,
    maxFlows: 12_285,
    seenFlows: 2 ** 40,
    flowsRate: 35.77,
    uptimeMs: 3_600_000,
  });
});

test("a status that does not come ends at its deadline", async () => {
  await using relay = await startRelay({ flows: play() });
  await expect(hubbleAt(relay.address).status(AbortSignal.timeout(100))).rejects.toMatchObject({ code: "TIMEOUT" });
});

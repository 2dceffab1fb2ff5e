/** A follow of a Relay that says what a test tells it to. */
import { afterEach, describe, expect, test } from "vitest";
import type { GetFlowsResponse, ServerStatusResponse } from "../../../src/sources/hubble/wire.ts";
import type { FollowFinding, FollowQuestion, Progress, Running } from "../../../src/sources/question.ts";
import { noon } from "../../fixtures/flows/make.ts";
import {
  type Call,
  fail,
  nodes,
  packet,
  play,
  type Script,
  type ScriptedRelay,
  stall,
  startRelay,
  status,
} from "../../fixtures/flows/relay.ts";
import { conditions, hubbleAt, select } from "./asking.ts";

/** A whole second, lately: a follow goes by the clock. */
const began = Math.floor(Date.now() / 1_000) * 1_000 - 30_000;
/** Then the rings are read and nothing is waited for. */
const over = began + 25_000;
const both = nodes("connected", ["a", "b"]);

const relays: ScriptedRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay[Symbol.asyncDispose]();
});

interface Given extends Partial<FollowQuestion> {
  readonly running?: Partial<Running>;
  readonly serverStatus?: ServerStatusResponse;
  readonly signal?: AbortSignal;
  /** The rings' first flows; all that was there unless told. */
  readonly oldest?: Script;
}

interface Followed {
  readonly finding: FollowFinding;
  readonly relay: ScriptedRelay;
}

async function follow(flows: Script, given: Given = {}): Promise<Followed> {
  const { running, serverStatus, signal = AbortSignal.timeout(30_000), oldest = rings(-1), ...more } = given;
  const relay = await startRelay({ flows, oldest, ...(serverStatus && { serverStatus }) });
  relays.push(relay);
  const question: FollowQuestion = {
    ...{ source: "hubble", ask: "follow", cluster: "lab", select, conditions, print: { node: false, numeric: false } },
    ...{ since: began, until: Date.now() + 300, most: 1_000_000, lines: 10, ...more },
  };
  const carried = { stop: new AbortController().signal, progress: () => undefined, keep: async () => "id", ...running };
  const finding = await hubbleAt(relay.address).answer(question, signal, carried);
  return { finding: finding as FollowFinding, relay };
}

/** A stream that follows goes on; one with an end ends, as Relay does. */
const live =
  (...responses: readonly GetFlowsResponse[]): Script =>
  (call) =>
    call.request.follow ? stall(...responses)(call) : play(...responses)(call);

const seen = (after: number, node = "a", more: GetFlowsResponse["flow"] = {}): GetFlowsResponse => {
  const { flow, ...rest } = packet(began - noon + after, node);
  return { ...rest, flow: { ...flow, uuid: `00000000-0000-4000-8000-${String(after).padStart(12, "0")}`, ...more } };
};
/** Their first flow; the node that has none says nothing. */
const rings = (after: number) => play(both, seen(after));
const stamps = (lines: readonly string[] = []) => lines.map((line) => line.slice(0, line.indexOf(": ")));
const clock = (after: number) => new Date(began + after).toISOString().slice(11, 23);

describe("what is counted and shown", () => {
  test("what comes from the moment on, each flow once, the newest ten as lines in the order of time", async () => {
    const sent = [...Array(25).keys()].map((index) => seen(index * 100 + 7));
    const shuffled = [...sent.slice(13), seen(-1), ...sent.slice(0, 13), ...sent.slice(20)];
    const { finding, relay } = await follow(live(both, ...shuffled));

    expect(relay.requests[0]).toMatchObject({ follow: true, number: 0, until: null });
    expect(relay.requests[0]?.since).toMatchObject({ seconds: began / 1_000 });
    expect(finding).toMatchObject({
      endedBy: "time",
      view: { flows: 25, byVerdict: { DROPPED: 25 }, drops: { count: 25, byReason: { POLICY_DENIED: 25 } } },
      coverage: { nodes: { answered: 2, total: 2 }, truncated: false },
    });
    const times = [...Array(10).keys()].map((index) => clock((index + 15) * 100 + 7));
    expect(stamps(finding.view?.lines).map((stamp) => stamp.slice(-12))).toEqual(times);
    expect(finding.view?.lines.at(-1)).toContain("default/xwing");
    expect(finding.view?.lines.at(-1)).toContain("Policy denied DROPPED");
  });

  test("the rate is of the flows' own times: now, and on average", async () => {
    const told: Progress[] = [];
    const perSecond = Date.now() - 12_000;
    // Twenty a second for the ten seconds that are over.
    const sent = [...Array(200).keys()].map((index) => seen(perSecond - began + index * 50));
    const since = perSecond;
    const { finding } = await follow(live(both, ...sent), {
      since,
      running: { progress: (so) => void told.push(so) },
      until: Date.now() + 1_000,
    });

    expect(finding.view?.flows).toBe(200);
    expect(finding.view?.rate.average).toBeCloseTo((200 / ((finding.view?.at ?? 0) - since)) * 1_000, 6);
    const first = told.find(({ view }) => view?.flows === 200)?.view;
    expect(first?.rate.now).toBeGreaterThan(0);
    expect(first?.rate.now).toBeLessThanOrEqual(20.001);
  });

  test("conditions hold on our side too, and nothing of other namespaces is in it", async () => {
    const mine = { source: { namespace: "payments", podName: "api-1" } };
    const policy = { name: "secret-rule", namespace: "other", kind: "CiliumNetworkPolicy" };
    const ours = { ...mine, trafficDirection: 2, egressDeniedBy: [policy] };
    const sent = [seen(1), seen(2, "a", ours), seen(3, "a", { ...ours, verdict: 1 })];
    const { finding, relay } = await follow(live(both, ...sent), {
      ...{ until: over, conditions: { ...conditions, verdicts: [2] }, visible: ["payments"] },
    });

    expect(finding.view).toMatchObject({ flows: 1, pairs: [{ source: "payments/api-1" }] });
    expect(JSON.stringify(finding)).not.toMatch(/secret-rule|xwing/);
    expect(JSON.stringify(relay.requests[0]?.whitelist)).toContain("payments/");
  });

  test("no secret is in a line", async () => {
    const http = { code: 0, method: "GET", url: "http://u:pw@shop/a?user_id=1234", headers: [] };
    const flow = { l7: { type: 1, http }, Summary: "HTTP/1.1 GET http://u:pw@shop/a?user_id=1234" };
    const { finding } = await follow(live(both, seen(1, "a", { ...flow, eventType: { type: 129 } })), { until: over });
    expect(finding.view?.lines[0]).toContain("shop/a");
    expect(JSON.stringify(finding)).not.toMatch(/user_id=\d|pw@/);
  });

  test("lost events, and nodes that go and come back, with when", async () => {
    const told: Progress[] = [];
    const flows: Script = (call) => {
      if (!call.request.follow) return play(both, seen(1))(call);
      call.write(both);
      call.write(seen(1));
      call.write({ lostEvents: { source: 3, numEventsLost: 12 }, nodeName: "a" });
      setTimeout(() => call.write(nodes("unavailable", ["b"])), 100);
      setTimeout(() => call.write(nodes("connected", ["b"])), 1_300);
    };
    const { finding } = await follow(flows, {
      until: Date.now() + 1_500,
      running: { progress: (so) => void told.push(so) },
    });

    expect(finding.view?.nodes.changes.map(({ node, change }) => [node, change])).toEqual([
      ["b", "lost"],
      ["b", "back"],
    ]);
    expect(told.some(({ view }) => view?.coverage.nodes.missing.includes("b"))).toBe(true);
    expect(finding.coverage?.lost).toEqual({ HUBBLE_RING_BUFFER: 12 });
  });
});

describe("how it ends", () => {
  test("by our clock, though the stream goes on", async () => {
    const until = Date.now() + 700;
    const { finding, relay } = await follow(live(both, seen(1)), { until });
    expect(finding).toMatchObject({ endedBy: "time", view: { at: until, flows: 1 } });
    await expect.poll(() => relay.cancelled(), { timeout: 15_000 }).toBeGreaterThan(0);
  });

  test("when somebody stops it, at once, with what there is", async () => {
    const stop = new AbortController();
    const flows = (call: Call) => {
      stall(both, seen(1), seen(2))(call);
      setTimeout(() => stop.abort(), 300);
    };
    const { finding, relay } = await follow(flows, { until: Date.now() + 600_000, running: { stop: stop.signal } });
    expect(finding).toMatchObject({ endedBy: "cancelled", view: { flows: 2 } });
    await expect.poll(() => relay.cancelled(), { timeout: 15_000 }).toBeGreaterThan(0);
  });

  test("with as many flows as are allowed, exactly", async () => {
    const many = [...Array(3_000).keys()].map((after) => seen(after));
    const { finding } = await follow(live(both, ...many), { most: 100, until: Date.now() + 600_000 });
    expect(finding).toMatchObject({ endedBy: "flows", view: { flows: 100 } });
  });

  test("a stream that is behind when its time is over: the rest is read to its end", async () => {
    const { finding } = await follow((call) =>
      (call.request.follow ? stall(both, seen(1)) : play(both, seen(1), seen(2), seen(3)))(call),
    );
    expect(finding).toMatchObject({ endedBy: "time", view: { flows: 3 }, coverage: { truncated: false } });
  });

  test("one that is behind, and whose rest is in the rings no more, says so", async () => {
    const { finding } = await follow((call) => (call.request.follow ? stall : play)(both, seen(1))(call), {
      oldest: rings(9_000),
    });
    expect(finding).toMatchObject({ endedBy: "time", view: { flows: 1 }, coverage: { truncated: true } });
  });

  test("one that is behind misses nothing of a node that tells nothing of it, however fast that one's ring turns", async () => {
    const script: Script = (call) => (call.request.follow ? stall : play)(both, seen(1))(call);
    const quiet = await follow(script, { oldest: play(both, seen(0), seen(9_000, "b")) });
    expect(quiet.finding).toMatchObject({ endedBy: "time", view: { flows: 1 }, coverage: { truncated: false } });
    // It tells of it at last: what was before may be lost.
    const late: Script = (call) =>
      call.request.follow ? stall(both, seen(1))(call) : play(both, seen(1), seen(9_500, "b"))(call);
    const told = await follow(late, { oldest: play(both, seen(0), seen(9_000, "b")) });
    expect(told.finding).toMatchObject({ view: { flows: 2 }, coverage: { truncated: true } });
  });

  test("one that is behind but still comes is read on, until it has come to the end", async () => {
    const until = Date.now() + 200;
    let sent = 0;
    // Three seconds behind, and so many in a moment that it comes to the end two seconds after it.
    const flows: Script = (call) => {
      if (!call.request.follow) return play(both)(call);
      call.write(both);
      const from = Date.now();
      // By the clock: timers of a busy machine come late.
      const sending = setInterval(() => {
        for (const due = (Date.now() - from) / 10; sent < due; sent++)
          call.write(seen(until - began - 3_000 + sent * 10));
      }, 50);
      call.on("cancelled", () => clearInterval(sending));
    };
    const interim: Progress[] = [];
    const { finding } = await follow(flows, {
      ...{ since: until - 3_500, until, running: { progress: (so) => void interim.push(so) }, oldest: rings(0) },
    });

    expect(finding).toMatchObject({ endedBy: "time", view: { at: until, flows: 300 }, coverage: { truncated: false } });
    // Meanwhile it says how far it has come.
    expect(interim.length).toBeGreaterThan(0);
    for (const { view } of interim.slice(0, 1)) expect(view?.at).toBeLessThan(until - 500);
  });

  test("a worker that takes over after the end reads what the rings still hold", async () => {
    const { finding, relay } = await follow(play(both, seen(1), seen(2)), { until: began + 10_000 });
    expect(relay.requests[0]).toMatchObject({ follow: false, until: { seconds: began / 1_000 + 10 } });
    expect(finding).toMatchObject({ endedBy: "time", view: { flows: 2 } });
  });

  test("at the deadline, and says that there may be more", async () => {
    const { finding } = await follow(stall(both, seen(1)), {
      until: Date.now() + 600_000,
      signal: AbortSignal.timeout(500),
    });
    expect(finding).toMatchObject({ view: { flows: 1 }, coverage: { truncated: true } });
  });
});

describe("when Relay fails or changes", () => {
  test("a connection lost in between: it goes on where it was, nothing twice", async () => {
    const streams: Script[] = [
      (call) => {
        for (const one of [both, seen(1), seen(2)]) call.write(one);
        setTimeout(() => fail(status.UNAVAILABLE, "gone")(call), 100);
      },
      live(both, seen(1), seen(2), seen(3)),
    ];
    const rest = live(both, seen(3));
    const { finding, relay } = await follow((call) => (streams.shift() ?? rest)(call), { until: Date.now() + 1_000 });
    expect(finding).toMatchObject({ endedBy: "time", view: { flows: 3 } });
    expect(relay.requests.map(({ follow: on }) => on)).toEqual([true, true, false]);
  });

  test("one that does not come back: what there is, and that it was lost", async () => {
    let calls = 0;
    const flows: Script = (call) => {
      if (calls++ > 0) return fail(status.UNAVAILABLE, "gone")(call);
      for (const one of [both, seen(1)]) call.write(one);
      setTimeout(() => fail(status.UNAVAILABLE, "gone")(call), 100);
    };
    const { finding } = await follow(flows);
    expect(finding).toMatchObject({ endedBy: "lost", view: { flows: 1 }, coverage: { truncated: true } });
  });

  test("one that is not there from the beginning is an error", async () => {
    await expect(follow(fail(status.UNAVAILABLE, "no"))).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(follow(play(nodes("error", ["a", "b"], "broken")))).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("other nodes than at first, of which the stream says nothing: it is opened anew, and they are told", async () => {
    const reach: { -readonly [field in keyof ServerStatusResponse]: ServerStatusResponse[field] } = {
      ...{ numConnectedNodes: { value: 2 }, numUnavailableNodes: { value: 0 }, unavailableNodes: [] },
    };
    let streams = 0;
    const flows: Script = (call) => {
      if (!call.request.follow) return play(both, seen(1))(call);
      if (streams++ > 0) return stall(nodes("connected", ["a"]), nodes("unavailable", ["b"]), seen(1), seen(2))(call);
      stall(both, seen(1))(call);
      setTimeout(() => {
        reach.numConnectedNodes = { value: 1 };
        reach.unavailableNodes = ["b"];
      }, 1_000);
    };
    const stop = new AbortController();
    const progress = ({ view }: Progress) => {
      if ((view?.nodes.changes.length ?? 0) > 0 && view?.flows === 2) stop.abort();
    };
    const { finding } = await follow(flows, {
      ...{ serverStatus: reach, until: Date.now() + 25_000, running: { stop: stop.signal, progress } },
    });
    expect(finding).toMatchObject({
      endedBy: "cancelled",
      view: { flows: 2, nodes: { changes: [{ node: "b", change: "lost" }] } },
      coverage: { nodes: { answered: 1, total: 2, missing: ["b"] } },
    });
  }, 40_000);

  test("a mask that a node refuses is asked for smaller", async () => {
    const { finding, relay } = await follow((call) =>
      call.request.fieldMask?.paths?.includes("policy_log")
        ? stall(both, nodes("error", ["a", "b"], "invalid fieldmask"))(call)
        : live(both, seen(1))(call),
    );
    expect(relay.requests.length).toBeGreaterThan(1);
    expect(finding.view).toMatchObject({ flows: 1, nodes: { changes: [] } });
    expect(finding.coverage).toMatchObject({ nodes: { answered: 2, total: 2 } });
  });
});

test("5,000 flows a second: all counted, the last lines right, what is shown small", async () => {
  const perSecond = 5_000;
  const seconds = 4;
  const start = Date.now();
  let next = 0;
  const send = (call: Call) => {
    const from = next;
    for (; next - from < perSecond / 20; next++) {
      const source = { identity: 1_000 + (next % 40_000), namespace: "load", podName: `client-${next % 40_000}` };
      call.write(
        seen(start - began + Math.floor(next / 5), "a", {
          source,
          uuid: `00000000-0000-4000-8000-${String(next).padStart(12, "0")}`,
        }),
      );
    }
  };
  const flows: Script = (call) => {
    if (!call.request.follow) return play(both)(call);
    call.write(both);
    const sending = setInterval(() => (next < perSecond * seconds ? send(call) : clearInterval(sending)), 50);
    call.on("cancelled", () => clearInterval(sending));
  };
  const stop = new AbortController();
  const sizes: number[] = [];
  const progress = ({ flows: so, view }: Progress) => {
    sizes.push(JSON.stringify(view).length);
    if (so >= perSecond * seconds) stop.abort();
  };
  const { finding } = await follow(flows, {
    ...{ since: Date.now() - 1_000, until: Date.now() + 40_000, running: { stop: stop.signal, progress } },
    signal: AbortSignal.timeout(60_000),
  });

  expect(finding.view?.flows).toBe(perSecond * seconds);
  const last = [...Array(10).keys()].map((index) => `load/client-${perSecond * seconds - 10 + index}:`);
  expect(finding.view?.lines.map((line) => last.find((client) => line.includes(client)))).toEqual(last);
  const { pairs, folded } = finding.view ?? { pairs: [], folded: { flows: 0 } };
  expect(pairs.reduce((sum, pair) => sum + pair.flows, 0) + folded.flows).toBe(perSecond * seconds);
  // A message of it, however many ends there are.
  expect(Math.max(...sizes)).toBeLessThan(8_000);
}, 90_000);

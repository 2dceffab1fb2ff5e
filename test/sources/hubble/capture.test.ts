import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import type { CaptureFinding, CaptureQuestion, Running } from "../../../src/sources/question.ts";
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

/** Flows lie in the last minute, because a capture goes by the clock. */
const began = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
const both = nodes("connected", ["a", "b"]);

const relays: ScriptedRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay[Symbol.asyncDispose]();
});

interface Captured {
  readonly finding: CaptureFinding;
  readonly lines: readonly {
    readonly flow: Record<string, unknown>;
    readonly node_name: string;
    readonly time: string;
  }[];
  readonly text: string;
  readonly relay: ScriptedRelay;
}

/** Of a time that is over, unless told: then the rings are read and nothing is waited for. */
async function capture(
  flows: Script,
  more: Partial<CaptureQuestion> = {},
  running: Partial<Running> = {},
): Promise<Captured> {
  const relay = await startRelay({ flows });
  relays.push(relay);
  const kept: { readonly name: string; readonly body: Buffer }[] = [];
  const question: CaptureQuestion = {
    ...{ source: "hubble", ask: "capture", cluster: "lab", select, conditions, name: "capture.jsonl.gz" },
    ...{ since: began, until: began + 30_000, most: { flows: 1_000, bytes: 1_000_000 }, ...more },
  };
  const carried: Running = {
    stop: new AbortController().signal,
    progress: () => undefined,
    async keep(file) {
      kept.push(file);
      return "id";
    },
    ...running,
  };
  const finding = await hubbleAt(relay.address).answer(question, AbortSignal.timeout(10_000), carried);
  const text = kept[0] ? gunzipSync(kept[0].body).toString("utf8") : "";
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Captured["lines"][number]);
  return { finding: finding as CaptureFinding, lines, text, relay };
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
const bare = (after: number) => packet(began - noon + after);
const timesOf = ({ lines }: Pick<Captured, "lines">) => lines.map(({ time }) => Date.parse(time) - began);

describe("what is asked and kept", () => {
  test("from a moment on, following, without an end of its own; the file holds what lies between", async () => {
    const until = Date.now() + 1_500;
    const end = until - began;
    const captured = await capture(live(both, ...[-1, 0, 5, end - 1, end].map((after) => seen(after))), { until });

    expect(captured.relay.requests[0]).toMatchObject({ follow: true, number: 0, until: null });
    expect(captured.relay.requests[0]?.since).toMatchObject({ seconds: began / 1_000 });
    expect(timesOf(captured)).toEqual([0, 5, end - 1]);
    expect(captured.finding).toMatchObject({ endedBy: "time", to: until });
    expect(captured.finding.file).toMatchObject({ id: "id", name: "capture.jsonl.gz", type: "application/gzip" });
    expect(captured.finding.coverage).toMatchObject({ nodes: { answered: 2, total: 2 }, shed: 0, truncated: false });
  });

  test("the summary counts what is in the file", async () => {
    const forwarded = { verdict: 1, dropReasonDesc: 0, eventType: { type: 4, subType: 0 } };
    const { finding, lines } = await capture(
      play(both, seen(1), seen(2), seen(3, "b", forwarded), seen(4, "b", { verdict: 99 })),
    );

    expect(finding.summary).toMatchObject({ flows: 4, byVerdict: { DROPPED: 2, FORWARDED: 1, "99": 1 } });
    expect(finding.summary?.pairs).toEqual([
      expect.objectContaining({ source: "default/xwing", port: 80, protocol: "TCP", flows: 4, dropped: 2 }),
    ]);
    expect(finding.summary?.drops).toMatchObject({ packets: 2, byReason: { POLICY_DENIED: 2 } });
    expect(lines).toHaveLength(4);
  });

  test("each line is a record as Hubble's own program writes it, without secrets", async () => {
    const l7 = { type: 1, http: { code: 0, method: "GET", url: "http://u:pw@shop/a?user_id=1234", headers: [] } };
    const headers = [{ key: "authorization", value: "Bearer abcdefghijklmnop" }];
    const flow = { l7: { ...l7, http: { ...l7.http, headers } }, Summary: "HTTP/1.1 GET http://shop/a?user_id=1234" };
    const { lines, text } = await capture(play(both, seen(1, "a", { ...flow, eventType: { type: 129 } })));

    expect(lines[0]).toMatchObject({
      flow: { verdict: "DROPPED", drop_reason_desc: "POLICY_DENIED", l4: { TCP: { destination_port: 80 } } },
      node_name: "a",
      time: new Date(began + 1).toISOString(),
    });
    expect(text).toContain("http://shop/a");
    expect(text).not.toMatch(/user_id=\d|pw@|abcdefghijklmnop/);
  });

  test("no line is longer than Hubble's own program reads: labels go first, then the flow, which is told", async () => {
    const labels = Array.from({ length: 400 }, (_, at) => `k8s:l${at}=${"v".repeat(200)}`);
    const sourceNames = Array.from({ length: 4_000 }, (_, at) => `name-${at}.example.com`);
    const captured = await capture(
      play(
        both,
        seen(1, "a", { source: { ...packet().flow?.source, labels } }),
        seen(2, "a", { sourceNames }),
        seen(3),
      ),
    );
    expect(timesOf(captured)).toEqual([1, 3]);
    const sources = captured.lines.map(
      ({ flow }) => flow["source"] as { readonly labels?: unknown; readonly pod_name: string },
    );
    expect(sources).toMatchObject([{ pod_name: "xwing" }, { pod_name: "xwing" }]);
    expect(sources[0]?.labels).toBeUndefined();
    expect(captured.finding).toMatchObject({ summary: { flows: 2 }, coverage: { shed: 1 } });
    expect(Math.max(...captured.text.split("\n").map((line) => Buffer.byteLength(line)))).toBeLessThan(64 * 1024 - 1);
  });

  test("conditions hold on our side too, where a server ignores them", async () => {
    const captured = await capture(play(both, seen(1), seen(2, "a", { verdict: 1 })), {
      conditions: { ...conditions, verdicts: [2] },
      not: { select, conditions: { ...conditions, uuids: ["00000000-0000-4000-8000-000000000003"] } },
    });
    expect(timesOf(captured)).toEqual([1]);
  });

  test("where only some namespaces may be seen, nothing of others is in it", async () => {
    const mine = { source: { namespace: "payments", podName: "api-1" } };
    const policy = { name: "secret-rule", namespace: "other", kind: "CiliumNetworkPolicy" };
    const ours = { ...mine, trafficDirection: 2, egressDeniedBy: [policy] };
    const captured = await capture(play(both, seen(1), seen(2, "a", ours)), { visible: ["payments"] });

    expect(timesOf(captured)).toEqual([2]);
    expect(captured.text).not.toContain("secret-rule");
    expect(captured.finding.summary?.flows).toBe(1);
    expect(JSON.stringify(captured.relay.requests[0]?.whitelist)).toContain("payments/");
  });

  test("no flow is no file", async () => {
    const { finding } = await capture(play(both));
    expect(finding).toMatchObject({ file: null, summary: { flows: 0 }, endedBy: "time" });
  });
});

describe("how it ends", () => {
  const many = Array.from({ length: 3_000 }, (_, after) => seen(after));

  test("with as many flows as are allowed, exactly", async () => {
    const captured = await capture(play(both, ...many), { most: { flows: 100, bytes: 1_000_000 } });

    expect(timesOf(captured)).toEqual(Array.from({ length: 100 }, (_, after) => after));
    expect(captured.finding).toMatchObject({ endedBy: "flows", summary: { flows: 100 } });
    expect(captured.finding.to).toBeLessThanOrEqual(began + 102);
  });

  test("below as many bytes as are allowed, with the summary of what is in it", async () => {
    const random = Array.from({ length: 3_000 }, (_, after) =>
      seen(after, "a", {
        Summary: Array.from({ length: 40 }, (_, at) => ((after * 7919 + at * 104_729) % 9973).toString(36)).join(" "),
      }),
    );
    const { finding, lines } = await capture(play(both, ...random), { most: { flows: 50_000, bytes: 60_000 } });

    expect(finding.endedBy).toBe("bytes");
    expect(finding.file?.bytes).toBeLessThanOrEqual(60_000);
    expect(finding.file?.bytes).toBeGreaterThan(40_000);
    expect(lines.length).toBeGreaterThan(100);
    expect(finding.summary?.flows).toBe(lines.length);
  });

  test("when somebody stops it, with what there is", async () => {
    const stop = new AbortController();
    const flows = (call: Call) => {
      stall(both, seen(1), seen(2))(call);
      setTimeout(() => stop.abort(), 200);
    };
    const captured = await capture(flows, { until: Date.now() + 60_000 }, { stop: stop.signal });

    expect(timesOf(captured)).toEqual([1, 2]);
    expect(captured.finding.endedBy).toBe("cancelled");
    await expect.poll(() => captured.relay.cancelled()).toBeGreaterThan(0);
  });

  test("at the deadline, with what there is, and says that there may be more", async () => {
    const relay = await startRelay({ flows: stall(both, seen(1)) });
    relays.push(relay);
    const question: CaptureQuestion = {
      ...{ source: "hubble", ask: "capture", cluster: "lab", select, conditions, name: "x" },
      ...{ since: began, until: Date.now() + 60_000, most: { flows: 10, bytes: 100_000 } },
    };
    const running = { stop: new AbortController().signal, progress: () => undefined, keep: async () => "id" };
    const finding = await hubbleAt(relay.address).answer(question, AbortSignal.timeout(400), running);

    expect(finding).toMatchObject({ summary: { flows: 1 }, coverage: { truncated: true } });
  });

  test("says how far it is meanwhile", async () => {
    const told: { readonly flows: number }[] = [];
    await capture(live(both, seen(1), seen(2)), { until: Date.now() + 300 }, { progress: (so) => told.push(so) });
    expect(told.at(-1)).toMatchObject({ flows: 2 });
  });
});

describe("when Relay fails", () => {
  test("a connection lost in between: it goes on where it was, nothing twice", async () => {
    const streams: Script[] = [
      (call) => {
        for (const one of [both, seen(1), seen(2)]) call.write(one);
        setTimeout(() => fail(status.UNAVAILABLE, "gone")(call), 100);
      },
      live(both, seen(1), seen(2), seen(3)),
      live(both, seen(3)),
    ];
    const captured = await capture((call) => streams.shift()?.(call), { until: Date.now() + 2_500 });

    expect(timesOf(captured)).toEqual([1, 2, 3]);
    expect(captured.relay.requests.map(({ follow }) => follow)).toEqual([true, true, false]);
    expect(captured.finding.endedBy).toBe("time");
  });

  test("a stream that is far behind when its time is over: the rest is read to its end", async () => {
    const until = Date.now() + 700;
    const captured = await capture(
      (call) => (call.request.follow ? stall(both, seen(1)) : play(both, seen(1), seen(2), seen(3)))(call),
      { until },
    );

    expect(timesOf(captured)).toEqual([1, 2, 3]);
    expect(captured.finding).toMatchObject({ endedBy: "time", coverage: { truncated: false } });
  });

  test("the end that cannot be read is said", async () => {
    const captured = await capture(
      (call) => (call.request.follow ? stall(both, seen(1)) : fail(status.UNAVAILABLE, "gone"))(call),
      { until: Date.now() + 700 },
    );
    expect(captured.finding).toMatchObject({ endedBy: "lost", coverage: { truncated: true } });
  });

  test("a worker that takes over after the end reads what the rings still hold", async () => {
    const { relay, finding, ...captured } = await capture(play(both, seen(1), seen(2)), { until: began + 10_000 });

    expect(relay.requests[0]).toMatchObject({ follow: false, until: { seconds: began / 1_000 + 10 } });
    expect(timesOf(captured)).toEqual([1, 2]);
    expect(finding).toMatchObject({ endedBy: "time", coverage: { truncated: false } });
  });

  test("copies without a uuid are told by the record", async () => {
    const captured = await capture(play(both, bare(1), bare(1), bare(2)));
    expect(timesOf(captured)).toEqual([1, 2]);
  });

  test("one that does not come back: what there is, and that it was lost", async () => {
    let calls = 0;
    const flows: Script = (call) => {
      if (calls++ > 0) return fail(status.UNAVAILABLE, "gone")(call);
      for (const one of [both, seen(1)]) call.write(one);
      setTimeout(() => fail(status.UNAVAILABLE, "gone")(call), 100);
    };
    const { finding } = await capture(flows, { until: Date.now() + 500 });
    expect(finding).toMatchObject({ endedBy: "lost", summary: { flows: 1 }, coverage: { truncated: true } });
  });

  test("one that is not there from the beginning is an error", async () => {
    await expect(capture(fail(status.UNAVAILABLE, "no"))).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(capture(play(nodes("error", ["a", "b"], "broken")))).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("a mask that a node refuses is asked for smaller", async () => {
    const captured = await capture((call) =>
      call.request.fieldMask?.paths?.includes("policy_log")
        ? play(nodes("error", ["a"], "invalid fieldmask"))(call)
        : play(both, seen(1))(call),
    );
    expect(captured.relay.requests).toHaveLength(2);
    expect(timesOf(captured)).toEqual([1]);
  });
});

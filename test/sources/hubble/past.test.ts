/** What rings no longer hold and a recorder kept: what of it becomes part of a list or a file, and what is said of it. */
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { Flow } from "../../../src/analysis/flow.ts";
import { createBatch } from "../../../src/recorder/batch.ts";
import { writeReach } from "../../../src/recorder/note.ts";
import { createRecordings } from "../../../src/recorder/recordings.ts";
import type { Past } from "../../../src/sources/hubble/past.ts";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import type {
  CaptureFinding,
  CaptureQuestion,
  DropsFinding,
  FlowListFinding,
  FlowListQuestion,
} from "../../../src/sources/question.ts";
import { createRecordingStore } from "../../../src/store/recording.ts";
import { makeFlow, noon } from "../../fixtures/flows/make.ts";
import { nodes, packet, play, type ScriptedRelay, startRelay } from "../../fixtures/flows/relay.ts";
import { useTestRedis } from "../../support/redis-client.ts";
import { conditions, hubbleAt, list as newest, select } from "./asking.ts";

const began = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
const minute = 60_000;
const dropped = { ...conditions, verdicts: [2] };

const server = useTestRedis();
const relays: ScriptedRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay[Symbol.asyncDispose]();
});

const idOf = (after: number) => `00000000-0000-4000-8000-${String(after).padStart(12, "0")}`;

/** A drop so many milliseconds after the beginning, as the recorder keeps it. */
const kept = (after: number, node = "a"): Flow =>
  makeFlow({
    ...{ time: began + after, uuid: idOf(after), node, summary: "TCP Flags: SYN", sourcePort: 33_000 },
    details: {
      ...{ stamp: { seconds: (began + after - ((began + after) % 1_000)) / 1_000, nanos: (after % 1_000) * 1e6 } },
      ...{ hasIp: true, authType: 0, socketPoint: 0, capturePoint: 0, ethernet: undefined },
    },
  });

/** The same flow as a ring gives it. */
const held = (after: number, node = "a", verdict = 2): GetFlowsResponse => {
  const { flow, ...rest } = packet(began - noon + after, node);
  return { ...rest, flow: { ...flow, uuid: idOf(after), Summary: "TCP Flags: SYN", verdict } };
};

let recordings = 0;

/** A recording of both nodes since `from`, in a Redis. */
async function recorded(flows: readonly Flow[], from = -5 * minute): Promise<Past> {
  const prefix = `{past-${++recordings}}`;
  const store = createRecordingStore(server.redis, prefix);
  const lease = await store.take("lab", "test", minute);
  if (lease === undefined) throw new Error("somebody else records");
  const batch = createBatch();
  for (const flow of flows) batch.add(flow);
  const bounds = { keepMs: 60 * minute, maxBytes: 1e8 };
  const entry = { kind: "flows", from: batch.from, to: batch.to, count: batch.count } as const;
  await store.append("lab", lease, 1, [{ ...entry, payload: batch.payload() }], bounds);
  const through = Date.now();
  const reach = writeReach({
    through,
    nodes: new Map(["a", "b"].map((node) => [node, { from: began + from, through: null }])),
  });
  await store.renew("lab", lease, minute, { ...bounds, reach, shed: 0 });
  return createRecordings(server.redis, prefix);
}

/** Rings that hold what is given, each from its first flow on. */
async function answerer(rings: readonly GetFlowsResponse[], past: Past) {
  const both = nodes("connected", ["a", "b"]);
  const first = ["a", "b"].flatMap((node) => rings.find(({ nodeName }) => nodeName === node) ?? []);
  const relay = await startRelay({ flows: play(both, ...rings), oldest: play(both, ...first) });
  relays.push(relay);
  return hubbleAt(relay.address, { past }).answer;
}

const list: FlowListQuestion = {
  ...{ ...newest, conditions: dropped, since: began - minute, until: began + minute, limit: null },
  print: { ...newest.print, node: true },
};

async function listed(rings: readonly GetFlowsResponse[], past: Past, more: Partial<FlowListQuestion> = {}) {
  const answer = await answerer(rings, past);
  const finding = (await answer({ ...list, ...more }, AbortSignal.timeout(5_000))) as FlowListFinding;
  const times = (finding.flows ?? []).map(({ time }) => time - began);
  return { finding, times, recorded: finding.coverage?.recorded };
}

async function captured(rings: readonly GetFlowsResponse[], past: Past, more: Partial<CaptureQuestion> = {}) {
  const answer = await answerer(rings, past);
  const files: Buffer[] = [];
  const running = {
    ...{ stop: new AbortController().signal, progress: () => undefined },
    async keep({ body }: { readonly body: Buffer }) {
      files.push(body);
      return "id";
    },
  };
  const question: CaptureQuestion = {
    ...{ source: "hubble", ask: "capture", cluster: "lab", select, conditions, name: "capture.jsonl.gz" },
    ...{ since: began - minute, until: began + 30_000, most: { flows: 1_000, bytes: 1_000_000 }, ...more },
  };
  const finding = (await answer(question, AbortSignal.timeout(10_000), running)) as CaptureFinding;
  const text = files[0] ? gunzipSync(files[0]).toString("utf8") : "";
  const records = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { readonly time: string; readonly flow: Record<string, unknown> });
  return { finding, records, times: records.map(({ time }) => Date.parse(time) - began) };
}

const iso = (after: number) => new Date(began + after).toISOString();

describe("a list of what was dropped", () => {
  test("goes on where the rings end, each flow once, and the coverage tells from where on it is recorded", async () => {
    const past = await recorded([-120_000, -50_000, -10_000, 100, 500, 1_500].map((after) => kept(after)));
    const {
      finding,
      times,
      recorded: part,
    } = await listed([held(100), held(500), held(1_500), held(9_000, "b")], past);
    expect(times).toEqual([-50_000, -10_000, 100, 500, 1_500, 9_000]);
    expect(finding.matched).toBe(6);
    expect(finding.flows?.[0]?.line).toMatch(
      /\[a\]: default\/xwing:33000 .* Policy denied DROPPED \(TCP Flags: SYN\)$/,
    );
    expect(part).toEqual({ until: iso(9_000), gapMs: 0, shed: 0 });
    expect(finding.coverage?.oldest).toBe(iso(-300_000));
  });

  test("counts a flow once that a ring gave too, though it is too old to be listed", async () => {
    const afters = [0, 200, 400, 600, 800, 1_000];
    const past = await recorded([...afters, -30_000].map((after) => kept(after)));
    const limit = { keep: "newest", count: 2 } as const;
    const { finding, times } = await listed(
      afters.map((after) => held(after)),
      past,
      { limit },
    );
    expect(times).toEqual([800, 1_000]);
    expect(finding.matched).toBe(7);
  });

  test("without a beginning is filled up only when the rings had too few", async () => {
    const past = await recorded([-50_000, -40_000].map((after) => kept(after)));
    const newest = (count: number) => ({ since: null, until: null, limit: { keep: "newest", count } as const });
    expect((await listed([held(1), held(2)], past, newest(3))).times).toEqual([-40_000, 1, 2]);
    const full = await listed([held(1), held(2)], past, newest(2));
    expect(full.times).toEqual([1, 2]);
    expect(full.recorded).toBeUndefined();
  });

  test("has no flow of the recording that its filters leave out", async () => {
    const past = await recorded([kept(-50_000), { ...kept(-40_000), destinationPort: 443 }]);
    const { times } = await listed([held(1)], past, { select: { ...select, either: { port: [443] } } });
    expect(times).toEqual([-40_000]);
    const hidden = await listed([held(1)], past, { visible: ["payments"] });
    expect(hidden.times).toEqual([]);
  });
});

describe("a list of all flows", () => {
  test("of a time has the recorded ones, and the coverage says that there were others", async () => {
    const past = await recorded([kept(-50_000)]);
    const { finding, times, recorded: part } = await listed([held(1), held(2, "a", 1)], past, { conditions });
    expect(times).toEqual([-50_000, 1, 2]);
    expect(part).toEqual({ until: iso(1), gapMs: 0, shed: 0, dropsFrom: iso(-minute) });
    expect(finding.coverage?.oldest).toBe(iso(1));
  });

  test("without a beginning ends where the rings do", async () => {
    const past = await recorded([kept(-50_000)]);
    const { times, recorded: part } = await listed([held(1)], past, { conditions, since: null, until: null });
    expect(times).toEqual([1]);
    expect(part).toBeUndefined();
  });
});

test("what no recorder keeps is not looked for in a recording", async () => {
  const past: Past = { read: () => Promise.reject(new Error("it was asked")) };
  const asked: string[] = [];
  const watching: Past = {
    read(question) {
      asked.push(question.cluster);
      return past.read(question);
    },
  };
  for (const more of [
    { conditions: { ...conditions, verdicts: [1] } },
    { conditions: { ...conditions, types: [{ type: 4 }] } },
    { conditions: { ...conditions, httpStatus: ["500"] } },
  ]) {
    const { recorded: part } = await listed([held(1)], watching, more);
    expect(part).toBeUndefined();
  }
  expect(asked).toEqual([]);
  await listed([held(1)], watching);
  expect(asked).toEqual(["lab"]);
});

describe("a capture", () => {
  test("begins with what was recorded before the rings, each flow once, counted like the rest", async () => {
    const past = await recorded([-120_000, -50_000, -10_000, 100, 500].map((after) => kept(after)));
    const { finding, records, times } = await captured([held(100), held(500), held(700, "a", 1)], past);
    expect(times.slice(0, 2)).toEqual([-50_000, -10_000]);
    expect([...times].sort((a, b) => a - b)).toEqual([-50_000, -10_000, 100, 500, 700]);
    expect(finding.summary).toMatchObject({ flows: 5, byVerdict: { DROPPED: 4, FORWARDED: 1 } });
    expect(finding.summary?.drops.packets).toBe(4);
    // Hubble's own form, whether a ring or the recording had it.
    const shapeOf = (record: object | undefined) => Object.keys((record as { flow: object } | undefined)?.flow ?? {});
    expect(records[0]).toMatchObject({
      flow: { verdict: "DROPPED", drop_reason_desc: "POLICY_DENIED", uuid: idOf(-50_000) },
    });
    expect(shapeOf(records[0])).toEqual(
      expect.arrayContaining(["time", "IP", "l4", "source", "destination", "Summary"]),
    );
    expect(finding.coverage).toMatchObject({
      oldest: iso(100),
      recorded: { until: iso(100), dropsFrom: iso(-minute), gapMs: 0, shed: 0 },
      truncated: false,
    });
  });

  test("of drops alone is whole as far as it was recorded", async () => {
    const past = await recorded([kept(-10_000)]);
    const { finding, times } = await captured([held(100)], past, { conditions: dropped });
    expect(times).toEqual([-10_000, 100]);
    expect(finding.coverage).toMatchObject({ oldest: iso(-300_000), recorded: { until: iso(100) } });
    expect(finding.coverage?.recorded?.dropsFrom).toBeUndefined();
  });

  test("that is full before the recording was read to its end says so", async () => {
    const past = await recorded(Array.from({ length: 50 }, (_, at) => kept(-50_000 + at)));
    const { finding, records } = await captured([held(100)], past, { most: { flows: 20, bytes: 1_000_000 } });
    expect(records).toHaveLength(20);
    expect(finding).toMatchObject({ endedBy: "flows", summary: { flows: 20 }, coverage: { truncated: true } });
  });

  test("with a recording that cannot be read is what the rings give", async () => {
    const past: Past = { read: () => Promise.reject(new Error("Redis is away")) };
    const { finding, times } = await captured([held(100)], past);
    expect(times).toEqual([100]);
    expect(finding.coverage).toMatchObject({ oldest: iso(100) });
    expect(finding.coverage?.recorded).toBeUndefined();
  });
});

test("drops from rings of different depth meet the recording once each", async () => {
  const a = Array.from({ length: 30 }, (_, at) => -40_000 + at * 1_000);
  const past = await recorded(
    [...a, -45_000].map((after) => kept(after)).concat([kept(1_001, "b"), kept(-44_000, "b")]),
  );
  const answer = await answerer([...a.map((after) => held(after)), held(1_001, "b")], past);
  const window = { from: began - minute, to: began + minute };
  const question = { source: "hubble", ask: "drops", cluster: "lab", select, window, top: 10 } as const;
  const finding = (await answer(question, AbortSignal.timeout(5_000))) as DropsFinding;
  expect(finding.drops?.packets).toBe(33);
});

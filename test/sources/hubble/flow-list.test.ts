import { afterEach, describe, expect, test } from "vitest";
import type { GetFlowsResponse } from "../../../src/sources/hubble/wire.ts";
import type { FlowListFinding, FlowListQuestion } from "../../../src/sources/question.ts";
import { noon } from "../../fixtures/flows/make.ts";
import { type Call, nodes, packet, play, type ScriptedRelay, startRelay } from "../../fixtures/flows/relay.ts";
import { conditions, hubbleAt, list } from "./asking.ts";

const base: FlowListQuestion = {
  ...list,
  limit: { keep: "newest", count: 3 },
  print: { json: false, node: true, numeric: false },
};

const relays: ScriptedRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay[Symbol.asyncDispose]();
});

async function ask(script: (call: Call) => void, more: Partial<FlowListQuestion> = {}) {
  const relay = await startRelay({ flows: script });
  relays.push(relay);
  const hubble = hubbleAt(relay.address);
  const finding = (await hubble.answer({ ...base, ...more }, AbortSignal.timeout(5_000))) as FlowListFinding;
  return { finding, requests: relay.requests, times: (finding.flows ?? []).map(({ time }) => time - noon) };
}

const both = nodes("connected", ["a", "b"]);
const seen = (after: number, node: string, verdict = 2, uuid = `${node}-${after}`): GetFlowsResponse => {
  const { flow, ...rest } = packet(after, node);
  return { ...rest, flow: { ...flow, verdict, uuid, Summary: "TCP Flags: SYN" } };
};

describe("what the nodes are asked for", () => {
  const requestFor = async (more: Partial<FlowListQuestion>) => (await ask(play(both), more)).requests[0];

  test("the newest: so many of each", async () => {
    expect(await requestFor({})).toMatchObject({ number: 3, since: null, until: null, first: false });
  });

  test("the newest of a window: all of it, because beside since a number gives the oldest", async () => {
    const request = await requestFor({ since: noon, until: noon + 1_000 });
    expect(request).toMatchObject({
      number: 0,
      since: { seconds: noon / 1_000 },
      until: { seconds: noon / 1_000 + 1 },
    });
  });

  test("the oldest of a window: so many of each from there", async () => {
    const limit = { keep: "oldest", count: 3 } as const;
    expect(await requestFor({ limit, since: noon })).toMatchObject({
      number: 3,
      first: false,
      since: { seconds: noon / 1_000 },
    });
  });

  test("all, with the fields that a line shows and those behind its filters", async () => {
    const request = await requestFor({ limit: null, conditions: { ...conditions, verdicts: [2] } });
    expect(request).toMatchObject({ number: 0, since: null, whitelist: [{ verdict: [2] }] });
    expect(request?.fieldMask?.paths).toEqual(
      expect.arrayContaining(["time", "node_name", "uuid", "Summary", "ethernet"]),
    );
  });
});

describe("what becomes of their answers", () => {
  test("the newest of all nodes together, each once, in the order of time, as lines", async () => {
    const flows = [seen(5, "a"), seen(1, "b"), seen(4, "b"), seen(2, "a"), seen(5, "a"), seen(3, "b")];
    const { finding, times } = await ask(play(both, ...flows));
    expect(times).toEqual([3, 4, 5]);
    expect(finding.flows?.[2]?.line).toBe(
      "Nov 20 12:00:00.005 [a]: default/xwing:33000 (ID:37711) <> default/deathstar-8c4c77fb7-dwnlx:80 (ID:37697) Policy denied DROPPED (TCP Flags: SYN)",
    );
    // The nodes gave their newest: how many there are is not known.
    expect(finding.matched).toBeNull();
    expect(finding.coverage).toMatchObject({ nodes: { answered: 2, total: 2 }, shed: 0, truncated: false });
  });

  test("a server that ignores a filter fills its number with others: then everything is asked for", async () => {
    const forwarded = [7, 8, 9].map((after) => seen(after, "a", 1));
    const { finding, requests, times } = await ask(
      (call) =>
        call.request.number === 3
          ? play(both, ...forwarded)(call)
          : play(both, seen(1, "a"), seen(2, "a"), ...forwarded)(call),
      { conditions: { ...conditions, verdicts: [2] } },
    );
    expect(times).toEqual([1, 2]);
    expect(requests.map(({ number }) => number)).toEqual([3, 0]);
    expect(finding.matched).toBe(2);
  });

  test("a window's flows beyond the number are counted, and times outside of it are none of them", async () => {
    const { finding, times } = await ask(play(both, ...[-1, 0, 1, 2, 3, 99, 100].map((after) => seen(after, "a"))), {
      since: noon,
      until: noon + 100,
    });
    expect(times).toEqual([2, 3, 99]);
    expect(finding.matched).toBe(5);
  });

  test("all of many: the newest that fit into a finding, and the others are told as left out", async () => {
    const flows = Array.from({ length: 5_000 }, (_, after) => seen(after, "a"));
    const { finding, times } = await ask(play(both, ...flows), { limit: null });
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
    expect(times.length).toBeGreaterThan(900);
    expect(times.at(-1)).toBe(4_999);
    expect(finding.matched).toBe(5_000);
    expect(finding.coverage?.shed).toBe(5_000 - times.length);
  });

  test("records with labels for JSON stay within a finding too", async () => {
    const flows = Array.from({ length: 400 }, (_, after) => {
      const { flow, ...rest } = seen(after, "a");
      const labels = Array.from({ length: 20 }, (_, at) => `k8s:label-${at}=${"é".repeat(30)}`);
      return { ...rest, flow: { ...flow, source: { ...flow?.source, labels } } };
    });
    const print = { json: true, node: false, numeric: false };
    const { finding, times } = await ask(play(both, ...flows), { print, limit: { keep: "newest", count: 200 } });
    expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(256 * 1024);
    expect(times.length).toBeLessThan(200);
    expect(finding.coverage?.shed).toBe(200 - times.length);
    expect(finding.flows?.[0]?.record?.flow["source"]).toMatchObject({
      labels: expect.arrayContaining([expect.stringMatching(/^k8s:/)]),
    });
  });

  test("where only some namespaces may be seen, nothing of others is listed", async () => {
    const { times, requests } = await ask(play(both, seen(1, "a")), { visible: ["payments"] });
    expect(times).toEqual([]);
    expect(JSON.stringify(requests[0]?.whitelist)).toContain("payments/");
  });
});

import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "../../../src/lab/world/world.ts";
import { enumText } from "../../../src/sources/hubble/wire.ts";
import {
  begin,
  connectionOf,
  everywhere,
  groupBy,
  isDropEvent,
  isHttp,
  isVerdict,
  l4Begin,
  l7Begin,
  now,
  type Seen,
  starWars,
} from "./worlds.ts";

const world = starWars();
const window = [begin, now] as const;
const flows = everywhere(world, ...window);
const ledger = world.ledger(...window);
const denied = flows.filter((seen) => isDropEvent(seen) && seen.flow.dropReasonDesc === 133);

/** What a drop event says, in the ledger's words. */
function fromDrop({ node, time, flow }: Seen): Partial<LedgerEntry> {
  const protocol = Object.keys(flow.l4 ?? {})[0] ?? "";
  return {
    time,
    node,
    kind: "packet",
    reason: enumText("DropReason", flow.dropReasonDesc ?? 0),
    direction: enumText("TrafficDirection", flow.trafficDirection ?? 0) as "INGRESS",
    port: flow.l4?.TCP?.destinationPort ?? 0,
    protocol,
  };
}

const byTime = (left: { time?: number }, right: { time?: number }) => (left.time ?? 0) - (right.time ?? 0);

test("the ledger's packets are the drop events, time for time", () => {
  const packets = ledger.filter(({ kind }) => kind === "packet");
  const expected = flows.filter(isDropEvent).map(fromDrop).sort(byTime);
  expect(packets.length).toBeGreaterThan(200);
  expect(packets.map(({ source: _, destination: __, ...entry }) => entry)).toEqual(expected);
});

test("the ledger's requests are the refused HTTP requests, time for time, without their queries", () => {
  const requests = ledger.filter(({ kind }) => kind === "request");
  const refused = flows.filter((seen) => isHttp(seen) && seen.flow.verdict === 2).sort(byTime);
  expect(requests.map(({ time, node, path }) => [time, node, path])).toEqual(
    refused.map(({ time, node, flow }) => [time, node, new URL(flow.l7?.http?.url ?? "").pathname]),
  );
  expect(refused.length).toBeGreaterThan(60);
  expect(refused.some(({ flow }) => flow.l7?.http?.url?.includes("?user_id="))).toBe(true);
});

test("ends are named as an answer names them", () => {
  const names = (reason: string) =>
    new Set(
      ledger.filter((entry) => entry.reason === reason).map(({ source, destination }) => `${source} ${destination}`),
    );
  expect(names("POLICY_DENIED")).toEqual(new Set(["default/xwing default/deathstar"]));
  expect(names("L7")).toEqual(new Set(["default/tiefighter default/deathstar"]));
  expect(names("UNSUPPORTED_L3_PROTOCOL")).toContain("default/deathstar ff02::2");
});

test("each denied packet is a policy verdict and a drop event with UUIDs of their own", () => {
  const verdicts = flows.filter((seen) => isVerdict(seen) && seen.flow.verdict === 2);
  const byConnection = groupBy(verdicts, connectionOf);
  const kinds = denied.map((drop) => {
    const twins = (byConnection.get(connectionOf(drop)) ?? []).filter(
      ({ node, time }) => node === drop.node && drop.time - time > 0 && drop.time - time < 1,
    );
    const { uuid, dropReason, dropReasonDesc, trafficDirection, isReply } = twins[0]?.flow ?? {};
    return [twins.length, uuid !== drop.flow.uuid, dropReason, dropReasonDesc, trafficDirection, isReply].join();
  });
  expect(verdicts.length).toBe(denied.length);
  expect(new Set(kinds)).toEqual(new Set(["1,true,133,133,1,"]));
});

test("a drop event says why, where and which way, and not whether it is a reply", () => {
  const kinds = denied.map(({ flow }) =>
    JSON.stringify([
      flow.verdict,
      flow.dropReason,
      flow.eventType,
      flow.trafficDirection,
      flow.file,
      flow.isReply,
      flow.Summary,
    ]),
  );
  expect(new Set(kinds)).toEqual(
    new Set(['[2,133,{"type":1,"subType":133},1,{"name":"bpf_lxc.c","line":2076},null,"TCP Flags: SYN"]']),
  );
});

test("a blocked client sends its SYN twice, a second apart, from one port", () => {
  const attempts = [...groupBy(denied, connectionOf).values()].map((drops) =>
    drops.slice(1).map(({ time }, index) => Math.round((time - (drops[index]?.time ?? 0)) / 100)),
  );
  // A port may come again within the hour.
  const pairs = attempts.filter(({ length }) => length === 1);
  expect(new Set(pairs.flat())).toEqual(new Set([10]));
  expect(pairs.length).toBeGreaterThan(0.95 * attempts.length);
});

describe("by step", () => {
  test.each(["none", "deleted"] as const)("nothing is denied in step %s, and xwing lands", (step) => {
    const free = starWars({ steps: [{ step, at: 0 }] });
    const entries = free.ledger(l7Begin, now);
    expect(new Set(entries.map(({ reason }) => reason))).toEqual(new Set(["UNSUPPORTED_L3_PROTOCOL"]));
    const answers = everywhere(free, l7Begin, now).filter(
      ({ flow }) =>
        flow.destination?.podName === "xwing" && flow.isReply?.value && flow.Summary === "TCP Flags: ACK, PSH",
    );
    expect(answers.length).toBeGreaterThan(100);
  });

  test("in step l3-l4 only xwing is denied, and no request is refused", () => {
    const entries = world.ledger(l4Begin, l7Begin);
    expect(new Set(entries.map(({ reason }) => reason))).toEqual(new Set(["POLICY_DENIED", "UNSUPPORTED_L3_PROTOCOL"]));
  });

  test("the first denial comes with the step, and the last one before it is gone", () => {
    const changing = starWars({
      steps: [
        { step: "l3-l4", at: l4Begin },
        { step: "deleted", at: l7Begin },
      ],
    });
    const times = changing.ledger(begin, now).flatMap(({ reason, time }) => (reason === "POLICY_DENIED" ? [time] : []));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(l4Begin);
    expect(Math.max(...times)).toBeLessThan(l7Begin);
  });

  test("a SYN that is sent again after the policy has gone gets through", () => {
    const [entry] = world.ledger(l7Begin, now).filter(({ reason }) => reason === "POLICY_DENIED");
    const time = entry?.time ?? 0;
    const changing = starWars();
    changing.setStep("deleted", time + 500);
    const drop = everywhere(changing, time, time + 1).find(isDropEvent);
    const later = everywhere(changing, time + 500, time + 1200).filter(
      (seen) => drop !== undefined && connectionOf(seen) === connectionOf(drop),
    );
    expect(later.map(({ flow }) => flow.verdict)).not.toContain(2);
    expect(later.some(({ flow }) => flow.isReply?.value === true)).toBe(true);
  });

  test("any five seconds after a change show it", () => {
    const starts = Array.from({ length: 100 }, (_, index) => l7Begin + index * 4321);
    for (const start of starts) {
      const reasons = world.ledger(start, start + 5000).map(({ reason }) => reason);
      expect(reasons).toContain("POLICY_DENIED");
    }
    const ten = starts.map((start) => world.ledger(start, start + 10_000).map(({ reason }) => reason));
    expect(ten.every((reasons) => reasons.includes("L7"))).toBe(true);
  });
});

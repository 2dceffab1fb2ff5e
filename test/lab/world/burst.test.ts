import { expect, test } from "vitest";
import { timestampMs } from "../../../src/sources/hubble/wire.ts";
import { everywhere, groupBy, isDropEvent, isVerdict, minute, now, starWars } from "./worlds.ts";

const wanted = { at: now, seconds: 7, perSecond: 333, sources: 40 };
const end = now + 7000;
const isOurs = ({ source }: { readonly source: string }) => source.startsWith("198.18.");

test("a burst is so many packets each second, from so many addresses, on record in the ledger", () => {
  const world = starWars();
  world.burst(wanted);

  const entries = world.ledger(now - minute, end + minute).filter(isOurs);

  const perSecond = [...groupBy(entries, ({ time }) => String(Math.floor((time - now) / 1000))).values()];
  expect(perSecond.map(({ length }) => length)).toEqual([333, 333, 333, 333, 333, 333, 333]);
  expect(new Set(entries.map(({ source }) => source)).size).toBe(40);
  expect(new Set(entries.map(({ node }) => node))).toEqual(new Set(["k8s-w1", "k8s-w2"]));
  expect(
    new Set(
      entries.map(({ kind, reason, direction, destination, port }) =>
        [kind, reason, direction, destination, port].join(),
      ),
    ),
  ).toEqual(new Set(["packet,POLICY_DENIED,INGRESS,default/deathstar,80"]));
});

test("each packet is a drop event, with a policy verdict of its own where rule1 denies it", () => {
  const world = starWars();
  world.burst(wanted);
  const flows = everywhere(world, now, end).filter(({ flow }) => flow.IP?.source?.startsWith("198.18."));

  const drops = flows.filter(isDropEvent);

  const times = (list: readonly { readonly time: number }[]) => list.map(({ time }) => time).sort((a, b) => a - b);
  expect(times(drops)).toEqual(times(world.ledger(now, end).filter(isOurs)));
  expect(flows.filter(isVerdict)).toHaveLength(7 * 333);
  expect(new Set(flows.map(({ flow }) => flow.uuid)).size).toBe(flows.length);
});

test("each of a load's flows has an id of its own", () => {
  const world = starWars();
  world.burst({ at: now, seconds: 5, perSecond: 3_000, sources: 2_000 });
  const ids = everywhere(world, now, now + 5_000).map(({ flow }) => flow.uuid);
  expect(ids.length).toBeGreaterThan(30_000);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(["none", "deleted"] as const)(
  "in step %s the same packets no longer fit into the table of connections",
  (step) => {
    const world = starWars({ steps: [{ step, at: 0 }] });
    world.burst(wanted);

    const entries = world.ledger(now, end).filter(isOurs);

    expect(entries).toHaveLength(7 * 333);
    expect(new Set(entries.map(({ reason }) => reason))).toEqual(new Set(["CT_MAP_INSERTION_FAILED"]));
    const dropped = world.nodes.map(
      ({ name }) => world.counters(name, end).drops.get("CT: Map insertion failed|INGRESS") ?? 0,
    );
    expect(dropped[0]).toBe(0);
    expect(dropped.reduce((sum, each) => sum + each, 0)).toBe(7 * 333);
  },
);

test("the rest of the world stays as it was, and the same seed has the same burst", () => {
  const [world, other, without] = [starWars(), starWars(), starWars()];
  world.burst(wanted);
  other.burst(wanted);
  const [from, to] = [now - minute, end + minute];

  expect(world.ledger(from, to)).toEqual(other.ledger(from, to));
  expect(everywhere(world, from, to)).toEqual(everywhere(other, from, to));
  expect(world.ledger(from, to).filter((entry) => !isOurs(entry))).toEqual(without.ledger(from, to));
});

test("windows that are joined give what the whole window gives", () => {
  const world = starWars();
  world.burst(wanted);
  const whole = world.flows("k8s-w1", now - 500, end + 500);
  const cuts = Array.from({ length: 81 }, (_, index) => now - 500 + index * 100.37).concat(end + 500);

  const joined = cuts.slice(1).flatMap((cut, index) => world.flows("k8s-w1", cuts[index] ?? 0, cut));

  expect(joined.map(({ flow }) => flow?.uuid)).toEqual(whole.map(({ flow }) => flow?.uuid));
  expect(whole.length).toBeGreaterThan(2000);
});

test("counters that were read before a burst in the past count it afterwards, and listeners hear of it", () => {
  const world = starWars();
  const at = now - 6 * minute;
  const denied = () => world.counters("k8s-w1", now).drops.get("Policy denied|INGRESS") ?? 0;
  const before = denied();
  const heard: number[] = [];
  const stop = world.onChange((time) => heard.push(time));
  world.burst({ ...wanted, at });
  stop();

  const added = world.ledger(at, now).filter((entry) => isOurs(entry) && entry.node === "k8s-w1");

  expect(denied() - before).toBe(added.length);
  expect(added.length).toBeGreaterThan(1000);
  expect(heard).toEqual([at]);
});

test("the first packet comes with the next tenth of a second", () => {
  const world = starWars();
  expect(world.burst({ ...wanted, at: now + 1 }).at).toBe(now + 100);
  const [first] = world.flows("k8s-w1", now + 1, end).filter(({ flow }) => flow?.IP?.source?.startsWith("198.18."));
  expect(timestampMs(first?.time ?? {})).toBeGreaterThanOrEqual(now + 100);
});

test.each([
  [{ perSecond: 3001 }, /perSecond is a whole number from 1 to 3000, not 3001/],
  [{ perSecond: 0.5 }, /perSecond/],
  [{ seconds: Number.NaN }, /seconds is a whole number from 1 to 120/],
  [{ sources: 0 }, /sources/],
  [{ perSecond: 2000, seconds: 60 }, /at most 100000 packets/],
  [{ at: now - 25 * minute }, /before the world's begin/],
  [{ at: now + 6900 }, /a burst is going on until 2026-11-21T10:00:07\.000Z/],
])("%o is refused and adds nothing", (changes, message) => {
  const world = starWars();
  world.burst(wanted);
  expect(() => world.burst({ ...wanted, at: end, ...changes })).toThrow(message);
  expect(world.bursts()).toEqual([wanted]);
});

import { describe, expect, test } from "vitest";
import {
  acknowledge,
  actsOf,
  claimSilence,
  close,
  isMuted,
  isSilenced,
  mute,
  settle,
  silenced,
  unmute,
  unsilenced,
} from "../../src/alerts/acts.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import { commonLabels } from "../../src/alerts/matchers.ts";
import { ended, fires, minute, notified, t0, told } from "./incidents.ts";

const hour = 60 * minute;
const doing = (name: string, at = t0 + minute, command = `${name}-${at}`) => ({ by: { name, at }, command });
const open = () => told(notified(undefined, t0, [fires()]), t0);
const kinds = ({ news }: Incident) => news.map(({ kind }) => kind);

describe("acknowledging", () => {
  test("is whoever was first, and once", () => {
    const mine = acknowledge(open(), doing("ann"));

    expect(actsOf(mine).acknowledged).toEqual({ name: "ann", at: t0 + minute });
    expect(mine.version).toBe(open().version + 1);
    expect(acknowledge(mine, doing("bob"))).toBe(mine);
  });

  test.each<[string, number, string | undefined]>([
    ["it goes on", 0, "ann"],
    ["it fires again in its thread", 30 * minute, undefined],
    ["it fires again in another thread", 2 * hour, undefined],
  ])("when %s", (_, pause, by) => {
    const mine = acknowledge(open(), doing("ann"));
    const resolved = t0 + 10 * minute;
    const over = pause === 0 ? mine : told(notified(mine, resolved, [ended(resolved)]), resolved);
    const later = notified(over, resolved + pause, [fires("a", resolved + pause), fires("b")]);

    expect(actsOf(over).acknowledged?.name).toBe("ann");
    expect(actsOf(later).acknowledged?.name).toBe(by);
  });

  test("lasts while it comes and goes", () => {
    let incident = acknowledge(open(), doing("ann"));
    for (const n of [1, 2, 3]) {
      const at = t0 + 2 * n * minute;
      incident = notified(incident, at, [ended(at)]);
      if (n === 1) incident = notified(incident, at + minute, [fires("a", at + minute)]);
      if (n === 1) incident = acknowledge(incident, doing("ann", at + minute));
      else incident = notified(incident, at + minute, [fires("a", at + minute)]);
    }

    expect(incident).toMatchObject({ flapping: true, state: "firing" });
    expect(actsOf(incident).acknowledged?.name).toBe("ann");
  });
});

describe("muting", () => {
  const muted = () => mute(open(), 8 * hour, doing("ann"));

  test("edits the first message, counts, and says nothing else: no line, no thread, no flows", () => {
    const resolved = notified(muted(), t0 + 10 * minute, [ended(t0 + 10 * minute)]);
    const later = notified(resolved, t0 + 5 * hour, [fires("a", t0 + 5 * hour)]);

    expect(later).toMatchObject({ episode: 1, state: "firing", news: [], evidence: { due: 1, done: 1 } });
    expect(later.version).toBeGreaterThan(resolved.version);
    expect(actsOf(later).muted?.untold).toBe(2);
  });

  test("ends by itself, and then one line tells of what was not told", () => {
    const changed = notified(muted(), t0 + 10 * minute, [fires(), fires("b")]);
    const end = t0 + minute + 8 * hour;

    expect(settle(changed, end - 1)).toBe(changed);
    expect(settle(changed, end)).toMatchObject({ news: [{ kind: "unmuted", amount: 1 }], acts: { muted: null } });
    expect(kinds(settle(muted(), end))).toEqual([]);
  });

  test("that has ended hides nothing, whether it was noticed or not", () => {
    const end = t0 + minute + 8 * hour;
    const resolved = notified(muted(), t0 + 10 * minute, [ended(t0 + 10 * minute)]);

    expect(notified(resolved, end + 1, [fires("a", end)]).episode).toBe(2);
    expect(kinds(notified(muted(), end + 1, [ended(end)]))).toEqual(["resolved"]);
  });

  test("is ended by a person, and done once by one command", () => {
    const again = mute(muted(), hour, doing("bob", t0 + hour));

    expect(mute(muted(), hour, doing("ann"))).toEqual(muted());
    expect(actsOf(again).muted).toEqual({ by: { name: "bob", at: t0 + hour }, until: t0 + 2 * hour, untold: 0 });
    expect(isMuted(unmute(again, doing("ann")), t0 + hour)).toBe(false);
    expect(unmute(open(), doing("ann"))).toEqual(open());
  });
});

describe("closing", () => {
  const closed = () => close(open(), doing("ann"));

  test.each<
    [string, number, ReturnType<typeof fires>[], Partial<Record<keyof Incident, unknown>> & { kinds: string[] }]
  >([
    ["the same alert goes on", 10 * minute, [fires()], { episode: 1, kinds: [] }],
    ["an alert of several ends", 10 * minute, [fires(), ended(t0 + 9 * minute, "b")], { episode: 1, kinds: [] }],
    ["all end", 10 * minute, [ended(t0 + 9 * minute)], { episode: 1, state: "resolved", kinds: [] }],
    ["another fires soon", 10 * minute, [fires(), fires("b")], { episode: 1, kinds: ["again"] }],
    ["it ended unseen and fires anew", 10 * minute, [fires("a", t0 + 9 * minute)], { episode: 1, kinds: ["again"] }],
    ["another fires late", 3 * hour, [fires(), fires("b")], { episode: 2, kinds: [] }],
  ])("%s", (_, after, alerts, { kinds: lines, ...expected }) => {
    const later = notified(closed(), t0 + after, alerts);
    const isOpenAgain = expected["episode"] === 2 || lines.length > 0;

    expect(later).toMatchObject(expected);
    expect(kinds(later)).toEqual(lines);
    expect(actsOf(later).closed?.name).toBe(isOpenAgain ? undefined : "ann");
  });

  test("is whoever was first, and nothing where it is resolved", () => {
    const over = notified(open(), t0 + minute, [ended(t0 + minute)]);

    expect(close(closed(), doing("bob"))).toEqual(closed());
    expect(close(over, doing("bob"))).toBe(over);
  });
});

describe("silencing", () => {
  const claimed = (name = "ann", at = t0 + minute) => claimSilence(open(), 2 * hour, doing(name, at));
  const made = { id: "s-1", until: t0 + 2 * hour };

  test("is one command's at a time, with labels that stay what they were", () => {
    const claim = actsOf(claimed()).silence;

    expect(claim).toMatchObject({ id: "", until: t0 + minute + 2 * hour, by: { name: "ann" } });
    expect(claim?.matchers).toEqual({ alertname: "Drops", pod: "a", namespace: "default", severity: "critical" });
    expect(claimSilence(claimed(), hour, doing("bob", t0 + minute + 1_000))).toEqual(claimed());
    expect(actsOf(claimSilence(claimed(), hour, doing("bob", t0 + hour))).silence?.by.name).toBe("bob");
  });

  test("holds when Alertmanager has it, until it ends, also over a new thread", () => {
    const held = silenced(claimed(), made, doing("ann").command);
    const over = told(notified(held, t0 + 2 * minute, [ended(t0 + 2 * minute)]), t0);
    const late = notified(over, t0 + 90 * minute, [fires("a", t0 + 90 * minute)]);

    expect(isSilenced(claimed(), t0 + hour)).toBe(false);
    expect([isSilenced(held, t0 + hour), isSilenced(held, t0 + 2 * hour)]).toEqual([true, false]);
    expect(claimSilence(held, hour, doing("bob", t0 + hour))).toBe(held);
    expect([late.episode, actsOf(late).silence?.id]).toEqual([2, "s-1"]);
    expect(actsOf(settle(held, t0 + 2 * hour)).silence).toBeNull();
  });

  test("is given back where it was not made, and ended by its own id alone", () => {
    const held = silenced(claimed(), made, doing("ann").command);

    expect(actsOf(silenced(claimed(), undefined, doing("ann").command)).silence).toBeNull();
    expect(silenced(claimed(), made, "another")).toEqual(claimed());
    expect(unsilenced(held, "s-2", doing("bob"))).toBe(held);
    expect(actsOf(unsilenced(held, "s-1", doing("bob"))).silence).toBeNull();
  });
});

test.each<[string, Record<string, string>[], Record<string, string>]>([
  [
    "what all have",
    [
      { a: "1", alertname: "X", b: "2" },
      { a: "1", alertname: "X", b: "3" },
    ],
    { alertname: "X", a: "1" },
  ],
  ["nothing in common", [{ a: "1" }, { b: "1" }], {}],
  ["an empty value, which would match what has no such label", [{ a: "" }], {}],
  ["a value that was cut on its way in", [{ a: "x".repeat(1_000), b: "y" }], { b: "y" }],
  ["names of an object's own", [{ a: "1", toString: "x" }, { a: "1" }], { a: "1" }],
])("common labels: %s", (_, all, common) => {
  expect(commonLabels(all.map((labels) => ({ labels })))).toEqual(common);
});

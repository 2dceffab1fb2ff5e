import { describe, expect, test } from "vitest";
import { arrive, type Incident, judged } from "../../src/alerts/incident.ts";
import { readNotification } from "../../src/alerts/notification.ts";
import { newsMessage, rootMessage } from "../../src/alerts/show.ts";
import { messageText } from "../../src/message/text.ts";
import { type GivenAlert, type GivenNotification, payload } from "./payloads.ts";

const minute = 60_000;
const t0 = Date.UTC(2026, 10, 20, 3);

function next(before: Incident | undefined, at: number, alerts: readonly GivenAlert[], given: GivenNotification = {}) {
  const read = readNotification(JSON.stringify(payload({ ...given, alerts })));
  if (!read.ok) throw new Error(read.say);
  const { notification } = read;
  const part = { channel: "slack:C1", cluster: "lab", alerts: notification.alerts };
  return arrive(before, { part, notification, conversation: "slack:T1/C1", at, sameThreadForMs: 60 * minute });
}
const firing = (startsAt = t0, pod = "a"): GivenAlert => ({ labels: { pod, severity: "critical" }, startsAt });
const resolved = (endsAt: number, startsAt = t0, pod = "a"): GivenAlert => ({
  ...firing(startsAt, pod),
  ...{ status: "resolved", endsAt },
});
/** What the worker does once everything is in the outbox. */
const toldAt = (incident: Incident, at: number): Incident => ({
  ...incident,
  ...{
    news: [],
    root: { version: incident.version, at },
    evidence: { ...incident.evidence, done: incident.evidence.due },
  },
});
const kinds = ({ news }: Incident) => news.map(({ kind }) => kind);

describe("an alert", () => {
  test("opens a thread, and its flows are to be collected", () => {
    const incident = next(undefined, t0 + 1_000, [firing()]);

    expect(incident).toMatchObject({ state: "firing", episode: 1, since: t0, news: [] });
    expect(incident.evidence).toMatchObject({ due: 1, done: 0 });
    expect(rootMessage(incident, t0 + 1_000)).toMatchObject({ tone: "bad", title: "Firing: Drops · a" });
  });

  test("shows no secret that its author wrote into the summary", () => {
    const annotations = { summary: "GET https://user:hunter2@api.example.com/?token=abcdef failed" };

    expect(messageText(rootMessage(next(undefined, t0, [{ ...firing(), annotations }]), t0))).not.toMatch(
      /hunter2|abcdef/,
    );
  });

  test("that is repeated changes nothing", () => {
    const incident = toldAt(next(undefined, t0, [firing()]), t0);

    expect(next(incident, t0 + 4 * 60 * minute, [firing()])).toBe(incident);
  });

  test("that ends turns the root good, with how long it took, in one line", () => {
    const open = toldAt(next(undefined, t0, [firing()]), t0);
    const over = next(open, t0 + 12 * minute, [resolved(t0 + 11 * minute)]);

    expect(rootMessage(over, t0 + 12 * minute)).toMatchObject({ tone: "good", title: "Resolved after 11m: Drops · a" });
    expect(over.news.map((one) => newsMessage(over, one).title)).toEqual(["Resolved after 11m"]);
    expect(next(toldAt(over, t0), t0 + 13 * minute, [resolved(t0 + 11 * minute)]).news).toEqual([]);
  });

  test("that comes back soon goes on in its thread, one that comes back late opens another", () => {
    const over = toldAt(next(next(undefined, t0, [firing()]), t0 + minute, [resolved(t0 + minute)]), t0);
    const soon = next(over, t0 + 30 * minute, [firing(t0 + 30 * minute)]);
    const late = next(over, t0 + 90 * minute, [firing(t0 + 90 * minute)]);

    expect([soon.episode, kinds(soon), soon.evidence.due]).toEqual([1, ["again"], 2]);
    expect([late.episode, kinds(late), late.evidence.due]).toEqual([2, [], 1]);
    expect(late.version).toBeGreaterThan(over.version);
  });

  test("that comes back with its old beginning is not lost", () => {
    const over = toldAt(next(next(undefined, t0, [firing()]), t0 + minute, [resolved(t0 + minute)]), t0);

    expect(next(over, t0 + 2 * minute, [firing(t0)]).state).toBe("firing");
  });

  test("whose beginning is worked on again after its end stays ended", () => {
    const over = next(next(undefined, t0, [firing()]), t0 + minute, [resolved(t0 + minute)]);

    expect(next(over, t0, [firing()])).toBe(over);
  });

  test("of which only the end is heard is told as ended, without collecting anything", () => {
    const incident = next(undefined, t0 + minute, [resolved(t0 + minute)]);

    expect([incident.state, incident.evidence.due]).toEqual(["resolved", 0]);
    expect(rootMessage(incident, t0 + minute).tone).toBe("good");
  });
});

describe("a group", () => {
  test("that grows edits its root without a line", () => {
    const one = toldAt(next(undefined, t0, [firing()]), t0);
    const two = next(one, t0 + minute, [firing(), firing(t0 + minute, "b")]);

    expect([two.version, kinds(two)]).toEqual([one.version + 1, []]);
    expect(messageText(rootMessage(two, t0 + minute))).toContain("alerts: 2 firing, 0 resolved");
  });

  test("fires until its last alert ends, and one that is no longer named has ended", () => {
    const two = toldAt(next(undefined, t0, [firing(), firing(t0, "b")]), t0);
    const half = next(two, t0 + minute, [firing(t0, "b"), resolved(t0 + minute)]);
    const gone = next(half, t0 + 2 * minute, [resolved(t0 + 2 * minute, t0, "b")]);

    expect([half.state, kinds(half)]).toEqual(["firing", []]);
    expect([gone.state, kinds(gone)]).toEqual(["resolved", ["resolved"]]);
    expect(next(two, t0 + minute, [resolved(t0 + minute, t0, "b")]).state).toBe("resolved");
  });

  test("of which the sender left a part out keeps what it does not name", () => {
    const two = toldAt(next(undefined, t0, [firing(), firing(t0, "b")]), t0);

    expect(next(two, t0 + minute, [resolved(t0 + minute)], { truncatedAlerts: 1 }).state).toBe("firing");
  });

  test("of ten thousand shows ten rows and all the numbers", () => {
    const many = Array.from({ length: 10_000 }, (_, n) => ({ ...firing(t0, `pod-${n}`), fingerprint: `f${n}` }));
    const text = messageText(rootMessage(next(undefined, t0, many), t0));

    expect(text).toContain("10000 firing");
    expect(text).toContain("9990 more alerts");
    expect(text.split("\n").length).toBeLessThan(30);
  });
});

describe("flapping", () => {
  const turns = (count: number, everyMs: number) => {
    let incident = next(undefined, t0, [firing()]);
    const lines: string[] = [];
    for (let n = 1; n <= count; n++) {
      const at = t0 + n * everyMs;
      incident = next(toldAt(incident, at - 1), at, [n % 2 === 1 ? resolved(at) : firing(at)]);
      lines.push(kinds(incident).join());
    }
    return { incident, lines };
  };

  test("is one line at the third change in a quarter of an hour, and silence behind it", () => {
    const { incident, lines } = turns(5, minute);

    expect(lines).toEqual(["resolved", "flapping", "", "", ""]);
    expect(rootMessage(incident, t0 + 5 * minute).title).toMatch(/^Resolved/);
    expect(messageText(rootMessage(incident, t0))).toContain("It comes and goes");
  });

  test("ends when it is slower", () => {
    const { incident } = turns(5, minute);
    const calm = next(toldAt(incident, t0), t0 + 40 * minute, [firing(t0 + 40 * minute)]);

    expect([kinds(calm), calm.flapping]).toEqual([["again"], false]);
  });

  test("is not what changes every ten minutes", () => {
    expect(turns(4, 10 * minute).lines).toEqual(["resolved", "again", "resolved", "again"]);
  });
});

test("a verdict comes with the flows, changes with what is known later, and the same again is no change", () => {
  const pair = { source: "a", destination: "b", port: 0, protocol: "ICMPv4", reason: "POLICY_DENIED", packets: 9 };
  const pings = { packets: 9, pairs: [{ ...pair, first: t0, last: t0, noise: false }] };
  const pressure = { mapPressure: { map: "ct4_global", ratio: 0.97 } };
  const open = next(undefined, t0, [firing()]);
  const [early, seen] = [judged(open, pressure), judged(open, pings)];
  const both = judged(early, pings);

  expect([early.verdict, early.version]).toEqual([null, open.version]);
  expect(messageText(rootMessage(seen, t0))).toContain("Probably noise: 100 % of the packets are ICMP");
  expect(both.verdict).toMatchObject({ class: "real", decidedBy: "map pressure" });
  expect(judged(seen, pressure).version).toBe(seen.version + 1);
  expect(judged(both, { ...pings })).toBe(both);
});

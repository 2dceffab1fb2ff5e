import { describe, expect, test } from "vitest";
import { acknowledge, close, mute, settle, unmute } from "../../src/alerts/acts.ts";
import { alertsDigest } from "../../src/alerts/digest-text.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import { parseCommand } from "../../src/commands/grammar.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { ended, fires, minute, notified, t0, told } from "./incidents.ts";

const hour = 60 * minute;
const window = { from: t0 - 12 * hour, to: t0 + 12 * hour };
const doing = (name: string, at: number) => ({ by: { name, at }, command: `${name}-${at}` });

/** Fires for five minutes, so often, every ten minutes. */
function flaps(times: number, given: { readonly pod?: string; readonly from?: number } = {}): Incident {
  const { pod = "a", from = t0 } = given;
  let incident: Incident | undefined;
  for (let n = 0; n < times; n++) {
    const at = from + 10 * n * minute;
    const began = notified(incident, at, [fires(pod, at)], { groupKey: pod });
    incident = notified(told(began, at), at + 5 * minute, [ended(at + 5 * minute, pod, at)], { groupKey: pod });
  }
  if (incident === undefined) throw new Error("at least once");
  return incident;
}

function shown(incidents: readonly Incident[], cut = false): string {
  const message = alertsDigest({ incidents, cut, window, zone: "Asia/Seoul" });
  return message === undefined ? "" : renderTerminal(message, { width: 120, color: false });
}

describe("what alerts did", () => {
  test("the noisiest first, with how long they fired in that time", () => {
    const text = shown([flaps(2, { pod: "calm" }), flaps(7, { pod: "noisy" })]);

    expect(text).toMatch(/^• Noisiest alert here: Drops · default\/noisy, 14 changes\n/);
    expect(text).toMatch(/default\/noisy +14 +35m +resolved\n.*default\/calm +4 +10m +resolved/);
  });

  test("five of them, and how many more", () => {
    const text = shown(Array.from({ length: 7 }, (_, at) => flaps(at + 1, { pod: `p${at}` })));

    expect(text).toContain("2 more alerts, 6 changes");
    expect(text).not.toContain("default/p1 ");
  });

  test("what fires counts until the end of that time, and what began before it from its beginning", () => {
    const early = window.from - 3 * hour;
    const long = notified(notified(undefined, early, [fires("a", early)]), window.from + hour, [
      ended(window.from + hour, "a", early),
    ]);
    expect(shown([long])).toMatch(/ 1 +1h +resolved/);
    const still = notified(undefined, window.to - 2 * hour, [fires("a", window.to - 2 * hour)]);
    expect(shown([still])).toMatch(/^! Noisiest alert here: .*, 1 change\n[\s\S]* 1 +2h +firing/);
  });

  test("a thread that was opened anew is the same alert", () => {
    const first = flaps(1);
    const again = notified(first, t0 + 5 * hour, [fires("a", t0 + 5 * hour)], { groupKey: "a" });

    expect(again.episode).toBe(2);
    expect(shown([again])).toContain(", 3 changes");
  });

  test("nothing where nothing happened in that time", () => {
    expect(shown([])).toBe("");
    expect(shown([flaps(3, { from: window.from - 5 * hour })])).toBe("");
  });

  test("of what was stored by an older version nothing is made up", () => {
    const { turned: _, deeds: __, ...old } = flaps(3);
    expect(shown([old])).toBe("");
  });

  test("that there are more than were looked at is said", () => {
    expect(shown([flaps(1)], true)).toContain("Only the latest 1 incident were looked at.");
  });
});

describe("what people did", () => {
  const open = () => notified(undefined, t0, [fires()]);

  test("who, what and until when, also when it is over", () => {
    const muted = mute(acknowledge(open(), doing("ann", t0 + minute)), hour, doing("bob", t0 + 2 * minute));
    const text = shown([settle(muted, t0 + 3 * hour)]);

    expect(text).toContain("Who did what to them, the last first (Asia/Seoul)");
    expect(text).toMatch(/Fri 20 Nov 12:02 +bob +muted until Fri 20 Nov 13:02 +Drops/);
    expect(text).toMatch(/Fri 20 Nov 12:01 +ann +acknowledged +Drops/);
  });

  test("what was done twice is told once, and what was ended by somebody as well", () => {
    const by = doing("ann", t0 + minute);
    const muted = mute(mute(open(), hour, by), hour, by);
    const text = shown([close(unmute(muted, doing("bob", t0 + 4 * minute)), doing("bob", t0 + 5 * minute))]);

    expect(text.match(/ann +muted until/g)).toHaveLength(1);
    expect(text).toMatch(/bob +closed[\s\S]*bob +unmuted[\s\S]*ann +muted until/);
  });

  test("of an alert that did not change in that time", () => {
    const old = flaps(1, { from: window.from - hour });
    const again = mute(old, hour, doing("ann", t0));

    expect(shown([again])).toMatch(/^• Alerts of this channel: nothing changed, 1 thing done to them\n/);
  });
});

test("titles and names are short, bounded, and no command", () => {
  const hostile = "<!channel> *x* `rm -rf`\u202e".repeat(40);
  const incident = { ...acknowledge(notified(undefined, t0, [fires()]), doing(hostile, t0 + 1)), title: hostile };
  const message = alertsDigest({ incidents: [incident], cut: false, window, zone: "UTC" });

  expect(message?.title.length).toBeLessThanOrEqual(150);
  for (const block of message?.blocks ?? []) {
    if (block.kind === "table")
      for (const cell of block.rows.flat()) expect(JSON.stringify(cell).length).toBeLessThan(120);
    if (block.kind === "actions")
      for (const { command } of block.actions)
        expect(parseCommand(command, { clusters: ["lab"], defaultCluster: "lab" })).toMatchObject({ ok: true });
  }
});

test("what is kept for it is bounded", () => {
  let incident = notified(undefined, t0, [fires()]);
  for (let n = 1; n < 500; n++) {
    const at = t0 + n * minute;
    incident = notified(told(incident, at), at, [n % 2 === 1 ? ended(at, "a", at - minute) : fires("a", at)]);
    incident = mute(incident, minute, doing("ann", at));
  }
  expect(incident.turned?.length).toBe(200);
  expect(incident.deeds?.length).toBe(20);
});

import { describe, expect, test } from "vitest";
import { withoutSchedule } from "../../../src/commands/digest/flags.ts";
import { digest } from "../../../src/commands/digest.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { flagLines, usageLine } from "../../../src/commands/usage.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

function argsOf(text: string): unknown {
  const parsed = parseCommand(text, options);
  return parsed.ok ? parsed.args : parsed.say;
}

const subscribe = { verb: "subscribe", at: 540, zone: null, weekdays: false, weekly: false, namespaces: [] };

describe("subscribe", () => {
  test.each([
    ["", {}],
    ["9", {}],
    ["9:00", {}],
    ["09:00", {}],
    ["9am", {}],
    ["12am", { at: 0 }],
    ["12:15PM", { at: 735 }],
    ["21.45", { at: 1305 }],
    ["9 pm", { at: 1260 }],
    ["9 AM --weekdays", { weekdays: true }],
    ["CET", { zone: "CET" }],
    ["Asia/Seoul", { zone: "Asia/Seoul" }],
    ["08:30 asia/seoul", { at: 510, zone: "Asia/Seoul" }],
    ["Europe/Berlin 7pm --weekdays", { at: 1140, zone: "Europe/Berlin", weekdays: true }],
    ["--weekly -n payments,ledger", { weekly: true, namespaces: ["payments", "ledger"] }],
    ["--cluster prod-us", { clusters: ["prod-us"] }],
  ])("%s", (words, changes) => {
    expect(argsOf(`digest subscribe ${words}`)).toEqual({ ...subscribe, clusters: null, ...changes });
  });
});

test("the other verbs", () => {
  const now = { verb: "now", span: "day", namespaces: [], zone: "UTC", due: null, skipped: [] };
  expect(argsOf("digest")).toEqual(now);
  expect(argsOf("digest now Asia/Seoul --weekly")).toEqual({ ...now, zone: "Asia/Seoul", span: "week" });
  expect(argsOf("digest preview -n payments")).toEqual({ ...now, verb: "preview", namespaces: ["payments"] });
  expect(argsOf("digest now --due 2026-11-20T00:00Z --skipped 2026-11-18,2026-11-19")).toEqual({
    ...now,
    due: Date.parse("2026-11-20T00:00Z"),
    skipped: ["2026-11-18", "2026-11-19"],
  });
  // A subscription of the configuration may have one of these, and each morning's digest is asked for in words.
  expect(argsOf("digest now EST")).toEqual({ ...now, zone: "EST" });
  expect(argsOf("digest list")).toEqual({ verb: "list" });
  expect(argsOf("digest unsubscribe")).toEqual({ verb: "unsubscribe", id: null });
  expect(argsOf("digest unsubscribe 0A1B2C3D")).toEqual({ verb: "unsubscribe", id: "0a1b2c3d" });
});

describe("what cannot be meant says what to type", () => {
  test.each([
    ["subscribe Seoul", 'TIME|ID: "Seoul" is no time zone. Did you mean Asia/Seoul?'],
    ["subscribe 9 new_york", 'ZONE: "new_york" is no time zone. Did you mean America/New_York?'],
    ["subscribe 9 Europe/Berln", 'ZONE: "Europe/Berln" is no time zone. Did you mean Europe/Berlin?'],
    [
      "subscribe 9 Xyzzyland",
      'ZONE: "Xyzzyland" is no time zone. Type a name such as Asia/Seoul, Europe/Berlin or UTC.',
    ],
    [
      "subscribe 9 est",
      'ZONE: "est" may mean several time zones, or one without a summer. Did you mean America/New_York?',
    ],
    ["subscribe IST", /may mean several time zones.* Did you mean Asia\/Kolkata\?/],
    ["subscribe 9 CEST", 'ZONE: "CEST" is no time zone. Did you mean Europe/Berlin?'],
    ["subscribe 9 KST", 'ZONE: "KST" is no time zone. Did you mean Asia/Seoul?'],
    ["subscribe UTC am", /one time and one time zone/],
    ["subscribe 25:00", 'TIME|ID: "25:00" is no time of day. Type for example 09:00 or 9am.'],
    ["subscribe 13pm", 'TIME|ID: "13pm" is no time of day. Type for example 09:00 or 9am.'],
    ["subscribe 9 10", "ZONE: Type one time and one time zone, for example 09:00 Asia/Seoul."],
    ["subscribe UTC UTC", "ZONE: Type one time and one time zone, for example 09:00 Asia/Seoul."],
    ["subscribe 9 UTC more", undefined],
    ["subscribe --weekly --weekdays", /--weekly comes on Mondays alone/],
    ["subscribe --due 2026-11-20", /digest subscribe has no use for that/],
    ["now 09:00", /A digest of now has no time/],
    ["now --weekdays", /digest now has no use for that/],
    ["now --due 15m", /names no day/],
    ["now --skipped 2026-13-40", /is no day/],
    ["list 9", /digest list has no use for that/],
    ["unsubscribe all", /is no subscription. Type digest list/],
    ["subscrib", /Did you mean subscribe\?/],
    ["today", /"today" is no thing to do with the digest. Type one of: now, preview/],
    ["foo", /"foo" is no thing to do with the digest/],
    ["show", /"show" is no thing to do with the digest/],
    ["list all", /digest list has no use for that/],
    ["list today please", /digest list has no use for that/],
    ["unsubscribe from all", /digest unsubscribe has no use for that/],
    ["test", /"test" is no thing to do with the digest/],
    ["now again", /"again" is no time zone/],
    ["for payments", /"for" is no thing to do with the digest/],
  ])("%s", (words, said) => {
    const got = argsOf(`digest ${words}`);
    expect(typeof got).toBe("string");
    if (typeof said === "string") expect(got).toBe(said);
    else if (said) expect(got).toMatch(said);
  });
});

test("politeness and punctuation say nothing, and do not take the verb along", () => {
  for (const text of ["digest please", "digest!", "show me the digest", "digest now, please."])
    expect(argsOf(text)).toMatchObject({ verb: "now" });
  expect(argsOf("digest list please")).toEqual({ verb: "list" });
  expect(argsOf("digest unsubscribe, please")).toEqual({ verb: "unsubscribe", id: null });
});

test("namespaces that are named can be refused", () => {
  const parsed = parseCommand("digest subscribe -n payments", options);
  expect(parsed.ok && parsed.command.namespaces?.(parsed.args)).toEqual(["payments"]);
});

describe("what is the schedule's own", () => {
  const clusters = { clusters: ["prod-eu"], defaultCluster: "prod-eu" };

  test.each(["--due 2026-11-20T00:00Z", "--skipped 2026-11-19", "--DUE=2026-11-20T00:00Z"])(
    "%s is no flag to a person",
    (flag) => {
      const typed = parseCommand(`digest now ${flag}`, { ...clusters, typed: true });

      expect(typed).toMatchObject({ ok: false, say: expect.stringMatching(/^digest has no flag/) });
      expect(parseCommand(`digest now ${flag}`, clusters).ok).toBe(true);
    },
  );

  test("no help names it", () => {
    expect(usageLine(digest)).toBe(
      "digest [now|preview|subscribe|unsubscribe|list] [TIME|ID] [ZONE] [--weekdays] [--weekly] [flags]",
    );
    expect(JSON.stringify(flagLines(digest.flags))).not.toMatch(/due|skipped/);
  });

  test("a line without it is what anybody may ask", () => {
    const line = "digest now Asia/Seoul --due 2026-11-20T00:00:00.000Z --skipped 2026-11-18,2026-11-19";
    expect(withoutSchedule(line)).toBe("digest now Asia/Seoul");
    expect(withoutSchedule("digest now --weekly --namespace due")).toBe("digest now --weekly --namespace due");
  });
});

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { DigestAct } from "../../src/commands/digest/act.ts";
import { messageText } from "../../src/message/text.ts";
import { createDigestEffect, identified } from "../../src/queue/effects-digest.ts";
import type { CommandRecord } from "../../src/queue/jobs.ts";
import { createSubscriptions } from "../../src/store/subscriptions.ts";
import { useTestRedis } from "../support/redis-client.ts";

const server = useTestRedis();
/** A Friday, 12:00 in Seoul. */
const now = Date.parse("2026-11-20T03:00Z");
const wanted = {
  do: "subscribe",
  at: 540,
  zone: null,
  weekdays: false,
  weekly: false,
  namespaces: [],
  clusters: null,
} as const;

function open(zone?: string) {
  const subscriptions = createSubscriptions(server.redis, `{test-${randomUUID().slice(0, 8)}}`);
  const effect = createDigestEffect({ subscriptions, zoneOf: async () => zone, now: () => now });
  const act = async (
    what: DigestAct,
    place: CommandRecord["place"] = { person: "U1" },
    conversation = "slack:T1/C1",
  ) => {
    const record = { id: "0".repeat(32), conversation, place } as CommandRecord;
    const message = await effect({ kind: "digest", act: what }, record);
    return message === undefined ? "" : messageText(message, 10_000);
  };
  return { subscriptions, act };
}

const zones = async ({ subscriptions }: ReturnType<typeof open>) =>
  (await subscriptions.of("slack:T1/C1")).map(({ subscription, dueAt }) => [
    subscription.zone,
    new Date(dueAt).toISOString().slice(0, 16),
  ]);

test("the zone is what was typed, else the asker's, else UTC, which is said", async () => {
  const typed = open("Europe/Berlin");
  await typed.act({ ...wanted, zone: "Asia/Seoul" }, { person: "U1", zone: "America/New_York" });
  const own = open("Europe/Berlin");
  await own.act(wanted, { person: "U1", zone: "America/New_York" });
  const looked = open("Europe/Berlin");
  const known = await looked.act(wanted);
  const none = open();
  const assumed = await none.act(wanted);

  expect(await zones(typed)).toEqual([["Asia/Seoul", "2026-11-21T00:00"]]);
  expect(await zones(own)).toEqual([["America/New_York", "2026-11-20T14:00"]]);
  expect(await zones(looked)).toEqual([["Europe/Berlin", "2026-11-20T08:00"]]);
  expect(await zones(none)).toEqual([["UTC", "2026-11-20T09:00"]]);
  expect(known).not.toContain("UTC");
  expect(assumed).toContain("digest subscribe 09:00 Asia/Seoul");
});

test("the same again is the same subscription; ten are the most in one conversation, and one more somewhere else is none of them", async () => {
  const opened = open();
  const { act, subscriptions } = opened;
  const said: string[] = [];
  for (let hour = 0; hour < 11; hour++) said.push(await act({ ...wanted, at: hour * 60 }));
  const again = await act({ ...wanted, at: 60 });
  const elsewhere = await act(wanted, { person: "U1" }, "slack:T1/C2");

  expect(said.slice(0, 10).every((text) => text.includes("Subscribed: "))).toBe(true);
  expect(said[10]).toContain("At most 10 digests come to one conversation");
  expect(again).toContain("Already subscribed");
  expect(elsewhere).toContain("Subscribed: ");
  expect(await subscriptions.of("slack:T1/C1")).toHaveLength(10);
});

test("only what comes here can be unsubscribed here, and what the configuration declares cannot", async () => {
  const { act, subscriptions } = open();
  await act(wanted);
  await act(wanted, { person: "U1" }, "slack:T1/C2");
  const what = { conversation: "slack:T1/C3", at: 1, zone: "UTC", weekdays: false, weekly: false };
  const declared = identified({ ...what, namespaces: [], clusters: [] }, "digests[4]");
  await subscriptions.declare([[declared, now]]);
  const [other] = await subscriptions.of("slack:T1/C2");
  const foreign = await act({ do: "unsubscribe", id: other?.subscription.id ?? "" });
  const refused = await act({ do: "unsubscribe", id: null }, { person: "U1" }, "slack:T1/C3");
  const gone = await act({ do: "unsubscribe", id: null });
  const empty = await act({ do: "unsubscribe", id: null });

  expect(foreign).toContain("comes here");
  expect(foreign).toContain("No digest with id");
  expect(refused).toContain("digests[4]");
  expect(gone).toContain("Unsubscribed");
  expect(empty).toContain("No digest comes here");
  expect(await subscriptions.of("slack:T1/C1")).toEqual([]);
  expect(await subscriptions.of("slack:T1/C2")).toHaveLength(1);
  expect(await subscriptions.of("slack:T1/C3")).toHaveLength(1);
  expect(await act({ do: "list" }, {}, "slack:T1/C3")).toContain("digests[4]");
});

test("a terminal subscribes to nothing", async () => {
  const { act, subscriptions } = open();
  expect(await act(wanted, {}, "terminal:1")).toContain("A terminal cannot subscribe");
  expect(await subscriptions.of("terminal:1")).toEqual([]);
});

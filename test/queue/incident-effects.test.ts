/** What people ask of incidents, on a real Redis and a real Alertmanager. */
import { randomUUID } from "node:crypto";
import type { Queue } from "bullmq";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { actsOf } from "../../src/alerts/acts.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import type { IncidentAct } from "../../src/commands/incident/act.ts";
import { BotError } from "../../src/errors.ts";
import { messageText } from "../../src/message/text.ts";
import { type AlertJob, alertQueue } from "../../src/queue/alerts-jobs.ts";
import type { IncidentEffectOptions } from "../../src/queue/effects-acting.ts";
import { createIncidentEffect } from "../../src/queue/effects-incident.ts";
import { type CommandRecord, openQueue } from "../../src/queue/jobs.ts";
import { type Alertmanager, createAlertmanager } from "../../src/sources/alertmanager/alertmanager.ts";
import { createIncidents, type Incidents } from "../../src/store/incidents.ts";
import { fires, notified, told } from "../alerts/incidents.ts";
import { startTestAlertmanager, type TestAlertmanager } from "../support/alertmanager.ts";
import { useTestRedis } from "../support/redis-client.ts";

const conversation = "slack:T1/C1";
const hour = 3_600_000;
const use = useTestRedis();

let server: TestAlertmanager;
let real: Alertmanager;
let queue: Queue<AlertJob>;
let incidents: Incidents<Incident>;
beforeAll(async () => {
  server = await startTestAlertmanager();
  real = createAlertmanager(server);
}, 30_000);
afterAll(async () => {
  await queue.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const prefix = `{test-${randomUUID().slice(0, 8)}}`;
  await queue?.close();
  queue = openQueue<AlertJob>(alertQueue, use.redis, prefix);
  incidents = createIncidents<Incident>(use.redis, prefix);
});

/** A new incident, with labels that no other test's has. */
async function stored(given: Partial<Incident> = {}): Promise<Incident> {
  const at = Date.now();
  const opened = notified(undefined, at, [fires(randomUUID(), at)], { groupKey: randomUUID() });
  const incident = { ...told(opened, at), ...given };
  expect(await incidents.write(incident.key, incident, "")).toBe(true);
  return incident;
}

const now = async ({ key }: Incident) => (await incidents.read(key)).incident as Incident;
const mine = async ({ key }: Incident) => (await server.silences()).filter(({ comment }) => comment.includes(key));

function recordOf(given: Partial<CommandRecord> = {}): CommandRecord {
  const takenAt = Date.now();
  return {
    id: randomUUID().replaceAll("-", ""),
    ...{ text: "", askedAt: takenAt, takenAt, deadlineAt: takenAt + 15_000 },
    ...{ clusters: ["lab"], visible: {}, conversation, place: { person: "U1", name: "ann" } },
    ...given,
  };
}

/** What the person reads. */
async function act(
  incident: Pick<Incident, "key">,
  does: IncidentAct,
  { options = {}, record = recordOf() }: { options?: Partial<IncidentEffectOptions>; record?: CommandRecord } = {},
): Promise<string> {
  const effect = createIncidentEffect({
    ...{ incidents, queue, silencers: ["slack:U1", "slack:U2"], contact: "#platform" },
    alertmanagers: new Map([["lab", real]]),
    ...options,
  });
  const message = await effect({ kind: "incident", id: incident.key.slice(0, 8), act: does }, record);
  return messageText(message ?? { tone: "bad", title: "nothing was said", blocks: [] });
}

const silence = { act: "silence", ms: 2 * hour, comment: "drained until noon" } as const;
const other = () => recordOf({ place: { person: "U2", name: "bob" } });

describe("a silence", () => {
  test("stands in Alertmanager with the group's labels, and says who made it, where and why", async () => {
    const incident = await stored();
    const before = Date.now();

    expect(await act(incident, silence)).toMatch(
      /^Silenced in Alertmanager until .* UTC by ann\n.*alertname="Drops", pod=/,
    );
    const [made, ...others] = await mine(incident);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ createdBy: "ann (slack:U1)", status: { state: "active" } });
    expect(made?.comment).toBe(
      `drained until noon. Silenced by ann (slack:U1) in slack:T1/C1, cilium-chatops incident ${incident.key}/1`,
    );
    const labels = made?.matchers.map(({ name, value }) => [name, value]) ?? [];
    expect(Object.fromEntries(labels)).toEqual(incident.labels);
    expect(made?.matchers.every(({ isRegex, isEqual }) => !isRegex && isEqual)).toBe(true);
    expect(Date.parse(made?.endsAt ?? "") - before).toBeGreaterThanOrEqual(2 * hour - 1_000);
    expect(Date.parse(made?.endsAt ?? "") - before).toBeLessThan(2 * hour + 60_000);
    expect(actsOf(await now(incident)).silence).toMatchObject({ id: made?.id, by: { name: "ann" } });
    expect((await queue.getDelayed()).map(({ data }) => data)).toEqual([{ kind: "settle", key: incident.key }]);
  });

  test("is one, however often its command comes, and whoever asks meanwhile", async () => {
    const incident = await stored();
    const record = recordOf();

    const said = await Promise.all([
      act(incident, silence, { record }),
      act(incident, silence, { record: other() }),
      act(incident, silence, { record: other() }),
    ]);
    const again = await act(incident, silence, { record: other() });

    expect(await mine(incident)).toHaveLength(1);
    expect(said.filter((text) => text.startsWith("Silenced in Alertmanager"))).toHaveLength(1);
    expect(again).toMatch(/^Silenced already until .* by (ann|bob) at/);
  });

  test("is found again by a command that died after it was made", async () => {
    const incident = await stored();
    const record = recordOf();
    const dying = {
      ...real,
      create: async (given: Parameters<Alertmanager["create"]>[0]) => {
        await real.create(given);
        throw new Error("killed");
      },
      silences: async () => [],
    };
    // As far as a process comes that dies there: claimed, made, and not written down.
    await act(incident, silence, { record, options: { alertmanagers: new Map([["lab", dying]]) } });
    const claim = {
      by: { name: "ann", at: record.takenAt },
      until: record.takenAt + 2 * hour,
      id: "",
      command: record.id,
    };
    const { stamp } = await incidents.read(incident.key);
    const acts = { ...actsOf(incident), silence: { ...claim, matchers: incident.labels ?? {} } };
    await incidents.write(incident.key, { ...incident, acts }, stamp);
    expect(await mine(incident)).toHaveLength(1);

    expect(await act(incident, silence, { record })).toMatch(/^Silenced in Alertmanager until .* by ann/);
    expect(await act(incident, silence, { record })).toMatch(/^Silenced in Alertmanager until .* by ann/);
    expect(await mine(incident)).toHaveLength(1);
  });

  test("whose reply was lost was made", async () => {
    const incident = await stored();
    const create: Alertmanager["create"] = async (given) => {
      await real.create(given);
      throw new BotError("TIMEOUT", "no answer in time");
    };

    const said = await act(incident, silence, { options: { alertmanagers: new Map([["lab", { ...real, create }]]) } });

    expect(said).toMatch(/^Silenced in Alertmanager until/);
    expect(await mine(incident)).toHaveLength(1);
    expect(actsOf(await now(incident)).silence?.id).toBe((await mine(incident))[0]?.id);
  });

  test("of an Alertmanager that is away is not claimed for long, and it is said what happened", async () => {
    const incident = await stored();
    const away = createAlertmanager({ url: "http://127.0.0.1:1" });

    const said = await act(incident, silence, { options: { alertmanagers: new Map([["lab", away]]) } });

    expect(said).toMatch(/^It could not be silenced\nAlertmanager at http:\/\/127.0.0.1:1 could not be reached/);
    expect(said).toContain("nothing is made twice");
    expect(actsOf(await now(incident)).silence).toBeNull();
    expect(await act(incident, silence, { record: other() })).toMatch(/^Silenced in Alertmanager/);
  });

  test("is ended by whoever may make one, once", async () => {
    const incident = await stored();
    await act(incident, silence);
    const record = other();

    expect(await act(incident, { act: "unsilence" }, { record })).toMatch(/^The silence was ended by bob/);
    expect((await mine(incident)).map(({ status }) => status.state)).toEqual(["expired"]);
    expect(await act(incident, { act: "unsilence" }, { record })).toMatch(/^The silence was ended by bob/);
    expect(await act(incident, { act: "unsilence" })).toMatch(/^Nothing here has silenced it/);
    expect(await act(incident, silence)).toMatch(/^Silenced in Alertmanager/);
    expect((await mine(incident)).map(({ status }) => status.state).sort()).toEqual(["active", "expired"]);
  });

  test("that somebody ended in Alertmanager is ended here too", async () => {
    const incident = await stored();
    await act(incident, silence);
    const [made] = await mine(incident);
    await real.expire(made?.id ?? "");

    expect(await act(incident, { act: "unsilence" })).toMatch(/^The silence was ended by ann/);
    expect(actsOf(await now(incident)).silence).toBeNull();
  });

  test.each<[string, Partial<IncidentEffectOptions>, Partial<CommandRecord>, Partial<Incident>, string]>([
    [
      "nobody",
      { silencers: [] },
      {},
      {},
      'Nobody may silence alerts from here yet\nThe configuration has to name you: "slack:U1" in alerts.silencers. Ask #platform.',
    ],
    [
      "others",
      { silencers: ["slack:U9"] },
      {},
      {},
      'You may not silence alerts from here\nThe configuration has to name you: "slack:U1"',
    ],
    ["another platform's", { silencers: ["teams:U1"] }, {}, {}, "You may not silence alerts from here"],
    ["people alone", {}, { place: {} }, {}, "The platform did not say who you are"],
    ["another cluster", {}, { clusters: ["prod"] }, {}, "This channel may not ask about lab"],
    [
      "no Alertmanager",
      { alertmanagers: new Map() },
      {},
      {},
      "Alertmanager is not configured for lab\nSet clusters[].alertmanager.url",
    ],
    ["no labels", {}, {}, { labels: {} }, "Its alerts have no label in common"],
  ])("%s: it is refused with what to set", async (_, options, given, changed, say) => {
    const incident = await stored(changed);

    expect(await act(incident, silence, { options, record: recordOf(given) })).toContain(say);
    expect(await mine(incident)).toEqual([]);
    expect(actsOf(await now(incident)).silence).toBeNull();
  });
});

describe("what needs no Alertmanager", () => {
  test("acknowledging: the command that did it says so again, another one who it was", async () => {
    const incident = await stored();
    const record = recordOf();

    expect(await act(incident, { act: "acknowledge" }, { record })).toMatch(/^Acknowledged by ann\n/);
    expect(await act(incident, { act: "acknowledge" }, { record })).toMatch(/^Acknowledged by ann\n/);
    expect(await act(incident, { act: "acknowledge" }, { record: other() })).toMatch(/^Acknowledged already by ann at/);
    expect((await now(incident)).version).toBe(incident.version + 1);
    expect((await queue.getWaiting()).map(({ data }) => data)).toEqual([{ kind: "refresh", key: incident.key }]);
  });

  test("muting is settled when it ends, and ended before", async () => {
    const incident = await stored();

    expect(await act(incident, { act: "mute", ms: hour })).toMatch(/^Muted here until .* by ann/);
    const [settling] = await queue.getDelayed();
    expect(settling?.data).toEqual({ kind: "settle", key: incident.key });
    expect(settling?.delay).toBeGreaterThan(hour - 60_000);
    expect(await act(incident, { act: "unmute" }, { record: other() })).toMatch(/^Unmuted by bob/);
    expect(await act(incident, { act: "unmute" })).toMatch(/^It is not muted here/);
  });

  test("closing and explaining", async () => {
    const incident = await stored();

    expect(await act(incident, { act: "close" })).toMatch(/^Closed by ann\n/);
    expect(await act(incident, { act: "close" }, { record: other() })).toMatch(/^Closed already by ann at/);
    expect(await act(incident, { act: "explain" })).toMatch(/^No verdict yet: Drops/);
  });

  test("a person whose name is not known is who the platform says", async () => {
    const incident = await stored();

    expect(await act(incident, { act: "acknowledge" }, { record: recordOf({ place: { person: "U7" } }) })).toMatch(
      /^Acknowledged by U7\n/,
    );
  });
});

describe("an id", () => {
  const key = (beginning: string) => beginning.padEnd(32, "0");

  test("of nothing here, of another channel, and of several", async () => {
    await stored({ key: key("abcdef0112") });
    await stored({ key: key("abcdef0134") });
    await stored({ key: key("fedcba0100"), conversation: "slack:T1/C2" });

    const say = (id: string) => act({ key: key(id) }, { act: "acknowledge" });
    expect(await say("12345678")).toMatch(/^No incident of this channel has that id\nNothing begins with 12345678/);
    expect(await say("fedcba01")).toMatch(/^No incident of this channel has that id/);
    expect(await say("abcdef01")).toMatch(
      /^2 incidents of this channel begin with that id\n.*abcdef0134000000, abcdef0112000000/,
    );
  });
});

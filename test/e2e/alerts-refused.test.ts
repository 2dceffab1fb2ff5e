/** A channel that is archived while alerts come, and taken out of the archive later. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { freePort } from "../../src/lab/programs/start.ts";
import { payload } from "../alerts/payloads.ts";
import { startChat, waitFor } from "../support/chat.ts";

test("the admin channel hears of it once, and what came meanwhile is shown once and in order", async () => {
  await using chat = await startChat({ mode: "http" });
  const { slack, incidents, outside, alice } = chat;
  const admins = slack.workspace.addChannel({ name: "admins", members: [alice.id] });
  const token = randomBytes(20).toString("hex");
  const port = await freePort();
  const http = { host: "127.0.0.1", port, adminPort: 0 };
  const routes = [{ channel: `slack:${incidents.id}`, match: { severity: "critical" } }];
  const adminChannel = `slack:${admins.id}`;
  const bot = await chat.startBot({ config: { http, artifacts: {}, alerts: { token, routes, adminChannel } } });
  slack.deliverTo({ url: bot.events });
  const shown = () => slack.messages(incidents).filter(({ user }) => user !== alice.id);
  const why = () => `${JSON.stringify(slack.messages(admins).map(({ text }) => text))} ${bot.log()}`;
  const post = async (groupKey: string, severity: string, end: object = {}) => {
    const labels = { alertname: groupKey, severity };
    const startsAt = Date.now() - 60_000;
    const body = JSON.stringify(payload({ groupKey, alerts: [{ labels, startsAt, ...end }] }));
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${port}/alertmanager`, { method: "POST", headers, body });
    expect(response.status).toBe(200);
  };

  const methods = ["chat.postMessage", "chat.update"];
  const repair = slack.faults.add({
    ...{ methods, channels: [incidents.id] },
    faults: [{ fault: "error", error: "is_archived" }],
  });
  await post("One", "critical");
  await waitFor(() => slack.messages(admins).length > 0, 60_000, why);
  await post("Two", "critical");
  await post("One", "critical", { status: "resolved", endsAt: Date.now() - 10_000 });
  await post("Nobody", "info");
  await waitFor(() => slack.messages(admins).some(({ text }) => text.includes("shown nowhere")), 60_000, why);
  expect(shown()).toEqual([]);
  const [report, ...others] = slack.messages(admins);
  expect(JSON.stringify([report?.text, report?.blocks])).toMatch(/cannot post.*is_archived|cannot post[\s\S]*archived/);
  expect(others.map(({ text }) => text.includes("cannot post"))).toEqual([false]);

  repair();
  // It took an answer, so that the others follow at once.
  await slack.slashCommand({ text: "deliveries", user: alice, channel: incidents });
  const roots = () => shown().filter(({ ts, threadTs }) => (threadTs ?? ts) === ts);
  const of = (name: string) => roots().filter(({ text }) => text.includes(name) && /Firing|Resolved/.test(text));
  await waitFor(() => of("One").length === 1 && of("Two").length === 1, 60_000, why);
  await waitFor(() => of("One").every(({ text }) => text.includes("Resolved")), 60_000, why);
  expect(
    roots()
      .filter(({ text }) => /Firing|Resolved/.test(text))
      .map(({ text }) => /One|Two/.exec(text)?.[0]),
  ).toEqual(["One", "Two"]);
  expect(roots().some(({ text }) => /\d+ kept/.test(text))).toBe(true);
  const subjects = shown().map(({ metadata }) => metadata?.event_payload["subject"]);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect(slack.messages(outside)).toEqual([]);
}, 360_000);

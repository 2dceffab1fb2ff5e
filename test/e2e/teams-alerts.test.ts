/** An alert in a channel of Teams: its thread, its end in the same place, while a third of the replies is lost or a 429 and the process that took it is killed with -9. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { freePort } from "../../src/lab/programs/start.ts";
import { payload } from "../alerts/payloads.ts";
import { waitFor } from "../support/chat.ts";
import { lossy } from "../support/slack/faults.ts";
import { isUnderway, startTeamsChat } from "../support/teams/chat.ts";
import { buttonsOf, type Message, textOf } from "../support/teams/state.ts";

test("an alert has one thread with what was dropped, and its end turns the first message good", async () => {
  await using chat = await startTeamsChat();
  const { teams, channel, lab } = chat;
  const token = randomBytes(20).toString("hex");
  const alerts = { token, routes: [{ channel: `teams:${channel.id}` }] };
  const start = async () => {
    const port = await freePort();
    const http = { host: "127.0.0.1", port, adminPort: 0, publicUrl: "http://127.0.0.1:1" };
    const bot = await chat.startBot({ config: { http, alerts } });
    teams.deliverTo(bot.events);
    return { bot, webhook: `http://127.0.0.1:${port}/alertmanager` };
  };
  const first = await start();
  await teams.install({ in: channel }, "add");

  const shown = () => teams.messages(channel).filter((message) => !isUnderway(message));
  const roots = () => shown().filter(({ thread }) => thread === null);
  const below = ({ id }: Message) => shown().filter(({ thread }) => thread === id);
  const why = () => `${JSON.stringify(teams.messages(channel).map((one) => [one.thread, textOf(one)]))} ${chat.logs()}`;
  const startsAt = Date.now() - 30_000;
  const labels = { severity: "critical", namespace: "default", workload: "deathstar" };
  const alert = { labels, startsAt, annotations: { summary: "[a link](http://x) deathstar is unreachable" } };
  const post = async (webhook: string, end: object = {}) => {
    const body = JSON.stringify(payload({ groupKey: "one", alerts: [{ ...alert, ...end }] }));
    const response = await fetch(webhook, { method: "POST", headers: { authorization: `Bearer ${token}` }, body });
    return response.status;
  };

  const calm = teams.faults.add(lossy(1, ["post", "update"]));
  lab.world.setStep("l3-l4", Date.now() - 20_000);
  expect(await post(first.webhook)).toBe(200);
  await first.bot.stop("SIGKILL");
  const second = await start();
  await waitFor(() => roots().length > 0, 90_000, why);
  const [root] = roots() as [Message];
  expect(textOf(root)).toContain("Firing: Drops · default/deathstar");
  expect(buttonsOf(root).map(({ title }) => title)).toContain("capture again");
  await waitFor(() => below(root).some((line) => /deathstar[\s\S]*\d+ packets?/.test(textOf(line))), 90_000, why);
  await waitFor(() => below(root).some((line) => textOf(line).includes("get the file")), 90_000, why);
  calm();

  const [button] = buttonsOf(root).filter(({ title }) => title.startsWith("drops"));
  const lines = below(root).length;
  const pressed = await teams.press(button?.data ?? {}, { in: channel, thread: root.id, message: root });
  expect(pressed.status).toBe(200);
  await waitFor(() => below(root).length > lines, 30_000, why);

  expect(await post(second.webhook, { status: "resolved", endsAt: startsAt + 9_000 })).toBe(200);
  const isOver = (message: Message) => textOf(message).includes("Resolved after 9s");
  await waitFor(() => isOver(root) && below(root).some(isOver), 90_000, why);
  // What Teams cannot be asked about may stand there twice, as a line that was never edited: counted, and no answer.
  expect(roots().map(({ id }) => id)).toEqual([root.id]);
  expect(below(root).filter(isOver)).toHaveLength(1);
  expect(teams.calls().some(({ fault }) => fault?.fault === "rate-limited")).toBe(true);
  expect(teams.leftovers()).toEqual([]);
}, 420_000);

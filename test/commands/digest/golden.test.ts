import { afterAll, describe, expect, test } from "vitest";
import type { Schedule } from "../../../src/analysis/calendar/schedule.ts";
import {
  declaredMessage,
  fullMessage,
  listMessage,
  noTerminal,
  type Shown,
  subscribedMessage,
  unsubscribedMessage,
  whichMessage,
} from "../../../src/commands/digest/subscriptions-text.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { Message } from "../../../src/message/message.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("digest");
afterAll(() => golden.expectNoOthers());

const options = { width: 80, color: false };
const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);

describe("the answer to digest", () => {
  test.each(answers)("%s: the headline, and below it the thread", (name, text, { message, details = [] }) => {
    const shown = [message, ...details].map((one) => renderTerminal(one, options)).join("\n--- in the thread ---\n\n");
    golden.expect(name, `> ${text}\n\n${shown}`);
  });

  test.each(answers)("%s: a title for a lock screen, at most six details, a small result", (_, __, answer) => {
    const { message, details = [], result } = answer;
    for (const { title } of [message, ...details]) expect(title.length).toBeLessThanOrEqual(150);
    expect(details.length).toBeLessThanOrEqual(6);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test.each(answers)("%s: each button is a command", (_, __, { message, details = [] }) => {
    for (const { blocks } of [message, ...details])
      for (const block of blocks)
        if (block.kind === "actions")
          for (const { command } of block.actions)
            expect(parseCommand(command, { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" }).ok).toBe(
              true,
            );
  });
});

const seoul: Schedule = { at: 540, zone: "Asia/Seoul", weekdays: true, weekly: false };
const one: Shown = {
  subscription: { id: "0a1b2c3d", declared: null, ...seoul, namespaces: [], clusters: [] },
  state: { sentAt: Date.parse("2026-11-20T00:00:20Z"), skipped: [], paused: null },
  dueAt: Date.parse("2026-11-23T00:00Z"),
};
const weekly: Shown = {
  subscription: {
    ...{ id: "4e5f6071", declared: "digests[0]", at: 450, zone: "Europe/Berlin", weekdays: false, weekly: true },
    ...{ namespaces: ["payments", "ledger"], clusters: ["prod-eu"] },
  },
  state: { sentAt: 0, skipped: ["2026-11-16"], paused: null },
  dueAt: Date.parse("2026-11-23T06:30Z"),
};
const say = "Here help and drops may be used, not digest. Ask #platform if you need it.";
const paused: Shown = { ...one, state: { ...one.state, paused: say } };

describe("what is said of subscriptions", () => {
  const said: Readonly<Record<string, Message>> = {
    subscribed: subscribedMessage(one, { known: false, assumed: false }),
    "subscribed in UTC": subscribedMessage(
      { ...one, subscription: { ...one.subscription, zone: "UTC" } },
      { known: false, assumed: true },
    ),
    "subscribed already": subscribedMessage(weekly, { known: true, assumed: false }),
    list: listMessage([one, weekly]),
    "list paused": listMessage([paused]),
    "list empty": listMessage([]),
    unsubscribed: unsubscribedMessage(one),
    "unsubscribe declared": declaredMessage(weekly),
    "unsubscribe which": whichMessage(null, [one, weekly]),
    "unsubscribe unknown": whichMessage("ffffffff", [one]),
    "full here": fullMessage(10, [one, weekly]),
    full: fullMessage(undefined, []),
    terminal: noTerminal,
  };
  test.each(Object.entries(said))("%s", (name, message) => {
    golden.expect(`said ${name}`, renderTerminal(message, options));
    expect(message.title.length).toBeLessThanOrEqual(150);
  });
});

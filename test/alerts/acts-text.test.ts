import { afterAll, expect, test } from "vitest";
import { acknowledge, actsOf, claimSilence, close, mute, settle, silenced, unmute } from "../../src/alerts/acts.ts";
import {
  acknowledgedSaid,
  closedSaid,
  type Done,
  mutedSaid,
  silencedSaid,
  unmutedSaid,
  unsilencedSaid,
} from "../../src/alerts/acts-said.ts";
import { actButtons, actFacts, actNotes } from "../../src/alerts/acts-text.ts";
import { explainMessage } from "../../src/alerts/explain.ts";
import type { Incident } from "../../src/alerts/incident.ts";
import { newsMessage, rootMessage } from "../../src/alerts/show.ts";
import type { Message } from "../../src/message/message.ts";
import { renderTerminal } from "../../src/platforms/terminal/render.ts";
import { goldenFolder } from "../golden/golden.ts";
import { ended, fires, minute, notified, t0, told } from "./incidents.ts";

const golden = goldenFolder("incident");
afterAll(() => golden.expectNoOthers());

const at = t0 + 5 * minute;
const doing = { by: { name: "ann", at }, command: "1" };
const annotations = {
  summary: "worker-1 drops 4.2 packets/s: Policy denied",
  description: "A network policy refuses traffic on this node for five minutes. Scans and pings do that too.",
  runbook: "/cilium drops --reason POLICY_DENIED --since 15m",
  runbook_url: "https://runbooks.example.com/policy-drops",
};
const alert = { ...fires("deathstar"), annotations };
const verdict: Incident["verdict"] = {
  class: "real",
  decidedBy: "persistence",
  say: "40 packets dropped over 3 minutes for Policy denied: longer than one connection is tried",
  tests: [
    { name: "flows", end: "open", say: "40 dropped packets in 1 pair" },
    { name: "map pressure", end: "not_made", say: "how full the agents' tables are is not known" },
    { name: "persistence", end: "real", say: "40 packets dropped over 3 minutes for Policy denied" },
    { name: "harmless kinds", end: "noise", say: "96 % of the packets are of a harmless kind" },
  ],
};
const open: Incident = { ...told(notified(undefined, t0, [alert]), t0), verdict };
const muted = notified(mute(open, 8 * 60 * minute, doing), at + minute, [alert, fires("xwing")]);
const claimed = claimSilence(open, 120 * minute, doing);
const held = silenced(claimed, { id: "s", until: at + 120 * minute }, "1");
const silence = actsOf(held).silence;
if (silence === null) throw new Error("it is silenced");
const done = (after: Incident, before = open): Done => ({ before, after, isDone: true, at });
const mine = acknowledge(open, doing);
const settled = settle(muted, at + 8 * 60 * minute);
const [line] = settled.news;
if (line === undefined) throw new Error("a line tells of it");

/** The parts of the first message that people's acts make, alone. */
function firstMessage(incident: Incident, now: number): Message {
  const { tone, title } = rootMessage(incident, now);
  const actions = actButtons(incident, now);
  const facts = { kind: "facts", facts: actFacts(incident, now) } as const;
  return { tone, title, blocks: [facts, ...actNotes(incident, now), { kind: "actions", actions }] };
}

test.each<[string, Message]>([
  ["first message, new", firstMessage(open, at)],
  [
    "first message, acknowledged and silenced",
    firstMessage(silenced(claimSilence(mine, 7_200_000, doing), { id: "s", until: at + 7_200_000 }, "1"), at),
  ],
  ["first message, muted", firstMessage(muted, at + 2 * minute)],
  ["first message, closed", firstMessage(close(mine, doing), at)],
  [
    "first message, closed and resolved",
    firstMessage(notified(close(mine, doing), at + minute, [ended(at, "deathstar")]), at + minute),
  ],
  ["acknowledged", acknowledgedSaid(done(mine))],
  ["acknowledged already", acknowledgedSaid({ ...done(mine), isDone: false, at: at + minute })],
  ["closed", closedSaid(done(close(open, doing)))],
  ["muted", mutedSaid(done(muted))],
  ["unmuted", unmutedSaid(done(unmute(muted, doing), muted), "bob")],
  ["mute has ended", newsMessage(settled, line)],
  ["silenced", silencedSaid(held, silence, true, at)],
  ["silenced already", silencedSaid(held, silence, false, at + minute)],
  ["silence ended", unsilencedSaid(open, true, "bob")],
  ["explained", explainMessage(open)],
  ["explained before a verdict", explainMessage(notified(undefined, t0, [alert]))],
])("%s", (name, message) => {
  expect(message.title.length).toBeLessThanOrEqual(150);
  golden.expect(name, renderTerminal(message, { width: 80, color: false }));
});

test("the first message has all of these parts", () => {
  const text = renderTerminal(rootMessage(held, at), { width: 200, color: false });

  for (const part of ["silenced", "While it is silenced", "unsilence", "mute here for 8h", "drops since it began"])
    expect(text).toContain(part);
});

test("what strangers wrote is data: a person's name and labels with secrets", () => {
  const name = "<!channel> *ann*";
  const secret = { token: "Bearer abcdefghijklmnop0123456789", url: "https://u:hunter2@example.com/?key=abcdefgh" };
  const said = renderTerminal(silencedSaid(held, { ...silence, matchers: secret, by: { name, at } }, true, at), {
    ...{ width: 200, color: false },
  });

  expect(said).toContain(name);
  expect(said).not.toMatch(/hunter2|abcdefghijklmnop/);
});

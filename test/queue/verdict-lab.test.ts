/** From flows over the real wire to a verdict: the questions that an alert asks, answered by the simulated Relay. */
import { afterEach, expect, test } from "vitest";
import { judge, nothingKnown, type Verdict } from "../../src/alerts/verdict.ts";
import { verdictBlocks } from "../../src/alerts/verdict-text.ts";
import { parseCommand } from "../../src/commands/grammar.ts";
import { createRelay } from "../../src/lab/relay/create.ts";
import type { Faults } from "../../src/lab/relay/faults.ts";
import { createWorld } from "../../src/lab/world/create.ts";
import { partialFacts } from "../../src/queue/alerts-facts.ts";
import { createHubble } from "../../src/sources/hubble/client.ts";
import type { HubbleQuestion, Outcome, Question } from "../../src/sources/question.ts";

const now = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;
const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0)) await one();
});

type Steps = Parameters<typeof createWorld>[0]["steps"];

async function verdictOn(steps: NonNullable<Steps>, line: string, faults: Partial<Faults> = {}): Promise<Verdict> {
  const world = createWorld({ seed: 7, now, steps, history: 9 * minute });
  const relay = await createRelay({ world, clock: () => now, host: "127.0.0.1", port: 0 });
  await relay.setFaults({ ...relay.faults(), ...faults });
  const hubble = createHubble({ name: "lab", address: relay.address, tls: { enabled: false } });
  close.push(
    () => hubble.close(),
    () => relay.close(),
  );
  const answer = async (question: Question): Promise<Outcome> =>
    question.source === "hubble"
      ? {
          question,
          ms: 1,
          status: "ok",
          finding: await hubble.answer(question as HubbleQuestion, AbortSignal.timeout(60_000)),
        }
      : { question, ms: 0, status: "skipped", error: { code: "NOT_CONFIGURED", say: "It is not configured." } };
  const parsed = parseCommand(line, { clusters: ["lab"], defaultCluster: "lab" });
  if (!parsed.ok) throw new Error(parsed.say);
  const { command, args, clusters } = parsed;
  const outcomes: Outcome[] = [];
  for (let round = 0; round < 3; round++) {
    const step = command.step({ args, askedAt: now, clusters, visible: {}, outcomes, round });
    if ("answer" in step) {
      const { result, coverage } = step.answer;
      return judge({ ...nothingKnown, ...partialFacts({ command: command.name, result, coverage }) });
    }
    outcomes.push(...(await Promise.all(step.ask.map(answer))));
  }
  throw new Error("it still asks");
}

const line = "verdict default/deathstar --since 6m";
const of = (verdict: Verdict, name: string) => verdict.tests.find((one) => one.name === name);

test("a policy that stands: real, by persistence, and nothing got through", async () => {
  const verdict = await verdictOn([{ step: "l3-l4", at: now - 8 * minute }], line);

  expect([verdict.class, verdict.decidedBy]).toEqual(["real", "persistence"]);
  expect(of(verdict, "later success")).toMatchObject({
    end: "open",
    say: expect.stringContaining("never got through"),
  });
}, 60_000);

test("a policy that was taken away: the same pairs got through afterwards, and what was real is noise", async () => {
  const steps = [
    { step: "l3-l4", at: now - 8 * minute },
    { step: "deleted", at: now - 2 * minute },
  ] as const;
  const verdict = await verdictOn(steps, line);

  expect(of(verdict, "persistence")).toMatchObject({ end: "open" });
  expect([verdict.class, verdict.decidedBy]).toEqual(["noise", "later success"]);
}, 60_000);

test("with a node away, what was not seen to get through is not known, and the text says why", async () => {
  const verdict = await verdictOn([{ step: "l3-l4", at: now - 8 * minute }], line, {
    unavailableNodes: ["k8s-w2"],
  });

  expect(of(verdict, "later success")).toMatchObject({ end: "not_made", why: "only 2 of 3 nodes answered" });
  expect(JSON.stringify(verdictBlocks(verdict))).toContain("later success (only 2 of 3 nodes answered)");
  expect(JSON.stringify(verdictBlocks(verdict))).toContain("endpoint age (It is not configured)");
}, 60_000);

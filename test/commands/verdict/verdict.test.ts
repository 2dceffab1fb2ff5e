import { describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { commands, unlisted } from "../../../src/commands/index.ts";
import { nearest } from "../../../src/commands/nearest.ts";
import type { VerdictTests } from "../../../src/commands/verdict/tests.ts";
import { messageText } from "../../../src/message/text.ts";
import { play, type Reply, type Scene } from "../../fixtures/outcomes/build.ts";
import { scenes } from "../../fixtures/outcomes/scenes.ts";

const through = { ask: "later", resolution: null, through: [true], because: "" } as const;
const ends = {
  ask: "ends" as const,
  ends: [{ ageMs: 60_000, gone: false }],
  identityChanges: 0,
  because: { ends: "", identityChanges: "" },
};

/** Nobody knows why: that is another answer's matter. */
function plain(name: keyof typeof scenes): Scene {
  const given: Scene = scenes[name];
  const error = { code: "NOT_CONFIGURED", say: "It is not configured." } as const;
  return {
    ...given,
    reply: (question) => (question.ask === "why" ? { ended: "skipped", error } : given.reply(question)),
  };
}

function scene(name: keyof typeof scenes, change: Partial<Scene> = {}, later: Reply = through): Scene {
  const { text, reply, ...rest } = plain(name);
  return {
    ...rest,
    text: text.replace("drops", "verdict"),
    reply: (question) => (question.ask === "later" ? later : question.ask === "ends" ? ends : reply(question)),
    ...change,
  };
}
const testsIn = (given: Scene) => (play(given).answer.result as { tests: VerdictTests }).tests;

describe("what is asked", () => {
  test("is what drops asks, and in the second round what became of its pairs", () => {
    const { questions } = play(scene("after rule1"));
    const drops = play(plain("after rule1")).questions;
    expect(questions.map(({ ask }) => ask)).toEqual([...drops.map(({ ask }) => ask), "later", "ends"]);
    expect(questions.at(-2)).toMatchObject({
      pairs: [{ source: "default/xwing", destination: "default/deathstar", port: 80, last: expect.any(Number) }],
    });
    expect(drops.some(({ ask }) => ask === "later" || ask === "ends")).toBe(false);
  });

  test("is nothing more where nothing was dropped", () => {
    const { questions } = play(scene("before rule1"));
    expect(questions.map(({ ask }) => ask)).not.toContain("later");
    expect(testsIn(scene("before rule1"))).toEqual({
      ...{ laterThrough: null, ends: null, identityChanges: null, because: {} },
    });
  });

  test("is of twenty pairs at most", () => {
    const { questions } = play(scene("10,000 pairs"));
    const later = questions.find((question) => question.ask === "later");
    expect(later?.ask === "later" && later.pairs.length).toBeLessThanOrEqual(20);
  });

  test("tells Kubernetes which namespaces may be seen", () => {
    const visible = { "prod-eu": ["default"] };
    const { questions } = play(scene("after rule1", { visible }));
    expect(questions.find(({ ask }) => ask === "ends")).toMatchObject({ visible: ["default"] });
  });
});

describe("the answer", () => {
  test("is that of drops, and what was found", () => {
    expect(messageText(play(scene("after rule1")).answer.message)).toBe(
      messageText(play(plain("after rule1")).answer.message),
    );
    expect(testsIn(scene("after rule1"))).toEqual({
      ...{ laterThrough: [true], ends: ends.ends, identityChanges: 0, because: {} },
    });
  });

  test("says why something is not known, and is not worse for it", () => {
    const late = { ended: "late", error: { code: "TIMEOUT", say: "Hubble Relay: no answer in 4 s." } } as const;
    const given = scene("after rule1", {}, late);
    expect(testsIn(given)).toMatchObject({
      ...{ laterThrough: null, because: { laterThrough: "Hubble Relay: no answer in 4 s." } },
    });
    expect(play(given).answer.message).toEqual(play(plain("after rule1")).answer.message);
  });
});

test("what only the program asks is in no list and is nobody's suggestion, but can be read back", () => {
  const where = { clusters: ["lab"], defaultCluster: "lab" };
  for (const name of Object.keys(unlisted)) {
    expect(Object.keys(commands)).not.toContain(name);
    const typo = parseCommand(`${name}x`, where);
    expect(nearest(`${name}x`, [name])).toBe(name);
    expect(typo).toMatchObject({ ok: false, say: expect.not.stringContaining(`mean ${name}`) });
  }
  expect(parseCommand("verdict default/deathstar --since 5m", where)).toMatchObject({ ok: true });
});

import { describe, expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import { badCommands } from "../fixtures/bad-commands.ts";
import { randomFrom } from "../fixtures/random.ts";

const options = { clusters: ["prod-eu", "prod-us", "staging"], defaultCluster: "prod-eu" };

/** As people write to a colleague, and the line that it is read as. */
const phrases: readonly (readonly [typed: string, line: string])[] = [
  ["why can't xwing reach deathstar", "why xwing deathstar"],
  ["why can’t xwing reach deathstar?", "why xwing deathstar"],
  ["Why cannot xwing connect to deathstar on port 80", "why xwing deathstar:80"],
  ["why does xwing not reach deathstar:80/tcp", "why xwing deathstar:80/tcp"],
  ["why xwing -> deathstar", "why xwing deathstar"],
  ["why xwing→deathstar 80", "why xwing deathstar:80"],
  ["why is xwing blocked from deathstar", "why xwing deathstar"],
  ["why is deathstar not reachable from xwing", "why xwing deathstar"],
  ["why xwing deathstar --port 80", "why xwing deathstar:80"],
  ["why is my traffic being dropped?", "drops"],
  ["why is deathstar dropping packets", "drops deathstar"],
  ["payments cannot reach ledger", "why payments ledger"],
  ["payments can't reach ledger:5432 since 10 minutes", "why payments ledger:5432 --since 10minutes"],
  ["can xwing reach deathstar?", "why xwing deathstar"],
  ["is traffic from xwing to deathstar dropped", "why xwing deathstar"],
  ["is deathstar down?", "drops deathstar"],
  ["what's wrong with deathstar", "drops deathstar"],
  ["what is dropped in default", "drops default"],
  ["what is going on", "drops"],
  ["drops in default", "drops default"],
  ["drops in namespace default", "drops namespace/default"],
  ["drops for deathstar in default", "drops default/deathstar"],
  ["drops for deathstar last 30 minutes", "drops deathstar --since 30minutes"],
  ["drops deathstar in the last hour", "drops deathstar --since 1h"],
  ["drops deathstar 10m", "drops deathstar --since 10m"],
  ["drops deathstar --since 2026-11-20 03:00", "drops deathstar --since 2026-11-20T03:00"],
  ["drops deathstar --last 10m", "drops deathstar --since 10m"],
  ["drops deathstar -since 5m", "drops deathstar --since 5m"],
  ["drops from xwing to deathstar", "drops deathstar --from-pod /xwing"],
  ["drops --from default/xwing --to deathstar", "drops deathstar --from-pod default/xwing"],
  ["drops deathstar:80", "drops deathstar --port 80"],
  ["drops http://deathstar.default.svc/v1/request-landing", "drops deathstar.default.svc"],
  ["drops -A", "drops"],
  ["drop Deathstar.", "drops Deathstar"],
  ["<@U0123> please show me the drops for deathstar!", "drops deathstar"],
  ["<at>Cilium</at> drops the deathstar", "drops deathstar"],
  ["hey @cilium, drops deathstar #incident-42", "drops deathstar"],
  ["$ hubble observe --pod default/xwing --verdict DROPPED", "observe --pod default/xwing --verdict DROPPED"],
  ["hubble observe --pod default/xwing -f -o jsonpb --server localhost:4245", "follow --pod default/xwing"],
  ["hubble observe -o json --last 5", "observe -o json --last 5"],
  ["observe xwing --follow", "follow xwing"],
  ["cilium status", "status"],
  ["hubble status -P", "status"],
  ["hubble list nodes -o wide", "status"],
  ["why xwing", "drops xwing"],
  ["policies in default", "policies default"],
  ["policy for deathstar", "policies deathstar"],
  ["suggest a policy for deathstar", "suggest deathstar"],
  ["audit -n default", "audit default"],
  ["top 5 drops", "top drops 5"],
  ["capture xwing for 30s", "capture xwing --for 30s"],
  ["changes last hour", "changes --since 1h"],
  ["how can you help me", "help"],
  ["help with drops", "help drops"],
  ["thanks!", "help"],
];

test.each(phrases)("%j is read as %s", (typed, line) => {
  const parsed = parseCommand(typed, options);
  expect(parsed.ok ? parsed.text : parsed.say).toBe(line);
  expect(parseCommand(line, options)).toEqual(parsed);
});

describe("commands that change something", () => {
  test.each([
    "please silence 3f9a2c8d",
    "could you mute 3f9a2c8d",
    "close it please",
    "cancel that",
    "I want to unsubscribe from the digest",
    "ack this one",
    "digest subscribe every day at 8",
  ])("%j is not guessed", (typed) => {
    expect(parseCommand(typed, options).ok).toBe(false);
  });
});

test("what a refusal says to type can be typed", () => {
  const typed = badCommands.map(([line]) => line);
  const asked = typed.flatMap((line) => {
    const parsed = parseCommand(line, options);
    const example = parsed.ok
      ? undefined
      : /(?:^Did you mean this\? T|, t|\. T)ype(?: for example)?: ([a-z][^;]*)$/.exec(parsed.say)?.[1];
    return example === undefined ? [] : [example];
  });
  expect(asked.length).toBeGreaterThan(10);
  for (const example of asked) expect(parseCommand(example, options), example).toMatchObject({ ok: true });
});

test("plain words in any order never throw, and what is understood is understood again", () => {
  const random = randomFrom(20_261_122);
  const words =
    "why can't is the drops drop xwing deathstar default/deathstar from to in -> → port 80 last 30 minutes since 10m ago --since --port -n -A --from --to --sinse , ? ’ # | ; show top 5 help hubble observe -f node k8s-w1 reach blocked service namespace 10.0.0.1:80 http://a/b? silence cancel".split(
      " ",
    );
  let understood = 0;
  for (let round = 0; round < 4_000; round++) {
    const text = Array.from({ length: 1 + random.below(8) }, () => random.pick(words)).join(" ");
    const parsed = parseCommand(text, options);
    if (!parsed.ok) {
      expect(parsed.say.length, text).toBeLessThan(400);
      continue;
    }
    understood += 1;
    expect(parseCommand(parsed.text, options), text).toEqual(parsed);
  }
  expect(understood).toBeGreaterThan(400);
});

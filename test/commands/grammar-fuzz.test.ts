import { expect, test } from "vitest";
import { parseCommand } from "../../src/commands/grammar.ts";
import { randomFrom } from "../fixtures/random.ts";

const options = { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" };

const fragments = [
  ..."drops|help|deathstar|default/deathstar|ns/x|-l|org=empire|--since|10m|--until|5m|--port|80|--cluster|*|prod-us|--all|--top|3|--reason|133|POLICY_DENIED|--from-pod|a/b|--|-|---|—|–|=|,|'|\"|“|”|‘|’|«|»|`|\\".split(
    "|",
  ),
  ..." | | |\t|\n|\u00a0|\u001b[31m|\u0000|\u0007|\u009b|\u202e|\u200b|\ufeff|\ud83d|\ude00|😀|é|̈|漢字|<!channel>|$(id)|; rm -rf ~|%s%n|{}|__proto__|constructor|null|-1|99999999999|10.0.0.0/8|fe80::1|http://x?token=y|x=y=z|!a|a in (b,c)|2026-11-20T03:00Z|23:59".split(
    "|",
  ),
  "x".repeat(70),
  "y".repeat(3_000),
];

/** Space and short escapes apart, nothing that a terminal obeys or a reader cannot see. */
const unsafe = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/u;

test("whatever is typed gives a command or one safe sentence, and a command's text gives the same command again", () => {
  const random = randomFrom(20_261_120);
  let understood = 0;
  for (let round = 0; round < 6_000; round++) {
    const start = random.chance(0.7) ? "drops " : "";
    const text =
      start +
      Array.from({ length: random.below(12) }, () => random.pick(fragments) + (random.chance(0.6) ? " " : "")).join("");
    const parsed = parseCommand(text, options);
    if (parsed.ok) {
      understood += 1;
      const again = parseCommand(parsed.text, options);
      expect(again, text).toMatchObject({ ok: true, args: parsed.args, clusters: parsed.clusters, text: parsed.text });
      expect(unsafe.test(parsed.text), text).toBe(false);
    } else {
      expect(unsafe.test(parsed.say), text).toBe(false);
      expect(parsed.say.length, text).toBeLessThan(400);
      expect(parsed.say, text).not.toContain("x".repeat(61));
      expect(parsed.say, text).not.toContain("y".repeat(61));
    }
  }
  // A fuzz that never gets past the door proves nothing.
  expect(understood).toBeGreaterThan(200);
});

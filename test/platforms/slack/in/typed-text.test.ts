import { expect, test } from "vitest";
import { typedText, withoutMention } from "../../../../src/platforms/slack/in/typed-text.ts";

test.each([
  ["drops deathstar", "drops deathstar"],
  ["why <http://deathstar.default.svc|deathstar.default.svc>", "why deathstar.default.svc"],
  ["why <http://xwing.default.svc:8080|xwing.default.svc:8080> --last 5m", "why xwing.default.svc:8080 --last 5m"],
  ["drops <https://api.example.com/v1?a=1&amp;b=2>", "drops https://api.example.com/v1?a=1&b=2"],
  ["flows <mailto:ops@example.com|ops@example.com>", "flows ops@example.com"],
  ["flows <tel:5551234|555-1234>", "flows 555-1234"],
  ["port &lt; 80 &amp;&amp; &gt; 3", "port < 80 && > 3"],
  ["once &amp;lt; only", "once &lt; only"],
  ["<http://x.y/?a&amp;lt;b|x.y/?a&amp;lt;b>", "x.y/?a&lt;b"],
  ["mute <@U12345|alice> in <#C12345|incidents>", "mute <@U12345> in <#C12345>"],
  ["<!here> <!subteam^S1|@platform> <!date^1^{date}|yesterday>", "@here @platform yesterday"],
  ["half <http://x", "half <http://x"],
  ["", ""],
])("%s was typed as %s", (sent, typed) => {
  expect(typedText(sent)).toBe(typed);
});

test.each([
  ["<@U0BOT> drops x", "drops x"],
  ["<@U0BOT|cilium> drops x", "drops x"],
  ["hey <@U0BOT>: drops x", "hey  : drops x"],
  ["drops x <@U0BOT>", "drops x"],
  ["<@U0BOT>", ""],
  ["<@U0BOT> mute <@U0BOT>", "mute <@U0BOT>"],
  ["<@U0BOT2> drops x", "<@U0BOT2> drops x"],
])("%s without the bot is %s", (sent, rest) => {
  expect(withoutMention(sent, "U0BOT")).toBe(rest);
});

test("a text of nothing but brackets is read at once", () => {
  const before = performance.now();
  typedText("<".repeat(100_000));
  typedText("<a".repeat(50_000));
  withoutMention("<@U0BOT|".repeat(12_000), "U0BOT");
  expect(performance.now() - before).toBeLessThan(2_000);
});

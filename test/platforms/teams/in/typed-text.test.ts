import { expect, test } from "vitest";
import { typedText } from "../../../../src/platforms/teams/in/typed-text.ts";

const bot = "28:bot";
const mention = (text: string, id = bot) => ({ type: "mention" as const, text, mentioned: { id } });
const typed = (text: string, ...mentions: ReturnType<typeof mention>[]) => typedText(text, mentions, bot);

test.each([
  ["drops x", "drops x"],
  ["/cilium drops x", "drops x"],
  ["/Cilium drops x", "drops x"],
  ["cilium drops x", "drops x"],
  ["/drops x", "drops x"],
  ["cilium", ""],
  ["ciliumagent x", "ciliumagent x"],
  ["\u00a0drops\u00a0 x\n--since\u00a05m ", "drops x --since 5m"],
  ["drops&nbsp;x", "drops x"],
  ["query rate(a[5m]) &gt; 1 &amp;&amp; b &lt; 2", "query rate(a[5m]) > 1 && b < 2"],
  ["query &quot;a&#39;b&quot;", 'query "a\'b"'],
  ["query &amp;lt;", "query &lt;"],
  ["drops “a b”", "drops “a b”"],
])("%j is %j", (text, expected) => {
  expect(typed(text)).toBe(expected);
});

test("the bot's mention goes, wherever it stands; the name of anybody else's stays", () => {
  const own = mention("<at>Cilium</at>");
  expect(typed("<at>Cilium</at> drops x", own)).toBe("drops x");
  expect(typed("drops <at>Cilium</at>x", own)).toBe("drops x");
  expect(typed("<at>Cilium</at> /cilium drops x", own)).toBe("drops x");
  expect(typed("<at>Cilium</at> drops <at>Bob</at>", own, mention("<at>Bob</at>", "29:bob"))).toBe("drops Bob");
});

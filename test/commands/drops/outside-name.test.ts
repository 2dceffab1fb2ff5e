import { expect, test } from "vitest";
import { messageText } from "../../../src/message/text.ts";
import { play } from "../../fixtures/outcomes/build.ts";
import { answered, outsidePair, outsideScene } from "./outside-scenes.ts";

type Outside = Parameters<typeof outsidePair>[0];
type Change = Parameters<typeof outsidePair>[1];

const text = (outside: Outside, change?: Change) =>
  messageText(play(outsideScene(outsidePair(outside, change))).answer.message, 20_000).replaceAll(/\s+/g, " ");
const name = "api.example.com";

test("an answer that had run out: since when, and the rule that admits the name", () => {
  const shown = text({ name, answer: answered(30, 70_000) });
  expect(shown).toContain("203.0.113.7:443/TCP (api.example.com, its DNS answer expired 40s before the last drop)");
  expect(shown).toContain("payments-egress admits api.example.com; 203.0.113.7 was not learnt for it any more");
  expect(shown).toContain("(TTL 30s, answered 1m10s before the last drop)");
});

test("an answer that still held is not called expired", () => {
  const shown = text({ name, answer: answered(30, 4_000) });
  expect(shown).toContain("203.0.113.7:443/TCP (api.example.com)");
  expect(shown).toContain("was not in force for it at the drop, though the answer still held (TTL 30s, answered 4s");
  expect(shown).not.toMatch(/expired|any more/);
});

test("a name without its time: no word about the TTL", () => {
  const shown = text({ name, answer: null });
  expect(shown).toContain(
    "payments-egress admits api.example.com; agents had not learnt that 203.0.113.7 has that name",
  );
  expect(shown).not.toMatch(/expired|TTL/);
});

test("a name that no toFQDNs rule matches", () => {
  expect(text({ name: "cdn.example.net", answer: answered(30, 4_000) })).toContain(
    "no toFQDNs rule matches cdn.example.net; nearest: payments-egress admits *.example.com",
  );
});

test("a name that secrets were cut out of is held against no rule", () => {
  const shown = text({ name: "[redacted].example.com", answer: answered(30, 4_000) });
  expect(shown).toContain("[redacted].example.com");
  expect(shown).not.toMatch(/toFQDNs rule matches|admits \[redacted\]|still held/);
});

test("an end that is called by its name already: when its answer expired, and the name once", () => {
  const shown = text({ name, answer: answered(30, 70_000) }, { destination: name });
  expect(shown).toContain("api.example.com:443/TCP (its DNS answer expired 40s before the last drop)");
});

test("another drop reason than policy gets the name and no rule", () => {
  const { answer, questions } = play(
    outsideScene(outsidePair({ name, answer: answered(30, 4_000) }, { reason: "CT_MAP_INSERTION_FAILED" })),
  );
  expect(questions.map(({ ask }) => ask)).not.toContain("why");
  expect(messageText(answer.message, 20_000)).toContain("(api.example.com)");
});

test("at most three questions about packets, by address and by name", () => {
  const { questions } = play(
    outsideScene(
      outsidePair(undefined, { destination: "203.0.113.1", packets: 90 }),
      outsidePair({ name, answer: answered(30, 70_000) }),
      outsidePair({ name, answer: answered(30, 70_000) }, { destination: "203.0.113.8", packets: 3 }),
    ),
  );
  const asked = questions.flatMap((one) => (one.ask === "why" && "labels" in one.to ? [one.to.name] : []));
  expect(asked).toEqual(["203.0.113.1", "203.0.113.7", "api.example.com"]);
});

test("the structured result has it", () => {
  const { answer } = play(outsideScene(outsidePair({ name, answer: answered(30, 70_000) })));
  expect(answer.result).toMatchObject({ pairs: [{ outside: { name, answer: { ttl: 30, lateMs: 40_000 } } }] });
});

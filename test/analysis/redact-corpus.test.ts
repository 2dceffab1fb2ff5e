import { expect, test } from "vitest";
import { defaultRedaction } from "../../src/analysis/redact.ts";
import { ask, corpus, expectedOf } from "../fixtures/redaction/corpus.ts";

test.each(corpus)("$kind, $why: $input", (one) => {
  expect(ask(defaultRedaction, one)).toBe(expectedOf(one));
});

test("the corpus is large, and near-misses are a good part of it", () => {
  const kept = corpus.filter(({ expected }) => expected === "unchanged").length;
  expect(corpus.length).toBeGreaterThanOrEqual(300);
  expect(kept).toBeGreaterThanOrEqual(150);
  expect(corpus.length - kept).toBeGreaterThanOrEqual(150);
  expect(new Set(corpus.map(({ kind, input }) => `${kind} ${input}`)).size).toBe(corpus.length);
});

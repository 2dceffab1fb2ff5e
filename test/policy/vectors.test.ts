import { describe, expect, test } from "vitest";
import { differences, readVectors } from "../support/policy-vectors.ts";

describe.each([
  ["vectors", 129],
  ["corpus", 1500],
  ["probes", 154],
  ["corpus-l7", 238],
])("%s", (file, count) => {
  const vectors = readVectors(new URL(`../fixtures/policy/${file}.jsonl.gz`, import.meta.url));

  test("verdicts, reasons, proxies and deciding policies agree with Cilium's engine in every case", () => {
    expect(vectors).toHaveLength(count);
    expect(
      vectors.flatMap((vector) => {
        const wrong = differences(vector);
        return wrong.length === 0 ? [] : [{ id: vector.id, wrong }];
      }),
    ).toEqual([]);
  });

  test("a case with another outcome is told apart", () => {
    const [first] = vectors;
    if (first === undefined) throw new Error("no case");
    expect(differences({ ...first, expect: "SOMETHING" })).toHaveLength(1);
  });
});

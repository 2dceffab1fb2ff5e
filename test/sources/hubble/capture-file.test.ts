import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { createCaptureFile } from "../../../src/sources/hubble/capture-file.ts";

test("lines come back as they were, over many members", () => {
  const file = createCaptureFile(4_000_000);
  const lines = Array.from({ length: 3_000 }, (_, at) => JSON.stringify({ at, text: "é\u2028".repeat(at % 200) }));

  expect(lines.map((line) => file.add(line))).toEqual(lines.map(() => true));
  const body = file.finish();

  expect(gunzipSync(body).toString("utf8")).toBe(`${lines.join("\n")}\n`);
  expect(file.bytes).toBe(body.length);
  expect(body.length).toBeLessThan(100_000);
});

test.each([2_000, 50_000, 700_000])(
  "never more than %i bytes, and nearly that, of what cannot be made smaller",
  (most) => {
    const file = createCaptureFile(most);
    let added = 0;
    while (file.add(randomBytes(300).toString("latin1"))) added += 1;

    const body = file.finish();

    expect(body.length).toBeLessThanOrEqual(most);
    expect(body.length).toBeGreaterThan(most * 0.8 - 1_500);
    expect(added).toBeGreaterThan(0);
  },
);

test("an empty one is nothing, and a line that is too long is not taken", () => {
  expect(createCaptureFile(10_000).finish()).toHaveLength(0);
  const file = createCaptureFile(10_000);
  expect(file.add(randomBytes(20_000).toString("hex"))).toBe(false);
  expect(file.finish()).toHaveLength(0);
});

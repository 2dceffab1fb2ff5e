/** Whatever is broken, each request is told "working" and answered once, or "not taken" and never. How fast is measured by `npm run bench acknowledge`. */
import { expect, test } from "vitest";
import { acknowledgeUnder, troubles } from "../support/acknowledge.ts";

test.each(troubles)(
  "%s",
  async (trouble) => {
    const seen = await acknowledgeUnder(trouble, 60, 80);

    expect(seen).toMatchObject({ neither: 0, broken: 0 });
    expect(seen.working).toBeGreaterThan(0);
    if (trouble.startsWith("redis")) expect(seen.notTaken).toBeGreaterThan(0);
  },
  120_000,
);

/** Whatever is broken, each request is told "working" and answered once, or "not taken" and never. How fast is measured by `npm run bench acknowledge`. */
import { beforeAll, expect, test } from "vitest";
import { type Acknowledged, acknowledgeUnder, troubles } from "../support/acknowledge.ts";

let seen: readonly Acknowledged[] = [];
beforeAll(async () => {
  seen = await acknowledgeUnder(() => ({ count: 60, everyMs: 80 }));
}, 240_000);

test.each(troubles)("%s", (trouble) => {
  const one = seen.find((found) => found.trouble === trouble);

  expect(one).toMatchObject({ asked: 60, neither: 0, broken: 0 });
  expect(one?.working).toBeGreaterThan(0);
  if (trouble.startsWith("redis")) expect(one?.notTaken).toBeGreaterThan(0);
});

import { expect, test } from "vitest";
import { createButtons } from "../../src/store/buttons.ts";
import { useTestRedis } from "../support/redis-client.ts";

const store = useTestRedis();

const stored = (command: string) => ({ command, conversation: "slack:T1/C1" });

test("each gets an id of its own, in order, that nobody can guess", async () => {
  const buttons = createButtons(store.redis, "{a}");

  const ids = await buttons.keep([stored("drops a"), stored("drops b"), stored("drops a")]);

  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  expect(await Promise.all(ids.map((id) => buttons.find(id)))).toEqual(["drops a", "drops b", "drops a"].map(stored));
});

test("what was never stored is not found, whatever it looks like", async () => {
  const buttons = createButtons(store.redis, "{b}");
  await store.redis.set("{b}:button:x", JSON.stringify(stored("drops")));

  for (const id of ["", "x", "A".repeat(22), `${"A".repeat(21)}*`, "A".repeat(2_000), "../button:x"]) {
    expect(await buttons.find(id)).toBeUndefined();
  }
});

test("a button works for a week", async () => {
  const buttons = createButtons(store.redis, "{c}");
  const [id = ""] = await buttons.keep([stored("drops")]);

  expect(await store.redis.ttl(`{c}:button:${id}`)).toBeGreaterThan(7 * 86_400 - 60);
  await store.redis.del(`{c}:button:${id}`);
  expect(await buttons.find(id)).toBeUndefined();
});

test("nothing to keep is nothing kept", async () => {
  expect(await createButtons(store.redis, "{d}").keep([])).toEqual([]);
});

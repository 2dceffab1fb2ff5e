import { expect, test } from "vitest";
import { createRing } from "../../../src/lab/relay/ring.ts";
import { createWorld } from "../../../src/lab/world/create.ts";

const now = Date.UTC(2026, 0, 1);
const minute = 60_000;

test("readers whose present differs a little each end with their own", async () => {
  const world = createWorld({ seed: 1, now });
  const ring = createRing(world, "k8s-w1", 4095);

  await Promise.all([ring.catchUp(now + 1), ring.catchUp(now), ring.catchUp(now + 2)]);

  const uuids = (to: number) => ring.contents(to).map(({ flow }) => flow?.uuid);
  expect(uuids(now)).toEqual(
    world
      .flows("k8s-w1", now - 60 * minute, now)
      .map(({ flow }) => (flow as { uuid: string }).uuid)
      .slice(-4095),
  );
  expect(uuids(now + 2).length).toBeGreaterThanOrEqual(uuids(now).length);
  ring.close();
}, 5_000);

import { createRelay, type Relay, type RelayOptions } from "../../../src/lab/relay/create.ts";
import type { World } from "../../../src/lab/world/world.ts";
import { now, starWars } from "../world/worlds.ts";
import { createTestClient, type TestClient } from "./client.ts";

export interface TestRelay extends AsyncDisposable {
  readonly world: World;
  readonly relay: Relay;
  readonly client: TestClient;
  /** Moves the relay's present. */
  readonly setTime: (time: number) => void;
}

/** A relay on a free port whose clock stands still at `now` until a test moves it. */
export async function startRelay(options: Partial<RelayOptions> = {}): Promise<TestRelay> {
  let time = now;
  const world = options.world ?? starWars();
  const relay = await createRelay({ host: "127.0.0.1", port: 0, clock: () => time, ...options, world });
  const client = createTestClient(relay.address);
  return {
    world,
    relay,
    client,
    setTime: (next) => {
      time = next;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await relay.close();
    },
  };
}

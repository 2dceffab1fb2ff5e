import type { KnownBlock } from "@slack/types";
import { expectTypeOf, test } from "vitest";
import type { DataVisualization, SlackBlock } from "../../../src/platforms/slack/block-kit.ts";

type Writable<Value> = { -readonly [Key in keyof Value]: Writable<Value[Key]> };

// Checked by the compiler (`npm run types`): what we may write is less than what Slack publishes.
test("every block that we can write is one that Slack's published types know", () => {
  // Slack's charts are younger than its published types.
  expectTypeOf<Writable<Exclude<SlackBlock, DataVisualization>>>().toExtend<KnownBlock>();
  expectTypeOf<{ type: "header"; text: string }>().not.toExtend<KnownBlock>();
});

import type { IAdaptiveCard } from "@microsoft/teams.cards";
import { expectTypeOf, test } from "vitest";
import type { AdaptiveCard } from "../../../src/platforms/teams/card.ts";

type Writable<Value> = { -readonly [Key in keyof Value]: Writable<Value[Key]> };

/** All but the width, which the pages write "Full" and the types "full". */
type Card<Body> = Omit<Writable<AdaptiveCard>, "msteams" | "body"> & { body: Body };

// Checked by the compiler (`npm run types`): what we may write is less than what Microsoft publishes for Teams, its own charts included.
test("every card that we can write is one that Teams' published types know", () => {
  expectTypeOf<Card<Writable<AdaptiveCard["body"]>>>().toExtend<IAdaptiveCard>();
  expectTypeOf<Card<{ type: "Tabel"; rows: [] }[]>>().not.toExtend<IAdaptiveCard>();
});

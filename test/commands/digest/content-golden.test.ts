import { afterAll, describe, test } from "vitest";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { busyDay, nothings, plants } from "./content-plants.ts";
import { dayOf, firstDay, halfDay } from "./content-scenes.ts";

const golden = goldenFolder("digest-content");
afterAll(() => golden.expectNoOthers());

const scenes: Readonly<Record<string, Scene>> = {
  "planted differences": { text: "digest now", reply: dayOf(busyDay) },
  "a quiet day": { text: "digest now", reply: dayOf() },
  "a quiet day with old troubles": { text: "digest now", reply: dayOf(nothings["what was as bad before"]) },
  "HTTP errors": { text: "digest now", reply: dayOf(plants["a workload that answers with errors"]?.day) },
  "the first day": { text: "digest now", reply: dayOf(firstDay) },
  "half observed": { text: "digest now", reply: dayOf(halfDay) },
  "a week in Seoul": { text: "digest now Asia/Seoul --weekly", reply: dayOf(busyDay) },
  "not all may be seen": { text: "digest now", visible: { "prod-eu": ["shop"] }, reply: dayOf(busyDay) },
};

describe("what a digest says", () => {
  test.each(Object.entries(scenes))("%s", (name, scene) => {
    const { message, details = [] } = play(scene).answer;
    const shown = [message, ...details].map((one) => renderTerminal(one, { width: 80, color: false }));
    golden.expect(name, `> ${scene.text}\n\n${shown.join("\n--- in the thread ---\n\n")}`);
  });
});

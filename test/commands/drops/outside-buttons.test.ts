import { expect, test } from "vitest";
import { play } from "../../fixtures/outcomes/build.ts";
import { answered, outsidePair, outsideScene } from "./outside-scenes.ts";

function buttons(outside: Parameters<typeof outsidePair>[0]): Readonly<Record<string, string>> {
  const { blocks } = play(outsideScene(outsidePair(outside))).answer.message;
  const actions = blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
  return Object.fromEntries(actions.map(({ label, command }) => [label, command]));
}

test("an outside address whose name is known is asked about by its name, whose TTL why and trace tell", () => {
  const shown = buttons({ name: "api.example.com", answer: answered(30, 70_000) });
  expect(shown["why payments/checkout → api.example.com:443"]).toBe(
    "why payments/checkout api.example.com:443 --since 10m",
  );
  expect(shown["both sides"]).toBe("trace payments/checkout api.example.com:443 --since 10m");
});

test("one without a name, or with a secret cut out of it, is asked about by its address", () => {
  for (const outside of [undefined, { name: "[redacted].example.com", answer: null }]) {
    const shown = buttons(outside);
    expect(shown["why payments/checkout → 203.0.113.7:443"]).toBe("why payments/checkout 203.0.113.7:443 --since 10m");
    expect(shown["both sides"]).toBeUndefined();
  }
});

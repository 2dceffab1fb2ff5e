import { afterAll, describe, expect, test } from "vitest";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { messageText } from "../../../src/message/text.ts";
import { renderTerminal } from "../../../src/platforms/terminal/render.ts";
import { play, type Scene } from "../../fixtures/outcomes/build.ts";
import { goldenFolder } from "../../golden/golden.ts";
import { scenes } from "./scenes.ts";

const golden = goldenFolder("status");
afterAll(() => golden.expectNoOthers());

const answers = Object.entries<Scene>(scenes).map(([name, scene]) => [name, scene.text, play(scene).answer] as const);

describe("the answer to status", () => {
  test.each(answers)("%s, at 80 columns", (name, text, { message }) => {
    golden.expect(name, `> ${text}\n\n${renderTerminal(message, { width: 80, color: false })}`);
  });
});

describe("every answer of status", () => {
  test.each(answers)("%s: nothing that strangers wrote reaches a reader as it is", (_, __, { message }) => {
    for (const text of [renderTerminal(message, { width: 80, color: false }), messageText(message, 20_000)])
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  test.each(answers)("%s: fits into a chat message", (_, __, { message }) => {
    expect(message.title.length).toBeLessThanOrEqual(150);
    expect(message.blocks.length).toBeLessThanOrEqual(45);
    expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(10_000);
    for (const block of message.blocks)
      if (block.kind === "table") {
        expect(block.rows.length).toBeLessThanOrEqual(20);
        expect(block.rows.every((row) => row.length === block.columns.length)).toBe(true);
      }
  });

  test.each(answers)("%s: is JSON, and shows the lines to copy", (_, __, { message, result, copyAs }) => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const shown = message.blocks.flatMap((block) => (block.kind === "code" ? [block.code] : [])).join("\n");
    for (const { text } of copyAs) expect(shown).toContain(text);
    expect(shown).toContain("hubble status\nhubble list nodes -o wide");
    expect(shown).toContain("kubectl get nodes\nkubectl -n kube-system get pods -l k8s-app=cilium -o wide");
  });

  test.each(answers)("%s: buttons are commands", (_, __, { message }) => {
    const actions = message.blocks.flatMap((block) => (block.kind === "actions" ? block.actions : []));
    expect(actions.length).toBeGreaterThan(0);
    for (const { command } of actions)
      expect(
        parseCommand(command, { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" }),
        command,
      ).toMatchObject({ ok: true });
  });
});

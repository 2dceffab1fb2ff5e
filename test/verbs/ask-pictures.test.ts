import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Message } from "../../src/message/message.ts";
import { writePictures } from "../../src/verbs/ask-pictures.ts";
import { lines, topFive } from "../charts/specs.ts";

const folder = mkdtempSync(join(tmpdir(), "pictures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tooMuch = lines([{ name: "many", points: Array.from({ length: 100_001 }, (_, n) => [n, n] as const) }]);

function message(blocks: Message["blocks"]): Message {
  return { tone: "info", title: "t", blocks };
}

async function written(...messages: readonly Message["blocks"][]) {
  const said: string[] = [];
  await writePictures(messages.map(message), folder, (line) => void said.push(line));
  return said;
}

test("the charts of an answer and its details are written in their order, each with its path; one that cannot be drawn is told", async () => {
  const said = await written(
    [
      { kind: "chart", chart: topFive },
      { kind: "text", text: "between" },
      { kind: "chart", chart: tooMuch },
    ],
    [{ kind: "chart", chart: topFive }],
  );

  expect(said).toEqual([
    join(folder, "chart-1.png"),
    `${join(folder, "chart-2.png")} was not written: A picture shows at most 100,000 points: ask for fewer series, a shorter time, or a longer --step.`,
    join(folder, "chart-3.png"),
  ]);
  expect(readdirSync(folder).sort()).toEqual(["chart-1.png", "chart-3.png"]);
  expect(readFileSync(join(folder, "chart-1.png")).toString("latin1", 1, 4)).toBe("PNG");
});

test("an answer without charts writes and says nothing", async () => {
  expect(await written([{ kind: "text", text: "no chart" }])).toEqual([]);
});

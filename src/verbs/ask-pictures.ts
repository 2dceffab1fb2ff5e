/** The charts of an answer and of its details as pictures in a folder. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toBotError } from "../errors.ts";
import type { Message } from "../message/message.ts";

/** Writes chart-1.png, chart-2.png, … and says where. A chart that cannot be drawn is told, and the answer stands: its numbers are in the text. */
export async function writePictures(
  messages: readonly Message[],
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const blocks = messages.flatMap((message) => message.blocks);
  const charts = blocks.flatMap((block) => (block.kind === "chart" ? [block.chart] : []));
  if (charts.length === 0) return;
  const { createPainter } = await import("../charts/painter.ts");
  const painter = createPainter();
  try {
    for (const [index, chart] of charts.entries()) {
      const file = join(folder, `chart-${index + 1}.png`);
      try {
        writeFileSync(file, await painter.paint(chart));
        say(file);
      } catch (error) {
        say(`${file} was not written: ${toBotError(error).say}`);
      }
    }
  } finally {
    await painter.close();
  }
}

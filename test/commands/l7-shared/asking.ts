/** One `http` or `dns` line asked of a file of flows, which stands for each of two clusters, through everything but the queue. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Visible } from "../../../src/access/access.ts";
import type { Answer } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { L7Question, Outcome } from "../../../src/sources/question.ts";
import { l7Lines } from "../../fixtures/flows/l7.ts";

export async function askL7(
  text: string,
  options: { readonly visible?: Visible; readonly lines?: readonly unknown[] } = {},
): Promise<Answer> {
  const { visible = {}, lines = l7Lines } = options;
  const folder = mkdtempSync(join(tmpdir(), "l7-"));
  const file = join(folder, "flows.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  try {
    const hubble = await openRecordedHubble({ file });
    const parsed = parseCommand(text, { clusters: ["prod-eu", "prod-us"], defaultCluster: "prod-eu" });
    if (!parsed.ok) throw new Error(parsed.say);
    const { command, args, clusters } = parsed;
    const asking = { args, askedAt: hubble.newest, clusters, visible };
    const step = command.step({ ...asking, outcomes: [], round: 0 });
    const outcomes: Outcome[] = [];
    for (const question of "ask" in step ? (step.ask as L7Question[]) : []) {
      const finding = await hubble.answer(question, AbortSignal.timeout(10_000));
      outcomes.push({ question, ms: 3, status: "ok", finding });
    }
    const last = "ask" in step ? command.step({ ...asking, outcomes, round: 1 }) : step;
    await hubble.close();
    if ("answer" in last) return last.answer;
    throw new Error("the command asks twice");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

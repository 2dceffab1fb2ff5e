/** One `observe` line asked of a file of flows, through everything but the queue. */
import type { Answer } from "../../../src/commands/command.ts";
import { parseCommand } from "../../../src/commands/grammar.ts";
import type { ListResult } from "../../../src/commands/observe/result.ts";
import { openRecordedHubble } from "../../../src/sources/hubble/recorded.ts";
import type { FlowListQuestion, Outcome } from "../../../src/sources/question.ts";

export async function observeFile(file: string, text: string): Promise<Answer & { readonly result: ListResult }> {
  const hubble = await openRecordedHubble({ file });
  const parsed = parseCommand(text, { clusters: ["file"], defaultCluster: "file" });
  if (!parsed.ok) throw new Error(parsed.say);
  const { command, args, clusters } = parsed;
  const outcomes: Outcome[] = [];
  for (let round = 0; round < 3; round++) {
    const step = command.step({ args, askedAt: hubble.newest, clusters, visible: {}, outcomes, round });
    if ("answer" in step) return step.answer as Answer & { readonly result: ListResult };
    for (const question of step.ask as FlowListQuestion[]) {
      const finding = await hubble.answer(question, AbortSignal.timeout(10_000));
      outcomes.push({ question, ms: 3, status: "ok", finding });
    }
  }
  throw new Error("the command still asks in its third round");
}

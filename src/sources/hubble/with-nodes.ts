/** Relay says itself how its nodes are; flows answer all other questions, and a file of flows knows nothing of nodes. */
import { BotError } from "../../errors.ts";
import type { NodesFinding, Source } from "../question.ts";

export function withNodes(
  answer: Source,
  askNodes: ((signal: AbortSignal) => Promise<NodesFinding>) | undefined,
): Source {
  return async (question, signal, running) => {
    if (question.ask !== "nodes") return await answer(question, signal, running);
    if (askNodes !== undefined) return await askNodes(signal);
    throw new BotError("BAD_COMMAND", "nodes of a flows file", {
      say: "Hubble Relay is not asked here, because flows come from a file: type drops or observe for what it holds.",
    });
  };
}

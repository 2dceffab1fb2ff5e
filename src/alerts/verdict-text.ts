/** The verdict in words: what decided, what was looked at besides, and what could not be. */
import type { Block, Tone } from "../message/message.ts";
import type { Verdict, VerdictClass } from "./verdict.ts";

const words: Record<VerdictClass, { readonly say: string; readonly tone: Tone }> = {
  real: { say: "Real", tone: "bad" },
  noise: { say: "Probably noise", tone: "info" },
  unknown: { say: "Cannot tell", tone: "warn" },
};

export function verdictBlocks(verdict: Verdict | null): Block[] {
  if (verdict === null) return [];
  const { say, tone } = words[verdict.class];
  const by = verdict.decidedBy === null ? "" : ` (by ${verdict.decidedBy})`;
  const missing = verdict.tests.filter(({ end }) => end === "not_made").map(({ name }) => name);
  const made = verdict.tests.filter(({ end }) => end !== "not_made").map(({ name }) => name);
  return [
    { kind: "text", text: [{ strong: `${say}: ` }, `${verdict.say}${by}.`] },
    {
      kind: "note",
      tone,
      text: `Looked at: ${made.join(", ") || "nothing"}.${missing.length > 0 ? ` Could not look at: ${missing.join(", ")}.` : ""}`,
    },
  ];
}

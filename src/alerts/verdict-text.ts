/** The verdict in words: what decided, what was looked at besides, and what could not be. */
import type { Block, Tone } from "../message/message.ts";
import type { TestEnd, Verdict, VerdictClass } from "./verdict.ts";

export const verdictWords: Record<VerdictClass, { readonly say: string; readonly tone: Tone }> = {
  real: { say: "Real", tone: "bad" },
  noise: { say: "Probably noise", tone: "info" },
  unknown: { say: "Cannot tell", tone: "warn" },
};

export function verdictBlocks(verdict: Verdict | null): Block[] {
  if (verdict === null) return [];
  const { say } = verdictWords[verdict.class];
  const by = verdict.decidedBy === null ? "" : ` (by ${verdict.decidedBy})`;
  const missing = verdict.tests.filter(({ end }) => end === "not_made").map(missingText);
  const made = verdict.tests.filter(({ end }) => end !== "not_made").map(({ name }) => name);
  return [
    { kind: "text", text: [{ strong: `${say}: ` }, `${verdict.say}${by}.`] },
    {
      kind: "note",
      // What could not be looked at limits the verdict; what could is small print.
      ...(missing.length > 0 && { tone: "warn" as const }),
      text: `Looked at: ${made.join(", ") || "nothing"}.${missing.length > 0 ? ` Could not look at: ${missing.join(", ")}.` : ""}`,
    },
  ];
}

const longestWhy = 120;

/** `later success (Hubble Relay: no answer in 4 s)`. */
function missingText({ name, why = "" }: TestEnd): string {
  const say = why.replace(/\.$/, "");
  return say === "" ? name : `${name} (${say.length > longestWhy ? `${say.slice(0, longestWhy)}…` : say})`;
}

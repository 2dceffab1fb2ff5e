/** The arguments of `trace`, checked: who to whom, on which port, and since when to look. */
import { z } from "zod";
import type { DropsArgs } from "../drops/args.ts";
import { WhyArgs } from "../why/args.ts";
import { asDrops as whyAsDrops } from "../why/ask.ts";

export interface TraceArgs extends Omit<WhyArgs, "http"> {}

export const defaults = { since: "5m", sinceMs: 300_000 } as const;

/** `why` reads the ends, the port and the times, and refuses what makes no pair. */
export const TraceArgs = z.looseObject({}).transform((raw, context): TraceArgs => {
  const read = WhyArgs.safeParse({ since: defaults.since, ...raw });
  if (!read.success) {
    for (const { path, message } of read.error.issues)
      context.addIssue({ code: "custom", path: [...path], message: message.replaceAll("type why ", "type trace ") });
    return z.NEVER;
  }
  const { http: _, ...args } = read.data;
  return args;
});

/** The same pair as a question for drops. */
export function asDrops(args: TraceArgs): DropsArgs {
  return whyAsDrops({ ...args, http: null });
}

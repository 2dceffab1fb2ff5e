/** The arguments of `expression`, checked. Plain JSON. */
import { z } from "zod";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";

export interface ExpressionArgs {
  /** One line, as the rule has it: with its last comparison. */
  readonly expression: string;
  readonly since: TimeSpec;
}

export const ExpressionArgs = z
  .object({
    expression: z.string(),
    since: piece.one(piece.time).optional(),
    cluster: z.array(z.string()).optional(),
  })
  .transform(({ expression, since = { kind: "ago", ms: 3_600_000 } }): ExpressionArgs => ({ expression, since }));

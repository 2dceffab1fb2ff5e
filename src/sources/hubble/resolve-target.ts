/** What the cluster makes of a question's target. A cluster that cannot be asked is no reason not to answer: the target is then matched by its text. */
import type { Resolution, Target } from "../../analysis/target.ts";
import { toBotError } from "../../errors.ts";
import type { FlowsQuestion } from "../question.ts";

export type ResolveTarget = (target: Target, signal: AbortSignal) => Promise<Resolution>;

/** Null when there is no target. */
export async function resolveOrText(
  { select: { target } }: FlowsQuestion,
  resolve: ResolveTarget | undefined,
  signal: AbortSignal,
): Promise<Resolution | null> {
  if (target === undefined) return null;
  if (resolve === undefined) return { status: "unresolved", target, because: "Kubernetes is not configured" };
  try {
    return await resolve(target, signal);
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted) throw error;
    return { status: "unresolved", target, because: error.say };
  }
}

/** What the cluster makes of a question's target. A cluster that cannot be asked is no reason not to answer: the target is then matched by its text. */
import type { Resolution, Target } from "../../analysis/target.ts";
import { toBotError } from "../../errors.ts";
import type { HubbleQuestion, LaterQuestion, TraceQuestion } from "../question.ts";

/** `visible`: the namespaces that may be found and named; undefined is all. */
export type ResolveTarget = (
  target: Target,
  signal: AbortSignal,
  visible: readonly string[] | undefined,
) => Promise<Resolution>;

/** Null when there is no target. */
export async function resolveOrText(
  { select: { target }, visible }: Exclude<HubbleQuestion, LaterQuestion | TraceQuestion>,
  resolve: ResolveTarget | undefined,
  signal: AbortSignal,
): Promise<Resolution | null> {
  return target === undefined ? null : await resolveOne(target, visible, resolve, signal);
}

export async function resolveOne(
  target: Target,
  visible: readonly string[] | undefined,
  resolve: ResolveTarget | undefined,
  signal: AbortSignal,
): Promise<Resolution> {
  if (resolve === undefined) return { status: "unresolved", target, because: "Kubernetes is not configured" };
  try {
    return await resolve(target, signal, visible);
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted) throw error;
    return { status: "unresolved", target, because: error.say };
  }
}

/** The target is several things in each cluster that knows it, or none. */
import { listed } from "../../analysis/counted.ts";
import { parseTarget, targetText } from "../../analysis/target-parse.ts";
import type { Action } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { Answer } from "../command.ts";
import type { ChangesArgs } from "./args.ts";
import type { ChangesView } from "./gather.ts";
import { changesLine } from "./line.ts";
import { resultOf } from "./result.ts";

const shownCandidates = 10;

export function whichChanges(args: ChangesArgs, views: readonly ChangesView[]): Answer {
  const resolutions = views.flatMap(({ found }) => found?.resolution ?? []);
  const ambiguous = resolutions.flatMap((one) => (one.status === "ambiguous" ? one.candidates : []));
  const near = resolutions.flatMap((one) => (one.status === "unknown" ? one.near : []));
  const isAmbiguous = ambiguous.length > 0;
  const candidates = [...new Set(isAmbiguous ? ambiguous : near)];
  const actions = candidates.slice(0, shownCandidates).flatMap((candidate): Action[] => {
    const parsed = parseTarget(candidate);
    return parsed.ok ? [{ label: candidate, command: changesLine(args, parsed.target) }] : [];
  });
  const typed = cutEnd(args.target === null ? "" : targetText(args.target), 60);
  const where = cutEnd(listed(views.map(({ cluster }) => cluster)), 40);
  const all = { label: "all changes", command: changesLine({ ...args, target: null }, null) };
  const advice = isAmbiguous
    ? "Type one of these:"
    : actions.length > 0
      ? "Did you mean one of these?"
      : "No pod, workload or service. Type changes alone to see all of them.";
  return {
    message: {
      tone: "warn",
      title: isAmbiguous
        ? `${typed}: which one? ${candidates.length} things have that name in ${where}`
        : `${typed}: nothing has that name in ${where}`,
      blocks: [
        { kind: "text", text: advice },
        { kind: "actions", actions: [...actions, ...(isAmbiguous ? [] : [all])] },
      ],
    },
    ...{ result: resultOf(args, views), coverage: null, window: null, copyAs: [] },
  };
}

/** Messages that ask back, the same for every command about flows: which thing was meant, and which time. */
import { counted, listed } from "../analysis/counted.ts";
import type { FlowSelect } from "../analysis/select.ts";
import type { Target } from "../analysis/target.ts";
import { parseTarget } from "../analysis/target-parse.ts";
import type { Action, Message } from "../message/message.ts";
import { cutEnd } from "../message/plain.ts";
import type { ClusterView } from "./drops/gather.ts";
import { candidatesOf } from "./drops/result.ts";
import { placeText, visibleNotes } from "./drops/visible.ts";

interface WhichOne {
  readonly views: readonly ClusterView[];
  /** Whom the answer would have been about. */
  readonly who: string;
  readonly select: FlowSelect;
  /** The command that asks the same about another selection. */
  readonly line: (select: FlowSelect) => string;
  /** What else may be asked where nothing has the name. */
  readonly also?: readonly Action[];
}

const shownCandidates = 10;

/** The target is several things, or none. */
export function whichOne({ views, who, select, line, also = [] }: WhichOne): Message {
  const where = listed(views.filter(({ resolution }) => resolution !== undefined).map(placeText));
  const ambiguous = views.some(({ resolution }) => resolution?.status === "ambiguous");
  const texts = views.flatMap(({ resolution }) => (resolution && "text" in resolution ? [resolution.text] : []));
  const typed = cutEnd(texts[0] ?? who, 60);
  const candidates = candidatesOf(views);
  const about = (target: Target) => line({ ...select, target });
  const actions = [
    ...candidates.slice(0, shownCandidates).flatMap((candidate): Action[] => {
      const parsed = parseTarget(candidate);
      return parsed.ok ? [{ label: candidate, command: about(parsed.target) }] : [];
    }),
    ...(ambiguous ? [] : [...byPrefix(select, line), ...also]),
  ];
  const more = candidates.length - shownCandidates;
  return {
    tone: "warn",
    title: ambiguous
      ? `${typed}: which one? ${candidates.length} things have that name in ${where}`
      : `${typed}: nothing has that name in ${where}`,
    blocks: [
      {
        kind: "text",
        text: `${advice(ambiguous, candidates.length)}${more > 0 ? ` ${counted(more, "more candidate")} not shown.` : ""}`,
      },
      ...(actions.length > 0 ? [{ kind: "actions", actions } as const] : []),
      ...visibleNotes(views),
    ],
  };
}

/** The times became impossible only when "now" was known. `lastHour` is the command that asks about that. */
export function whichTime(command: string, lastHour: string): Message {
  return {
    tone: "warn",
    title: `${command}: there is no such time to look at`,
    blocks: [
      {
        kind: "text",
        text: "--since has to lie before --until, in the past, and at most 31 days back. Type for example:",
      },
      { kind: "actions", actions: [{ label: "the last hour", command: lastHour }] },
    ],
  };
}

function advice(ambiguous: boolean, candidates: number): string {
  if (ambiguous) return "Type one of these:";
  return candidates > 0
    ? "Did you mean one of these? What is already deleted can still be found in the flows, by the beginning of its pods' names:"
    : "No pod, workload or service. What is already deleted can still be found in the flows, by the beginning of its pods' names:";
}

/** Hubble's own way to find pods that no longer exist. */
function byPrefix({ target, ...select }: FlowSelect, line: WhichOne["line"]): Action[] {
  if (target?.kind !== "name" && target?.kind !== "pod" && target?.kind !== "workload") return [];
  const either = { ...select.either, pod: [`${target.namespace ?? ""}/${target.name}`] };
  return [{ label: "finds deleted pods too", command: line({ ...select, either }) }];
}

/** How sure the answer is: what was watched, and whether audit mode would tell. */
import { counted } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { Block } from "../../message/message.ts";
import type { Coached } from "../../policy/coach/coached.ts";
import { isWhole } from "./headline.ts";
import type { AuditPicture } from "./picture.ts";

type Note = Extract<Block, { kind: "note" }>;

export function auditNotes(picture: AuditPicture, coached: Coached): Note[] {
  return [observedNote(picture), ...modeNotes(coached), ...countNotes(coached)];
}

/** A day's jobs and a week's are seen by who watches that long. */
function observedNote(picture: AuditPicture): Note {
  const { observedMs, shared, found } = picture;
  const { span } = shared;
  const deny = "is unknown, and default-deny would deny it.";
  if (observedMs === null)
    return warn(`Observed: how much of ${span} flows cover is not known. What was not seen ${deny}`);
  if (isWhole(picture))
    return warn(`Observed: all of ${span}. What was not seen then, such as jobs that run less often, ${deny}`);
  const kept =
    found?.coverage?.recorded === undefined
      ? ""
      : " Of the time before, the bot's recording has only what was refused.";
  return warn(
    `Observed: ${roughDuration(observedMs)} of ${span}, Hubble's rings hold no more. What was not seen then ${deny}${kept} A larger hubble-event-buffer-capacity holds more.`,
  );
}

function modeNotes({ audit, counts }: Coached): Note[] {
  const { status, flows, unexplained } = audit;
  const doubt =
    unexplained === 0
      ? []
      : [
          warn(
            `${counted(unexplained, "flow")} passed that the policies deny now, without an AUDIT verdict: they changed since, or AUDIT events do not arrive.`,
          ),
        ];
  if (status === "arrives")
    return [
      {
        kind: "note",
        text: `Audit mode: AUDIT verdicts arrive, ${counted(flows, "flow")}. Each would be a drop without it.`,
      },
      ...doubt,
    ];
  if (status === "enforced")
    return [
      { kind: "note", text: "Audit mode: off here, as far as was seen: policies drop, and no AUDIT verdict arrived." },
      ...doubt,
    ];
  const isNone = counts.enforced !== null && counts.enforced.ingress + counts.enforced.egress === 0;
  const because = isNone ? "no policy denies anything here yet" : "no AUDIT verdict was seen, and no drop by a policy";
  return [
    warn([
      `Audit mode: cannot tell, because ${because}. To be told before anything is dropped, set Helm's `,
      { code: "policyAuditMode: true" },
      ", or for one endpoint ",
      { code: "cilium-dbg endpoint config ID PolicyAuditMode=Enabled" },
      ", and ask again while Hubble's rings hold the verdicts: the bot's recording keeps only what was refused.",
    ]),
    ...doubt,
  ];
}

function countNotes({ always, edges }: Coached): Note[] {
  const isCounted = edges.ruled.total + edges.missing.total + edges.unknown.total > 0;
  const both = "An edge counts in each direction that needs a rule: egress of who sends, ingress of who receives.";
  return [
    ...(isCounted ? [{ kind: "note", text: both } as const] : []),
    ...(always > 0
      ? [
          {
            kind: "note",
            text: `${counted(always, "edge")} from a pod's own node (health probes) always ${always === 1 ? "passes" : "pass"} and ${always === 1 ? "needs" : "need"} no rule.`,
          } as const,
        ]
      : []),
    ...(edges.missing.total > 0 && edges.unknown.total > 0
      ? [
          warn(
            `${counted(edges.unknown.total, "edge")}: the policies of an end contradict each other, so whether a rule allows it is not known.`,
          ),
        ]
      : []),
    { kind: "note", text: "Workloads without a pod now, such as CronJobs between runs, are not in the list." },
  ];
}

function warn(text: Note["text"]): Note {
  return { kind: "note", tone: "warn", text };
}

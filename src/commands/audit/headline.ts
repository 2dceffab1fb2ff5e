/** The one line that stands alone on a lock screen. */
import { counted, numberText } from "../../analysis/counted.ts";
import { roughDuration } from "../../analysis/duration.ts";
import type { Message } from "../../message/message.ts";
import { cutEnd } from "../../message/plain.ts";
import type { AuditPicture } from "./picture.ts";

export function headline(picture: AuditPicture): Pick<Message, "tone" | "title"> {
  const { args, coached } = picture;
  const who = cutEnd(args.namespace, 60);
  if (coached === undefined) return { tone: "bad", title: `${who}: no answer, because no flows could be read` };
  const { edges, counts } = coached;
  const { ruled, missing, unknown } = edges;
  const seen = ruled.total + missing.total + unknown.total;
  const within = withinText(picture);
  if (seen === 0)
    return {
      tone: "warn",
      title: `${who}: nothing was seen passing ${within}, so what default-deny would break is not known`,
    };
  if (counts.enforced === null)
    return { tone: "warn", title: `${who}: ${counted(seen, "edge")} seen ${within}; which have a rule is not known` };
  const rest = unknown.total > 0 ? `; ${numberText(unknown.total)} not known` : "";
  if (missing.total > 0)
    return {
      tone: "warn",
      title: `${who}: ${numberText(ruled.total)} of ${counted(seen, "edge")} ${ruled.total === 1 ? "has" : "have"} a rule; ${numberText(missing.total)} would break${rest} (seen ${within})`,
    };
  const isOn = counts.enforced.ingress === counts.workloads && counts.enforced.egress === counts.workloads;
  const what = isOn ? "default-deny is on, and " : "";
  const none = isOn ? "" : "; none would break";
  const all =
    unknown.total > 0
      ? `${numberText(ruled.total)} of ${counted(seen, "edge")}`
      : seen === 1
        ? "the only edge"
        : `all ${counted(seen, "edge")}`;
  return {
    tone: unknown.total > 0 ? "warn" : counts.untested > 0 || !isWhole(picture) ? "info" : "good",
    title: `${who}: ${what}${all} ${seen === 1 ? "has" : "have"} a rule${none}${rest} (seen ${within})`,
  };
}

/** `in 24h`, or `in the 42m of 24h that flows cover`. */
function withinText({ observedMs, shared }: AuditPicture): string {
  const { window, span } = shared;
  if (observedMs === null) return `in a part of ${span}`;
  return observedMs >= window.to - window.from ? `in ${span}` : `in ${roughDuration(observedMs)} of ${span}`;
}

/** Flows cover all of the window. */
export function isWhole({ observedMs, shared: { window } }: AuditPicture): boolean {
  return observedMs !== null && observedMs >= window.to - window.from;
}

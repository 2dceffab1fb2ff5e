/** What the parts of the answer of `audit` have in common. */
import { gapsOf } from "../../analysis/gaps.ts";
import type { Coached } from "../../policy/coach/coached.ts";
import type { CoachFinding } from "../../sources/question.ts";
import type { Picture } from "../drops/picture.ts";
import { selectOf } from "../suggest/args.ts";
import { replayPictureOf } from "../suggest/picture.ts";
import type { AuditArgs } from "./args.ts";

export interface AuditPicture {
  readonly args: AuditArgs;
  readonly cluster: string;
  /** Undefined when the flows could not be read. */
  readonly found: CoachFinding | undefined;
  /** Undefined too when there is no such namespace. */
  readonly coached: Coached | undefined;
  /** Milliseconds of the window of which passing flows could be seen; null when that is not known. */
  readonly observedMs: number | null;
  /** For the notes that all answers about flows have. */
  readonly shared: Picture;
}

export function auditPictureOf(args: AuditArgs, asked: Parameters<typeof replayPictureOf>[2]): AuditPicture {
  const { window } = asked;
  const select = selectOf({ kind: "namespace", name: args.namespace });
  const { cluster, found, shared } = replayPictureOf("coach", { ...args, select }, asked);
  const gaps = found?.coverage ? gapsOf(found.coverage, window) : undefined;
  const observedMs =
    gaps === undefined || (gaps.empty && gaps.truncated)
      ? null
      : gaps.empty
        ? 0
        : window.to - window.from - gaps.unreachedMs;
  return { args, cluster, found, coached: found?.coached ?? undefined, observedMs, shared };
}

/** The structured result of `observe` (`--format json`): stable, additions only. */
import type { FlowRecord } from "../../analysis/compact/record.ts";
import { targetText } from "../../analysis/target-parse.ts";
import { candidatesOf } from "../drops/result.ts";
import { recordLine } from "./lines.ts";
import type { ListPicture } from "./picture.ts";

export interface ListResult {
  /** TARGET in its canonical spelling; null when none was given. */
  readonly target: string | null;
  /** What to type instead, when TARGET fits several things or none. */
  readonly candidates: readonly string[];
  /** One line per flow, oldest first: as `hubble observe` prints it, or with `-o json` one JSON record, which `hubble observe --input-file` reads. Safe to print. */
  readonly lines: readonly string[];
  /** The same flows in Hubble's JSON, secrets cut; with labels only for `-o json`. Of many flows the newest (with --first the oldest) alone: lines come first. */
  readonly flows: readonly (FlowRecord & { readonly cluster: string })[];
  /** Flows that fit, listed or not; null when not all were looked at. */
  readonly matched: number | null;
}

export function resultOf({ asked, views, matched }: ListPicture): ListResult {
  const { target } = asked.select;
  const flows = views
    .flatMap(({ cluster, list }) => (list?.flows ?? []).map((flow) => ({ cluster, ...flow })))
    .sort((a, b) => a.time - b.time);
  return {
    target: target === undefined ? null : targetText(target),
    candidates: candidatesOf(views),
    lines: flows.map(({ line, record }) => line ?? recordLine(record)),
    flows: flows.flatMap(({ cluster, record }) => (record === undefined ? [] : [{ cluster, ...record }])),
    matched,
  };
}

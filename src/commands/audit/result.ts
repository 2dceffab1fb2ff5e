/** The structured result of `audit` (`--format json`): stable, additions only. */

import type { CoachEdge, Coached } from "../../policy/coach/coached.ts";
import type { Direction } from "../../policy/policy.ts";
import type { ReplayFacts } from "../../sources/question.ts";
import { candidatesOf } from "../drops/result.ts";
import { headline } from "./headline.ts";
import type { AuditPicture } from "./picture.ts";

export interface AuditResult {
  readonly cluster: string;
  readonly namespace: string;
  /** What to type instead, when there is no such namespace. */
  readonly candidates: readonly string[];
  /** Null when the flows could not be read, or there is no such namespace. */
  readonly summary: AuditSummary | null;
  readonly workloads: Coached["workloads"];
  readonly foldedWorkloads: number;
  /** By what would become of them under default-deny; null with `summary`. */
  readonly edges: Coached["edges"] | null;
  readonly facts: ReplayFacts | null;
}

/** A namespace in a few numbers: for a digest, to be held against yesterday's. */
export interface AuditSummary {
  /** `shop: 12 of 14 edges have a rule; 2 would break`. At most 150 characters. */
  readonly headline: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly workloads: {
    readonly total: number;
    /** In default deny already; null when the policies could not be read. */
    readonly enforced: Readonly<Record<Direction, number>> | null;
    /** Never seen talking. */
    readonly untested: number;
  };
  /** Edges seen, each in each direction that needs a rule; `refused` and `always` are not in `seen`. */
  readonly edges: {
    readonly seen: number;
    readonly ruled: number;
    readonly missing: number;
    readonly unknown: number;
    readonly refused: number;
    readonly always: number;
  };
  readonly audit: Coached["audit"];
  /** The edge without a rule that has most flows. */
  readonly worst: Pick<CoachEdge, "direction" | "from" | "to" | "port" | "protocol" | "flows"> | null;
  /** Milliseconds of the window of which passing flows could be seen; null when that is not known. */
  readonly observedMs: number | null;
  readonly windowMs: number;
}

export function auditResult(picture: AuditPicture): AuditResult {
  const { cluster, args, coached, found, shared } = picture;
  return {
    cluster,
    namespace: args.namespace,
    candidates: candidatesOf(shared.views),
    summary: auditSummary(picture),
    workloads: coached?.workloads ?? [],
    foldedWorkloads: coached?.foldedWorkloads ?? 0,
    edges: coached?.edges ?? null,
    facts: found?.facts ?? null,
  };
}

/** Null when there is nothing to sum up. */
export function auditSummary(picture: AuditPicture): AuditSummary | null {
  const { cluster, args, coached, observedMs, shared } = picture;
  if (coached === undefined) return null;
  const { ruled, missing, unknown, refused } = coached.edges;
  const { workloads, enforced, untested } = coached.counts;
  const [worst] = missing.listed;
  return {
    headline: headline(picture).title,
    cluster,
    namespace: args.namespace,
    workloads: { total: workloads, enforced, untested },
    edges: {
      seen: ruled.total + missing.total + unknown.total,
      ...{ ruled: ruled.total, missing: missing.total, unknown: unknown.total },
      ...{ refused: refused.total, always: coached.always },
    },
    audit: coached.audit,
    worst: worst === undefined ? null : pick(worst),
    observedMs,
    windowMs: shared.window.to - shared.window.from,
  };
}

function pick({ direction, from, to, port, protocol, flows }: CoachEdge): NonNullable<AuditSummary["worst"]> {
  return { direction, from, to, port, protocol, flows };
}

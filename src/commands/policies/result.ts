/** The structured result of `policies` (`--format json`): stable, additions only. */
import { targetText } from "../../analysis/target-parse.ts";
import type { PolicyRules, PolicyRulesFinding } from "../../sources/question.ts";
import type { Trouble } from "../drops/gather.ts";
import type { PoliciesArgs } from "./args.ts";

export interface PoliciesResult {
  /** Canonical spelling; null when all policies were asked for. */
  readonly target: string | null;
  readonly clusters: readonly {
    readonly cluster: string;
    /** Null when Kubernetes could not be asked. */
    readonly policies: readonly PolicyRules[] | null;
    readonly folded: number;
    readonly notes: readonly string[];
  }[];
}

/** One cluster's answer. */
export interface PoliciesView {
  readonly cluster: string;
  readonly visible: readonly string[] | undefined;
  readonly found: PolicyRulesFinding | undefined;
  readonly trouble: Trouble | undefined;
}

export function policiesResult({ target }: PoliciesArgs, views: readonly PoliciesView[]): PoliciesResult {
  return {
    target: target && targetText(target),
    clusters: views.map(({ cluster, found }) => ({
      cluster,
      policies: found?.policies ?? null,
      folded: found?.folded ?? 0,
      notes: found?.notes ?? [],
    })),
  };
}

/** The arguments of `policies`, checked. */
import { z } from "zod";
import type { Target } from "../../analysis/target.ts";
import * as piece from "../args.ts";

export interface PoliciesArgs {
  /** Null: all policies. */
  readonly target: Target | null;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

/** `-l` and `-n` alone are targets, as in kubectl; beside a target without a namespace, `-n` says where that is. */
export const PoliciesArgs = z
  .object({
    target: piece.one(piece.target).optional(),
    label: piece.one(piece.label).optional(),
    namespace: piece.one(piece.kubernetesName).optional(),
    cluster: z.array(z.string()).optional(),
  })
  .transform(({ target, label, namespace, cluster }, context): PoliciesArgs => {
    if (target !== undefined && label !== undefined) {
      context.addIssue({ code: "custom", path: ["label"], message: "There is a TARGET already. Type one of them." });
      return z.NEVER;
    }
    return { target: targetOf(target, label, namespace), ...(cluster !== undefined && { clusters: cluster }) };
  });

function targetOf(target: Target | undefined, label: string | undefined, namespace: string | undefined): Target | null {
  if (label !== undefined) {
    const selector = namespace === undefined ? label : `${label},k8s:io.kubernetes.pod.namespace=${namespace}`;
    return { kind: "labels", selector };
  }
  if (target === undefined) return namespace === undefined ? null : { kind: "namespace", name: namespace };
  return namespace !== undefined && "namespace" in target && target.namespace === undefined
    ? { ...target, namespace }
    : target;
}

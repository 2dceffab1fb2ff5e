/** The arguments of `audit`, checked. Plain JSON. */
import { z } from "zod";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";

export interface AuditArgs {
  readonly namespace: string;
  readonly since: TimeSpec;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaultSince = { kind: "ago", ms: 86_400_000 } as const satisfies TimeSpec;

const Raw = z.object({
  namespace: piece.one(namespace),
  since: piece.one(piece.time).optional(),
  cluster: z.array(z.string()).optional(),
});

export const AuditArgs = Raw.transform(({ namespace: name, since = defaultSince, cluster }, context): AuditArgs => {
  const problem =
    since.kind === "ago" && since.ms < 1_000
      ? { flag: "since", say: "That is now. Type how long ago to begin, for example 24h." }
      : cluster !== undefined && cluster.length > 1
        ? { flag: "cluster", say: "One namespace of one cluster is looked at. Name one, for example --cluster NAME." }
        : undefined;
  if (problem !== undefined) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return { namespace: name, since, ...(cluster !== undefined && { clusters: cluster }) };
});

/** `payments`, `ns/payments`. */
function namespace(text: string): piece.Read<string> {
  const parsed = piece.target(text);
  if (parsed.ok && parsed.value.kind === "namespace") return { ok: true, value: parsed.value.name };
  if (!text.includes("/")) return piece.kubernetesName(text);
  return { ok: false, say: "Default-deny is for a namespace. Type its name, for example audit payments." };
}

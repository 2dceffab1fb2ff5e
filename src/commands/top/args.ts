/** The arguments of `top`, checked: of what, how many, when. Plain JSON. */
import { z } from "zod";
import type { TimeSpec } from "../../analysis/time.ts";
import type { RankingQuestion } from "../../sources/question.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";

export type Kind = RankingQuestion["of"];

export interface TopArgs {
  readonly of: Kind;
  /** Rows to rank. */
  readonly top: number;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** An agent's pod or its node, `*` stands for anything. */
  readonly pod?: string;
  readonly by?: "node";
  readonly failed: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaults = { top: 5, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } } as const;
const most = 20;

const agentPod: piece.Reader<string> = (text) =>
  text.length <= 253 && /^[-a-z0-9.*]+$/i.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        say: `${shown(text)} is no agent's pod. Type its name or its node's, * stands for anything: cilium-4hghz, k8s-w*.`,
      };

const Raw = z.object({
  of: piece.one(piece.choice("ranking", { maps: "maps", drops: "drops", talkers: "talkers", ports: "ports" } as const)),
  top: piece.one(piece.count(1, most)).optional(),
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  pod: piece.one(agentPod).optional(),
  by: piece.one(piece.choice("grouping", { node: "node" } as const)).optional(),
  failed: z.literal(true).optional(),
  cluster: z.array(z.string()).optional(),
});

export const TopArgs = Raw.transform((raw, context): TopArgs => {
  const { of, since = defaults.since, until = defaults.until } = raw;
  const onlyMaps = (["pod", "by", "failed"] as const).find((flag) => raw[flag] !== undefined);
  const problem =
    of !== "maps" && onlyMaps !== undefined
      ? { flag: onlyMaps, say: `That is for maps. Type top maps, or leave it out.` }
      : contradiction(since, until);
  if (problem) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return {
    of,
    top: raw.top ?? defaults.top,
    since,
    until,
    ...(raw.pod !== undefined && { pod: raw.pod }),
    ...(raw.by !== undefined && { by: raw.by }),
    failed: raw.failed ?? false,
    ...(raw.cluster !== undefined && { clusters: raw.cluster }),
  };
});

/** Times of different kinds are compared when the moment of asking is known. */
function contradiction(since: TimeSpec, until: TimeSpec): { readonly flag: string; readonly say: string } | undefined {
  if (since.kind === "ago" && since.ms < 1_000)
    return { flag: "since", say: "That is now. Type how long ago to begin, for example 1h." };
  if (since.kind === until.kind && until.kind === "ago" && until.ms >= since.ms)
    return {
      flag: "until",
      say: "That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.",
    };
  return undefined;
}

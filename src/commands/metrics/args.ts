/** The arguments of `metrics`, checked. Plain JSON; times stay as typed until the moment of asking is known. */
import { z } from "zod";
import type { Scope } from "../../analysis/catalogue/expression.ts";
import type { Panel } from "../../analysis/catalogue/panel.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { shown } from "../words.ts";
import { findPanels } from "./find.ts";

export interface MetricsArgs {
  /** Null: the whole catalogue. */
  readonly name: string | null;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** An agent's pod or node, `*` stands for anything. */
  readonly pod?: string;
  /** `namespace/workload`. */
  readonly workload?: string;
  readonly namespace?: string;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaults = { since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } } as const;
const longestName = 100;

const agentPod: piece.Reader<string> = (text) =>
  text.length <= 253 && /^[-a-z0-9.*]+$/i.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        say: `${shown(text)} is no agent's pod. Type its name or its node's, * stands for anything: cilium-4hghz, k8s-w*.`,
      };

const namespacedWorkload: piece.Reader<string> = (text) => {
  const [namespace = "", name = "", ...more] = text.split("/");
  return more.length === 0 && piece.kubernetesName(namespace).ok && piece.kubernetesName(name).ok
    ? { ok: true, value: text }
    : {
        ok: false,
        say: `${shown(text)} is no workload with its namespace. Type NAMESPACE/NAME, for example default/deathstar.`,
      };
};

const Raw = z.object({
  name: z
    .string()
    .max(longestName, `At most ${longestName} characters are read. Type a name from the list that metrics alone gives.`)
    .optional(),
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  pod: piece.one(agentPod).optional(),
  workload: piece.one(namespacedWorkload).optional(),
  namespace: piece.one(piece.kubernetesName).optional(),
  cluster: z.array(z.string()).optional(),
});
type Raw = z.infer<typeof Raw>;

export const MetricsArgs = Raw.transform((raw, context): MetricsArgs => {
  const { since = defaults.since, until = defaults.until } = raw;
  const problem = untimely(since, until) ?? unfit(raw);
  if (problem) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return {
    name: raw.name === undefined || raw.name === "" ? null : raw.name,
    since,
    until,
    ...(raw.pod !== undefined && { pod: raw.pod }),
    ...(raw.workload !== undefined && { workload: raw.workload }),
    ...(raw.namespace !== undefined && { namespace: raw.namespace }),
    ...(raw.cluster !== undefined && { clusters: raw.cluster }),
  };
});

interface Problem {
  readonly flag: string;
  readonly say: string;
}

/** Times of different kinds are compared when the moment of asking is known. */
function untimely(since: TimeSpec, until: TimeSpec): Problem | undefined {
  if (since.kind === "ago" && since.ms < 60_000)
    return { flag: "since", say: "That is too short for a picture. Type at least 1m, for example 1h." };
  if (since.kind === "ago" && until.kind === "ago" && until.ms >= since.ms)
    return {
      flag: "until",
      say: "That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.",
    };
  return undefined;
}

/** Flags that the question cannot be narrowed by would be ignored without a word. */
function unfit({ name = "", pod, workload, namespace }: Raw): Problem | undefined {
  if (workload !== undefined && namespace !== undefined)
    return { flag: "namespace", say: "The workload names its namespace already. Leave one of them out." };
  const found = findPanels(name);
  if (found.kind !== "one") return undefined;
  const { panel } = found;
  if (pod !== undefined && !reads(panel, "agent") && !reads(panel, "pod"))
    return { flag: "pod", say: `${panel.name} is not about single agents. Leave --pod out.` };
  if (workload !== undefined && !reads(panel, "to") && !reads(panel, "owner"))
    return {
      flag: "workload",
      say: `${panel.name} cannot be narrowed to a workload. Leave it out, or type metrics hubble-http to see what can.`,
    };
  if (namespace !== undefined && !(["to", "owner", "from", "back"] as const).some((place) => reads(panel, place)))
    return {
      flag: "namespace",
      say: `${panel.name} cannot be narrowed to a namespace. Leave it out, or type metrics hubble-network to see what can.`,
    };
  return undefined;
}

function reads({ ways }: Panel, place: keyof Scope): boolean {
  return ways.some(({ series }) => series.some(({ promql }) => promql.includes(`$${place}`)));
}

/** The arguments of `top`, checked: of what, how many, of whom, when. Plain JSON. */
import { z } from "zod";
import type { FlowSelect } from "../../analysis/select.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";
import { DropsArgs } from "../drops/args.ts";
import { shown } from "../words.ts";

const kinds = {
  maps: "maps",
  drops: "drops",
  talkers: "talkers",
  ports: "ports",
  dns: "dns",
  http: "http",
} as const;
export type Kind = keyof typeof kinds;

export interface TopArgs {
  readonly of: Kind;
  /** Rows to rank. */
  readonly top: number;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** Whose flows; maps have none. */
  readonly select: FlowSelect;
  /** For maps: an agent's pod or its node, `*` stands for anything. */
  readonly pod?: string;
  readonly by?: "node";
  readonly failed: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

export const defaults = { top: 5, since: { kind: "ago", ms: 3_600_000 }, until: { kind: "ago", ms: 0 } } as const;
export const allFlows: FlowSelect = {
  ...{ either: {}, from: {}, to: {}, reasons: [] },
  ...{ protocols: [], directions: [], nodes: [] },
};
const most = 20;
const count = piece.count(1, most);

const agentPod: piece.Reader<string> = (text) =>
  text.length <= 253 && /^[-a-z0-9.*]+$/i.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        say: `${shown(text)} is no agent's pod. Type its name or its node's, * stands for anything: cilium-4hghz, k8s-w*.`,
      };

/** What conditions on flows are made of goes to `drops`, which has the same. */
const Raw = z.looseObject({
  of: piece.one(piece.choice("ranking", kinds)),
  top: z.string().optional(),
  target: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  pod: z.array(z.string()).optional(),
  by: piece.one(piece.choice("grouping", { node: "node" } as const)).optional(),
  failed: z.literal(true).optional(),
});
type Raw = z.infer<typeof Raw>;

interface Problem {
  readonly flag: string;
  readonly say: string;
}

export const TopArgs = Raw.transform((raw, context): TopArgs => {
  const { of, top, target, pod, by, failed, ...conditions } = withTarget(raw);
  const number = top === undefined ? undefined : count(top);
  const flows = DropsArgs.safeParse({
    ...conditions,
    since: raw.since ?? "1h",
    ...(target !== undefined && { target }),
    ...(of !== "maps" && pod !== undefined && { pod }),
  });
  const agent = of === "maps" && pod !== undefined ? agentOf(pod) : undefined;
  const problems: readonly (Problem | undefined)[] = [
    number?.ok === false ? { flag: "top", say: number.say } : undefined,
    of === "maps" ? onlyFlowsHave(raw) : onlyMapsHave({ by, failed }),
    agent?.ok === false ? { flag: "pod", say: agent.say } : undefined,
    ...(flows.success
      ? [misfit(of, flows.data.select)]
      : flows.error.issues.map(({ path, message }) => ({ flag: String(path[0] ?? ""), say: message }))),
  ];
  const problem = problems.find((one) => one !== undefined);
  if (problem !== undefined || !flows.success) {
    context.addIssue({ code: "custom", path: [problem?.flag ?? "of"], message: problem?.say ?? "" });
    return z.NEVER;
  }
  const { since, until, select, clusters } = flows.data;
  return {
    of,
    top: number?.ok ? number.value : defaults.top,
    ...{ since, until, select },
    ...(agent?.ok && { pod: agent.value }),
    ...(by !== undefined && { by }),
    failed: failed ?? false,
    ...(clusters !== undefined && { clusters }),
  };
});

/** `top drops default/xwing`: what is no number is whom it is about, in either place. */
function withTarget(raw: Raw): Raw {
  const { of, top, target } = raw;
  const isName = of !== "maps" && top !== undefined && !/^\d+$/.test(top);
  if (!isName || (target !== undefined && !/^\d+$/.test(target))) return raw;
  return { ...raw, top: target, target: top };
}

function agentOf(pods: readonly string[]): piece.Read<string> {
  const [only, ...more] = pods;
  return only === undefined || more.length > 0
    ? { ok: false, say: "Type it once: * stands for anything, cilium-* for all agents." }
    : agentPod(only);
}

function onlyMapsHave({ by, failed }: Pick<Raw, "by" | "failed">): Problem | undefined {
  const flag = by !== undefined ? "by" : failed !== undefined ? "failed" : undefined;
  return flag === undefined ? undefined : { flag, say: "That is for maps. Type top maps, or leave it out." };
}

const ofMaps: ReadonlySet<string> = new Set(["of", "top", "since", "until", "pod", "by", "failed", "cluster"]);

function onlyFlowsHave(raw: Raw): Problem | undefined {
  const flag = Object.keys(raw).find((key) => !ofMaps.has(key) && raw[key] !== undefined);
  return flag === undefined
    ? undefined
    : { flag, say: "BPF maps know nothing of that. Type top drops, or leave it out." };
}

/** Conditions that no such flow can meet. */
function misfit(of: Kind, { reasons, protocols }: FlowSelect): Problem | undefined {
  if (of !== "drops" && reasons.length > 0)
    return { flag: "reason", say: "Only drops have a reason. Type top drops, or leave it out." };
  if ((of === "dns" || of === "http") && protocols.length > 0)
    return { flag: "protocol", say: `top ${of} is of that protocol alone. Leave it out.` };
  return undefined;
}

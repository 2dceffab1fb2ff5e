/** The arguments of `drops`, checked: what to look for, and when. Plain JSON; times stay as typed until the moment of asking is known. */
import { z } from "zod";
import type { EndSelect, FlowSelect } from "../../analysis/select.ts";
import type { Target } from "../../analysis/target.ts";
import type { TimeSpec } from "../../analysis/time.ts";
import * as piece from "../args.ts";

export interface DropsArgs {
  readonly select: FlowSelect;
  readonly since: TimeSpec;
  readonly until: TimeSpec;
  /** Only the newest so many. */
  readonly last?: number;
  /** Rows to list. */
  readonly top: number;
  /** Noise is listed like everything else. */
  readonly all: boolean;
  /** Names after --cluster; absent when the default was asked. */
  readonly clusters?: readonly string[];
}

const protocols = ["tcp", "udp", "sctp", "icmp", "icmpv4", "icmpv6", "vrrp", "igmp", "http", "dns", "kafka"];
const withoutPorts = new Set(["icmp", "icmpv4", "icmpv6", "vrrp", "igmp"]);
const onlyL7 = new Set(["http", "dns", "kafka"]);

const pod = piece.many(piece.podPrefix).optional();
const namespace = piece.many(piece.kubernetesName).optional();
const label = piece.many(piece.label).optional();
const identity = piece.many(piece.identity).optional();
const ip = piece.many(piece.address).optional();
const fqdn = piece.many(piece.fqdn).optional();
const workload = piece.many(piece.workload).optional();
const port = piece.many(piece.port).optional();

const Raw = z.object({
  target: piece.one(piece.target).optional(),
  since: piece.one(piece.time).optional(),
  until: piece.one(piece.time).optional(),
  last: piece.one(piece.count(1, 10_000)).optional(),
  top: piece.one(piece.count(1, 50)).optional(),
  all: z.literal(true).optional(),
  pod,
  namespace,
  label,
  identity,
  ip,
  fqdn,
  service: pod,
  workload,
  port,
  "from-pod": pod,
  "from-namespace": namespace,
  "from-label": label,
  "from-identity": identity,
  "from-ip": ip,
  "from-fqdn": fqdn,
  "from-service": pod,
  "from-workload": workload,
  "from-port": port,
  "to-pod": pod,
  "to-namespace": namespace,
  "to-label": label,
  "to-identity": identity,
  "to-ip": ip,
  "to-fqdn": fqdn,
  "to-service": pod,
  "to-workload": workload,
  "to-port": port,
  protocol: piece.many(piece.choice("protocol", Object.fromEntries(protocols.map((name) => [name, name])))).optional(),
  reason: piece.many(piece.dropReason).optional(),
  direction: piece.many(piece.choice("traffic direction", { ingress: 1, egress: 2 })).optional(),
  node: piece.many(piece.nodeName).optional(),
  cluster: z.array(z.string()).optional(),
});
type Raw = z.infer<typeof Raw>;

export const DropsArgs = Raw.transform((raw, context): DropsArgs => {
  const problem = contradiction(raw);
  if (problem) {
    context.addIssue({ code: "custom", path: [problem.flag], message: problem.say });
    return z.NEVER;
  }
  return {
    select: toSelect(raw),
    since: raw.since ?? { kind: "ago", ms: 15 * 60_000 },
    until: raw.until ?? { kind: "ago", ms: 0 },
    ...(raw.last !== undefined && { last: raw.last }),
    top: raw.top ?? 10,
    all: raw.all ?? false,
    ...(raw.cluster !== undefined && { clusters: raw.cluster }),
  };
});

/** What can never match anything. Times of different kinds are compared when the moment of asking is known. */
function contradiction({
  since,
  until,
  protocol = [],
  port,
  reason,
  ...raw
}: Raw): { readonly flag: string; readonly say: string } | undefined {
  const order = "That ends before it begins. Type the earlier time after --since, for example --since 2h --until 1h.";
  if (since?.kind === "ago" && since.ms < 1_000) {
    return { flag: "since", say: "That is now. Type how long ago to begin, for example 15m." };
  }
  if (since?.kind === "ago" && until?.kind === "ago" && until.ms >= since.ms) return { flag: "until", say: order };
  if (until?.kind === "ago" && since === undefined && until.ms >= 15 * 60_000) {
    return {
      flag: "until",
      say: "That lies before the last 15 minutes. Type --since too, for example --since 2h --until 1h.",
    };
  }
  if (since?.kind === "at" && until?.kind === "at" && until.ms <= since.ms) return { flag: "until", say: order };
  const portFlag = port ? "port" : raw["to-port"] ? "to-port" : raw["from-port"] ? "from-port" : undefined;
  if (portFlag !== undefined && protocol.length > 0 && protocol.every((name) => withoutPorts.has(name))) {
    return { flag: portFlag, say: `${protocol.join(", ")} has no ports. Leave out the port, or the protocol.` };
  }
  if (reason !== undefined && protocol.length > 0 && protocol.every((name) => onlyL7.has(name))) {
    return {
      flag: "reason",
      say: `Refused ${protocol.join(", ")} requests carry no drop reason. Leave out the reason, or the protocol.`,
    };
  }
  return undefined;
}

/**
 * `-l` without a TARGET is one, as in kubectl; so is a single namespace. Beside a TARGET without a namespace, `-n` says where that is.
 */
function toSelect(raw: Raw): FlowSelect {
  const either: { -readonly [Key in keyof EndSelect]: EndSelect[Key] } = end(raw, "");
  let { target } = raw as { target?: Target };
  const [onlyNamespace, ...moreNamespaces] = raw.namespace ?? [];
  const [onlyLabel, ...moreLabels] = raw.label ?? [];
  if (target === undefined && onlyLabel !== undefined && moreLabels.length === 0) {
    target = { kind: "labels", selector: onlyLabel };
    delete either.label;
  } else if (onlyNamespace !== undefined && moreNamespaces.length === 0) {
    if (target === undefined) target = { kind: "namespace", name: onlyNamespace };
    else if ("namespace" in target && target.namespace === undefined) target = { ...target, namespace: onlyNamespace };
    if (namespaceOf(target) === onlyNamespace) delete either.namespace;
  }
  return {
    ...(target !== undefined && { target }),
    either,
    from: end(raw, "from-"),
    to: end(raw, "to-"),
    reasons: raw.reason ?? [],
    protocols: raw.protocol ?? [],
    directions: raw.direction ?? [],
    nodes: raw.node ?? [],
  };
}

function namespaceOf(target: Target): string | undefined {
  if (target.kind === "namespace") return target.name;
  return "namespace" in target ? target.namespace : undefined;
}

function end(raw: Raw, side: "" | "from-" | "to-"): EndSelect {
  const chosen = {
    pod: raw[`${side}pod`],
    namespace: raw[`${side}namespace`],
    label: raw[`${side}label`],
    identity: raw[`${side}identity`],
    ip: raw[`${side}ip`],
    fqdn: raw[`${side}fqdn`],
    service: raw[`${side}service`],
    workload: raw[`${side}workload`],
    port: raw[`${side}port`],
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, values]) => values !== undefined)) as EndSelect;
}

/** The verdicts of one question, from nothing but the task: where many policies select both ends this is work for a thread. */
import { verdict } from "../../../policy/engine/verdict.ts";
import { namespaceOf } from "../../../policy/labels.ts";
import { enforces } from "../../../policy/selects.ts";
import type { Settings } from "../../../policy/settings.ts";
import type { ChangedPolicy, WhyCase, WhyFinding, WhyQuestion } from "../../question-policy.ts";
import type { ServiceEntry } from "../entries.ts";
import type { EndSet, WhichEnds } from "./ends.ts";
import { type Compiled, compilePolicies, type KnownPolicy } from "./policy-set.ts";
import { type AskedPort, podPort, portsOfRules } from "./ports.ts";
import { hiddenSide, sideOf } from "./side.ts";

/** Plain JSON. */
export interface WhyTask extends Pick<WhyQuestion, "port" | "protocol" | "http"> {
  readonly kind: "why";
  readonly from: TaskSide;
  readonly to: TaskSide;
  /** Whose port was asked about. */
  readonly service: ServiceEntry | null;
  /** Those that may select an end. */
  readonly policies: readonly KnownPolicy[];
  readonly settings: Partial<Settings>;
}

/** At least one set. */
interface TaskSide extends Pick<WhichEnds, "sets" | "folded"> {
  readonly hidden: boolean;
}

export type WhyAnswer = Pick<WhyFinding, "cases" | "folded" | "policies" | "notes">;

const maxCases = 12;
const maxPolicies = 20;
const maxInvalid = 3;

export function runWhy(task: WhyTask): WhyAnswer {
  const { from, to } = task;
  const compiled = compilePolicies(task.policies, task.settings);
  const ports = portsFor(task, compiled);
  const asked = from.sets.flatMap((sender) =>
    to.sets.flatMap((receiver) => ports.ports.map((port) => ({ sender, receiver, port }))),
  );
  const hidden = { from: from.hidden, to: to.hidden };
  return {
    cases: asked.slice(0, maxCases).map((one) => caseOf(task, one, { compiled, hidden })),
    folded: Math.max(0, asked.length - maxCases) + from.folded + to.folded + ports.folded,
    policies: selecting(compiled, [...(from.hidden ? [] : from.sets), ...(to.hidden ? [] : to.sets)]),
    notes: [...ports.notes, ...refusedNotes(compiled)],
  };
}

function portsFor(
  { port, protocol, to, service }: WhyTask,
  { set }: Compiled,
): { readonly ports: readonly AskedPort[]; readonly folded: number; readonly notes: readonly string[] } {
  if (port === null) {
    if (protocol.startsWith("ICMP")) return { ports: [{ number: 8, protocol, other: false }], folded: 0, notes: [] };
    const sides = to.hidden ? [] : [{ of: to.sets, direction: "ingress" } as const];
    return { ...portsOfRules(set, sides, protocol), notes: [] };
  }
  const translated = podPort({ port, protocol }, service ?? undefined, to.sets);
  return {
    ports: [{ number: translated.port, protocol, other: false }],
    folded: 0,
    notes: translated.note === "" ? [] : [translated.note],
  };
}

function caseOf(
  { http }: WhyTask,
  { sender, receiver, port }: { readonly sender: EndSet; readonly receiver: EndSet; readonly port: AskedPort },
  {
    compiled,
    hidden,
  }: { readonly compiled: Compiled; readonly hidden: { readonly from: boolean; readonly to: boolean } },
): WhyCase {
  const found = verdict(compiled.set, {
    from: sender.end,
    to: receiver.end,
    protocol: port.protocol,
    port: port.number,
    ...(http !== null && { http }),
  });
  const egress = hidden.from ? hiddenSide : sideOf(compiled.set, found.egress, hidden.to);
  const ingress = hidden.to ? hiddenSide : sideOf(compiled.set, found.ingress, hidden.from);
  const deciding = [egress, ingress].find((side) => side.verdict === "ERROR") ??
    [egress, ingress].find((side) => side.verdict === "DENIED") ?? { verdict: "ALLOWED" as const, reason: null };
  return {
    from: sender.name,
    to: receiver.name,
    isPod: {
      from: namespaceOf(sender.end.labels) !== undefined,
      to: namespaceOf(receiver.end.labels) !== undefined,
    },
    port: port.other ? null : port.number,
    protocol: port.protocol,
    verdict: deciding.verdict,
    reason: deciding.reason,
    egress,
    ingress,
  };
}

function selecting({ loaded }: Compiled, sets: readonly EndSet[]): ChangedPolicy[] {
  return loaded
    .flatMap(({ entry, policy }) => {
      const found = sets.flatMap(({ end }) => {
        const enforced = enforces(policy, end.labels);
        return enforced === null ? [] : [enforced];
      });
      return found.length === 0 ? [] : [changedPolicy(entry, found.flat())];
    })
    .slice(0, maxPolicies);
}

export function changedPolicy(entry: KnownPolicy, enforced: ChangedPolicy["enforces"]): ChangedPolicy {
  const { kind, namespace, name } = entry.object;
  const { valid, message, changedAt, changedBy } = entry;
  return { kind, namespace, name, enforces: [...new Set(enforced)], valid, message, changedAt, changedBy };
}

function refusedNotes({ refused }: Compiled): string[] {
  const sentences = refused.slice(0, maxInvalid).map(({ entry: { object: policy, valid }, because }) => {
    const name = policy.namespace === "" ? policy.name : `${policy.namespace}/${policy.name}`;
    const who =
      valid === false ? "is not valid, so no agent loads it" : "would not be loaded by an agent, so it is left out";
    return `${policy.kind} ${name} ${who}${because === "" ? "" : `: ${because}`}. An older version of it may still be in force.`;
  });
  const more = refused.length - sentences.length;
  return more > 0 ? [...sentences, `${more} more policies are not valid.`] : sentences;
}

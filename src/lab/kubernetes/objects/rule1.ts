/** The Star Wars policy, step by step: applied at L3/L4, applied again with an HTTP rule, deleted. https://docs.cilium.io/en/stable/gettingstarted/demo/ */
import { rule1 } from "../../world/topology.ts";
import type { StepName, World } from "../../world/world.ts";
import { type KubernetesObject, timestamp } from "../object.ts";
import { managed } from "./metadata.ts";

/** The policy as it stands after some changes; null: there is none. */
export type Rule1 = {
  readonly step: StepName;
  readonly createdAt: number;
  readonly changedAt: number;
  /** 1 when created, one more with each change of the spec. */
  readonly generation: number;
} | null;

const apiVersion = "cilium.io/v2";

export function advance(rule: Rule1, step: StepName, at: number): Rule1 {
  if (step === "none" || step === "deleted") return null;
  if (rule === null) return { step, createdAt: at, changedAt: at, generation: 1 };
  return rule.step === step ? rule : { ...rule, step, changedAt: at, generation: rule.generation + 1 };
}

/** Changes of step after `since`, until `now`, oldest first. */
export function changesBetween(
  world: World,
  since: number,
  now: number,
): { readonly step: StepName; readonly at: number }[] {
  const changes: { step: StepName; at: number }[] = [];
  let time = now;
  while (time >= world.bornAt && world.stepSince(time) > since) {
    const at = world.stepSince(time);
    changes.unshift({ step: world.stepAt(time), at });
    time = at - 1;
  }
  return changes;
}

export function rule1Object(rule: NonNullable<Rule1>): KubernetesObject {
  const created = timestamp(rule.createdAt);
  return {
    apiVersion,
    kind: rule1.kind,
    metadata: {
      name: rule1.name,
      namespace: rule1.namespace,
      uid: rule1.uid,
      creationTimestamp: created,
      generation: rule.generation,
      managedFields: [
        { ...managed("cilium-operator-generic", apiVersion, created, ["status"]), subresource: "status" },
        managed("kubectl-client-side-apply", apiVersion, timestamp(rule.changedAt), ["spec"]),
      ],
    },
    spec: spec(rule.step),
    status: {
      conditions: [
        // The time of the transition, not of the last check: it stays when the policy changes and is valid again.
        { lastTransitionTime: created, message: "Policy validation succeeded", status: "True", type: "Valid" },
      ],
    },
  };
}

function spec(step: StepName): object {
  const l7 = step === "l7";
  const port = { port: "80", protocol: "TCP" };
  const http = [{ method: "POST", path: "/v1/request-landing" }];
  return {
    description: l7
      ? "L7 policy to restrict access to specific HTTP call"
      : "L3-L4 policy to restrict deathstar access to empire ships only",
    endpointSelector: { matchLabels: { class: "deathstar", org: "empire" } },
    ingress: [
      {
        fromEndpoints: [{ matchLabels: { org: "empire" } }],
        toPorts: [{ ports: [port], ...(l7 && { rules: { http } }) }],
      },
    ],
  };
}

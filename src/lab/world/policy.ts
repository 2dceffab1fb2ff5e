/** What the cluster's one policy says to a new connection: rule1 lets org=empire reach deathstar on TCP 80, its L7 form hands such connections to the proxy. */
import type { WirePolicy } from "../../sources/hubble/wire.ts";
import type { End } from "./ends.ts";
import { rule1 } from "./topology.ts";
import type { StepName } from "./world.ts";

export type Judgement = "not-enforced" | "allowed" | "redirected" | "denied";

export function judge(step: StepName, client: End, server: End, port: number): Judgement {
  if ((step !== "l3-l4" && step !== "l7") || server.pod?.labels["class"] !== "deathstar") {
    return "not-enforced";
  }
  if (client.pod?.labels["org"] !== "empire" || port !== 80) {
    return "denied";
  }
  return step === "l7" ? "redirected" : "allowed";
}

/** The L7 form's only rule: POST /v1/request-landing, the whole of path and query. */
export function admitsRequest(method: string, pathAndQuery: string): boolean {
  return method === "POST" && pathAndQuery === "/v1/request-landing";
}

/** rule1 as agents name it in policy-verdict flows. The revision goes up with each change of the policy. */
export function ruleInFlows(step: StepName): WirePolicy {
  return policyInFlows(rule1, step === "l7" ? 3 : 2);
}

export function policyInFlows(
  { kind, namespace, name, uid }: Readonly<Record<"kind" | "namespace" | "name" | "uid", string>>,
  revision: number,
): WirePolicy {
  return {
    name,
    namespace,
    labels: [
      `k8s:io.cilium.k8s.policy.derived-from=${kind}`,
      `k8s:io.cilium.k8s.policy.name=${name}`,
      `k8s:io.cilium.k8s.policy.namespace=${namespace}`,
      `k8s:io.cilium.k8s.policy.uid=${uid}`,
    ],
    revision,
    kind,
  };
}

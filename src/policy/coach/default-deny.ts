/** The policy at the end of the way. */
import type { PolicyObject } from "../policy.ts";

/** As people write it: every pod, both directions, and entries that match nobody. */
export function defaultDeny(namespace: string): PolicyObject {
  return {
    ...{ kind: "CiliumNetworkPolicy", namespace, name: "default-deny", specs: undefined },
    spec: { endpointSelector: {}, ingress: [{}], egress: [{}] },
  };
}

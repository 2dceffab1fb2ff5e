/** Where an entry of an endpoint's policy comes from. */
import type { Item, PolicyName, Rule } from "../policy.ts";

export interface Source {
  readonly policy: PolicyName;
  readonly rule: Rule;
  readonly item: Item;
}

/** As the agent names what it adds by itself. */
export type Implicit = "allow-localhost-ingress" | "allow-any-ingress" | "allow-any-egress";

/** The names of the deciding policies, sorted and joined as the engine lists them: `CiliumNetworkPolicy/p0,NetworkPolicy/p1`; "" for none. */
export function originText(sources: readonly Source[], implicit: readonly Implicit[]): string {
  const names = new Set([
    ...sources.map(({ policy }) => `${policy.kind}/${policy.name}`),
    ...implicit.map((name) => `[reserved:io.cilium.policy.derived-from=${name}]`),
  ]);
  return [...names].sort().join(",");
}

/** The one thing about a rule that did not hold, as facts: whoever shows it finds the words. Contains text written by others. */
import type { HttpMismatch } from "../http-rule.ts";
import type { Requirement } from "../selector.ts";

export type Condition =
  /** A selector wants a label that the peer has not, or has with another value. `got` is null for a label that is missing. */
  | { readonly kind: "label"; readonly member: string; readonly wanted: Requirement; readonly got: string | null }
  | { readonly kind: "entity"; readonly member: string; readonly wanted: readonly string[] }
  | { readonly kind: "service"; readonly wanted: readonly string[] }
  /** `got` is null for an outside peer whose address is not known. */
  | { readonly kind: "cidr"; readonly wanted: readonly string[]; readonly got: string | null }
  | { readonly kind: "cidr-except"; readonly wanted: string; readonly except: string; readonly got: string }
  | { readonly kind: "cidr-never-matches-pods" | "cidr-never-matches-nodes"; readonly wanted: readonly string[] }
  /** `got`: the names that agents have learnt for the address. */
  | { readonly kind: "fqdn"; readonly wanted: readonly string[]; readonly got: readonly string[] }
  | { readonly kind: "fqdn-never-matches-pods" | "fqdn-never-matches-nodes"; readonly wanted: readonly string[] }
  /** The entry matches nobody: `{}`, a list that is present and empty, groups that live on in another policy, a service that does not exist. */
  | { readonly kind: "empty-item" }
  | { readonly kind: "empty-list" | "groups" | "no-service"; readonly member: string }
  /** Single ports, ranges as `80-90`. */
  | { readonly kind: "port"; readonly protocol: string; readonly wanted: readonly string[]; readonly got: number }
  /** `resolved` is what the name stands for; null when no pod has the name, or two have it with different numbers. */
  | { readonly kind: "named-port"; readonly wanted: string; readonly resolved: number | null; readonly got: number }
  | { readonly kind: "protocol"; readonly wanted: readonly string[]; readonly got: string }
  | { readonly kind: "icmp-type"; readonly wanted: readonly number[]; readonly got: number }
  /** toPorts without a port matches nothing. */
  | { readonly kind: "no-ports" }
  | ({ readonly kind: "http" } & HttpMismatch)
  | { readonly kind: "dns"; readonly wanted: readonly string[]; readonly got: string };

/** Longest list of what was wanted. */
export const maxWanted = 10;

/** What somebody should know before applying a suggested policy, as facts: whoever shows it finds the words. Names are written by others. */
import type { Direction } from "../policy.ts";

export type SuggestNote =
  /** The policy's own selector fits these workloads too: they would be isolated with it. */
  | { readonly kind: "target-others"; readonly others: readonly string[] }
  /** A peer's selector fits these workloads too. */
  | { readonly kind: "peer-others"; readonly peer: string; readonly others: readonly string[] }
  /** So many outside addresses without a name that all of the world was taken. */
  | { readonly kind: "world"; readonly direction: Direction; readonly addresses: number }
  /** These passed once, and the present policies deny them: they are not opened again. */
  | { readonly kind: "denied-now"; readonly flows: number }
  /** These left, and the receiver's policies refused them: the rule lets them leave, no more. */
  | { readonly kind: "half"; readonly flows: number }
  /** Traffic from the pod's own node needs no rule. */
  | { readonly kind: "host-passes" }
  /** Flows of unknown identities, without a port, or of protocols that no rule can name. */
  | { readonly kind: "unwritable"; readonly direction: Direction; readonly flows: number }
  /** So many ports of one peer that a range stands for them: `1024-60000/TCP`. */
  | { readonly kind: "port-range"; readonly range: string; readonly ports: number }
  | { readonly kind: "peers-left-out"; readonly direction: Direction; readonly peers: number }
  /** Nothing was seen in this direction: the policy does not speak of it, so everything stays allowed there. */
  | { readonly kind: "silent"; readonly direction: Direction }
  /** Names are only learnt through a DNS rule, and no DNS server was seen: kube-dns was taken. */
  | { readonly kind: "assumed-dns" }
  /** Requests of this port are not restricted: too many different ones, or one of them holds a secret. */
  | { readonly kind: "http-left-out"; readonly port: number; readonly because: "many" | "secret" };

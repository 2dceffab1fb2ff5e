/** One policy as an answer shows it. */
export interface PolicyView {
  /** CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy, NetworkPolicy. */
  readonly kind: string;
  /** "" for cluster-wide policies. */
  readonly namespace: string;
  readonly name: string;
  /**
   * Directions in which it puts the subject into default deny or denies explicitly; empty for a policy that only allows (`enableDefaultDeny: false`). This is
   * what its text says: agents do not load a policy whose `valid` is false.
   */
  readonly enforces: readonly ("ingress" | "egress")[];
  /** The operator's verdict on the object (status.conditions[type=Valid]); null when there is none (Kubernetes NetworkPolicy, older versions). */
  readonly valid: boolean | null;
  /** The validator's message when it is not valid. Written by others. */
  readonly message: string;
  /** RFC 3339: newest managedFields time, else creation time. */
  readonly changedAt: string | null;
}

/** Rankings in words that several parts need. */

/**
 * A map's name as its operations have it: without `cilium_`, and without the end that stands for an endpoint's number or for all endpoints
 * (`cilium_policy_v2_*` is the fullest of the policy maps).
 */
export function mapName(name: string): string {
  return name.replace(/^cilium_/, "").replace(/_(\*|\d{4,})$/, "");
}

/**
 * Which fields of a flow to ask for. An agent refuses the whole question when the mask names a field that it does not know, so what a version refused is
 * not asked of that channel again. Masks exist since 1.16; older agents ignore them and send everything.
 */
import type { FieldMask } from "./wire.ts";

export interface Masks {
  current(): FieldMask | undefined;
  /** The next smaller one; false when there is none. */
  degrade(refused: FieldMask | undefined): boolean;
}

/** `time` and `node_name` always: Relay sorts by them and copies them into its own response. */
const since116 = [
  "time",
  "node_name",
  "verdict",
  "drop_reason_desc",
  "Type",
  "event_type",
  "traffic_direction",
  "policy_match_type",
  "is_reply",
  "IP",
  "l4",
  "l7",
  "source",
  "destination",
  "source_names",
  "destination_names",
  "source_service",
  "destination_service",
  "egress_denied_by",
  "ingress_denied_by",
];

/** What a listing of single flows shows beside that. */
const details = [
  "uuid",
  "ethernet",
  "auth_type",
  "debug_capture_point",
  "sock_xlate_point",
  "egress_allowed_by",
  "ingress_allowed_by",
  "Summary",
];

export const oldestMask: FieldMask = { paths: ["time", "node_name"] };

export function createMasks({ everything = false }: { readonly everything?: boolean } = {}): Masks {
  const paths = everything ? [...since116, ...details] : since116;
  // policy_log: 1.18.
  const levels: readonly (FieldMask | undefined)[] = [{ paths: [...paths, "policy_log"] }, { paths }, undefined];
  let level = 0;
  return {
    current: () => levels[level],
    degrade(refused) {
      if (refused === undefined) return false;
      level = Math.max(level, levels.indexOf(refused) + 1);
      return true;
    },
  };
}

/** Cilium's words are "invalid fieldmask", sometimes with what came before. */
export function refusesMask(message: string): boolean {
  return /field.?mask/i.test(message);
}
